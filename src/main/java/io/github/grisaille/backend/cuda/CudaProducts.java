package io.github.grisaille.backend.cuda;

import io.github.grisaille.backend.Division;
import io.github.grisaille.backend.Extents;
import io.github.grisaille.backend.Operands;
import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.Storage;
import io.github.grisaille.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Plans matrix products and convolutions: which views they multiply, in which tiles, and in how many splits of the sums. */
final class CudaProducts {
    /** Places of counters that are 0 between kernels. */
    static final int MOST_TILES_IN_SPLITS = 512;

    private static final int LARGE = 128;
    private static final int SMALL = 64;
    private static final int DEPTH = 16;
    /** Blocks that keep a large device busy. */
    private static final int ENOUGH_BLOCKS = 256;

    private static final int MOST_SPLITS = 32;
    /** Steps of 16 terms that are worth a split. */
    private static final int LEAST_STEPS = 8;

    private static final int HEAD_BYTES = 72;
    private static final int PROBLEM_BYTES = 2 * CudaView.BYTES + 40;
    /** Where the record says what function follows. */
    static final int ACTIVATED = 8;

    static final int FUNCTION = 60;

    /** Where the rows of a result go; a row's columns lie together. */
    private record Target(int offset, int gridHeight, int gridWidth, int strideItem, int strideY, int strideX) {
        static Target rowsOf(int columns) {
            return new Target(0, 1, 1, columns, 0, 0);
        }
    }

    /** One product of m × k · k × n. */
    private record Problem(CudaView a, CudaView b, int m, int n, int k, Target target) {}

    /** What is common to the problems of one launch, whose views are parts of a and of b. */
    private record Launch(
            Tensor a,
            Tensor b,
            boolean alongA,
            boolean alongB,
            Tensor bias,
            int biasPeriod,
            boolean add,
            Tensor result) {
        List<Storage> operands() {
            return bias == null ? List.of(a.storage(), b.storage()) : List.of(a.storage(), b.storage(), bias.storage());
        }
    }

    private final CudaBackend backend;
    private final boolean tf32;

    CudaProducts(CudaBackend backend, boolean tf32) {
        this.backend = backend;
        this.tf32 = tf32;
    }

    void matmul(Tensor a, boolean transposeA, Tensor b, boolean transposeB, Tensor bias, boolean add, Tensor c) {
        int m = transposeA ? a.axis(-1) : a.shape().rows();
        int k = transposeA ? a.shape().rows() : a.axis(-1);
        int innerB = transposeB ? b.axis(-1) : b.shape().rows();
        int n = transposeB ? b.shape().rows() : b.axis(-1);
        if (k != innerB || c.size() != m * n) {
            throw new IllegalArgumentException("matmul: " + a.shape() + (transposeA ? "ᵀ" : "") + " · " + b.shape()
                    + (transposeB ? "ᵀ" : "") + " does not make " + c.shape());
        }
        if (bias != null) {
            Operands.sized("matmul's bias", bias, n);
        }
        Problem problem = new Problem(matrix(a), matrix(b), m, n, k, Target.rowsOf(n));
        launch(new Launch(a, b, !transposeA, transposeB, bias, n, add, c), List.of(problem));
    }

    void conv(Tensor image, Tensor weight, Tensor bias, ConvGeometry g, Extents e, Tensor out) {
        CudaView windows = CudaView.windows(address(image), g, e);
        int n = e.outChannels();
        CudaView taps = CudaView.matrix(address(weight), windows.columns(), n);
        Problem problem = new Problem(windows, taps, windows.rows(), n, windows.columns(), Target.rowsOf(n));
        launch(new Launch(image, weight, true, false, bias, n, false, out), List.of(problem));
    }

    void weightGradient(Tensor image, Tensor out, ConvGeometry g, Extents e, boolean add, Tensor dWeight) {
        CudaView windows = CudaView.windows(address(image), g, e);
        int n = e.outChannels();
        CudaView gradients = CudaView.matrix(address(out), windows.rows(), n);
        Problem problem = new Problem(windows, gradients, windows.columns(), n, windows.rows(), Target.rowsOf(n));
        launch(new Launch(image, out, false, false, null, n, add, dWeight), List.of(problem));
    }

    /**
     * Pixels whose position has the same remainder by the stride (a phase) see the same taps, so each phase is a product
     * of its own, and no inserted zero is multiplied. All phases are one launch.
     */
    void convTranspose(Tensor out, Tensor weight, Tensor bias, ConvGeometry g, Extents e, Tensor image) {
        boolean onePixel = e.outPixels() == 1
                && g.padHeight() == 0
                && g.padWidth() == 0
                && e.height() == g.kernelHeight()
                && e.width() == g.kernelWidth();
        if (onePixel) {
            // every pixel of the image sees one tap only: a plain product
            int n = e.pixels() * e.channels();
            CudaView a = CudaView.matrix(address(out), e.batch(), e.outChannels());
            CudaView b = CudaView.matrix(address(weight), n, e.outChannels());
            Problem problem = new Problem(a, b, e.batch(), n, e.outChannels(), Target.rowsOf(n));
            launch(new Launch(out, weight, true, true, bias, e.channels(), false, image), List.of(problem));
            return;
        }
        List<Problem> phases = new ArrayList<>();
        for (int y = 0; y < Math.min(g.strideHeight(), e.height()); y++) {
            for (int x = 0; x < Math.min(g.strideWidth(), e.width()); x++) {
                phases.add(phase(address(out), address(weight), g, e, y, x));
            }
        }
        launch(new Launch(out, weight, true, true, bias, e.channels(), false, image), phases);
    }

    private static Problem phase(long out, long weight, ConvGeometry g, Extents e, int y, int x) {
        int rows = Division.ceil(e.height() - y, g.strideHeight());
        int columns = Division.ceil(e.width() - x, g.strideWidth());
        int firstTapY = (y + g.padHeight()) % g.strideHeight();
        int firstTapX = (x + g.padWidth()) % g.strideWidth();
        int tapsDown = taps(g.kernelHeight(), firstTapY, g.strideHeight());
        int tapsAcross = taps(g.kernelWidth(), firstTapX, g.strideWidth());
        int m = e.batch() * rows * columns;
        int k = tapsDown * tapsAcross * e.outChannels();
        CudaView a = new CudaView(
                out,
                m,
                k,
                rows,
                columns,
                Math.max(1, tapsAcross),
                e.outChannels(),
                1,
                1,
                -1,
                -1,
                (y + g.padHeight() - firstTapY) / g.strideHeight(),
                (x + g.padWidth() - firstTapX) / g.strideWidth(),
                e.outHeight(),
                e.outWidth(),
                e.outPixels() * e.outChannels(),
                e.outWidth() * e.outChannels(),
                e.outChannels());
        // a row for each channel of the image, whose values at one tap lie together
        CudaView b = new CudaView(
                weight,
                e.channels(),
                k,
                1,
                1,
                Math.max(1, tapsAcross),
                e.outChannels(),
                0,
                0,
                g.strideHeight(),
                g.strideWidth(),
                firstTapY,
                firstTapX,
                g.kernelHeight(),
                g.kernelWidth(),
                e.outChannels(),
                g.kernelWidth() * e.channels() * e.outChannels(),
                e.channels() * e.outChannels());
        Target target = new Target(
                (y * e.width() + x) * e.channels(),
                rows,
                columns,
                e.pixels() * e.channels(),
                g.strideHeight() * e.width() * e.channels(),
                g.strideWidth() * e.channels());
        return new Problem(a, b, m, e.channels(), k, target);
    }

    private static int taps(int kernel, int first, int stride) {
        return first < kernel ? Division.ceil(kernel - first, stride) : 0;
    }

    private void launch(Launch launch, List<Problem> problems) {
        int m = problems.stream().mapToInt(Problem::m).max().orElseThrow();
        int k = problems.stream().mapToInt(Problem::k).max().orElseThrow();
        int n = problems.get(0).n;
        int steps = Division.ceil(k, DEPTH);
        int mostSplits = Math.max(1, Math.min(MOST_SPLITS, steps / LEAST_STEPS));
        int tile = m >= LARGE && n >= LARGE && tiles(m, n, LARGE) * problems.size() * mostSplits >= ENOUGH_BLOCKS / 2
                ? LARGE
                : SMALL;
        long tiles = tiles(m, n, tile) * problems.size();
        int splits =
                tiles >= ENOUGH_BLOCKS / 2 ? 1 : (int) Math.max(1, Math.min(mostSplits, MOST_TILES_IN_SPLITS / tiles));
        int splitsWanted = (int) Math.max(1, Division.ceil(ENOUGH_BLOCKS, (int) Math.min(tiles, ENOUGH_BLOCKS)));
        splits = Math.min(splits, splitsWanted);
        long partials = splits == 1 ? 0 : backend.partials(tiles * splits * tile * tile * Float.BYTES);
        long result = address(launch.result);
        long bias = launch.bias == null ? 0 : address(launch.bias);
        CudaKernel kernel = CudaKernel.product(tile, launch.alongA, launch.alongB, tf32);
        int blocks = (int) tiles(m, n, tile);
        CudaRecord record = backend.launches()
                .add(
                        kernel,
                        blocks,
                        problems.size() * splits,
                        HEAD_BYTES + problems.size() * PROBLEM_BYTES,
                        launch.result);
        record.address(result)
                .address(0)
                .address(bias)
                .address(partials)
                .address(backend.counters())
                .integers(splits, Division.ceil(m, tile), Division.ceil(n, tile), launch.biasPeriod)
                .flag(launch.add)
                .integer(CudaBackend.NO_FUNCTION)
                .number(0)
                .integer(0);
        for (Problem problem : problems) {
            problem.a.write(record);
            problem.b.write(record);
            Target t = problem.target;
            record.integers(problem.m, problem.n, problem.k, t.offset)
                    .integers(t.gridHeight, t.gridWidth, t.strideItem, t.strideY, t.strideX, 0);
        }
        backend.launches()
                .mark(new CudaBackend.Fusible(launch.result.storage(), launch.operands(), ACTIVATED, FUNCTION));
    }

    private static long tiles(int m, int n, int tile) {
        return (long) Division.ceil(m, tile) * Division.ceil(n, tile);
    }

    private CudaView matrix(Tensor tensor) {
        return CudaView.matrix(address(tensor), tensor.shape().rows(), tensor.axis(-1));
    }

    private long address(Tensor tensor) {
        return backend.address(tensor);
    }
}
