package io.github.grisaille.bench;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.numbers.NumberColumnFormatter;

/** Matrix products beside OpenBLAS: a square one, and those of our networks. */
final class Products {
    private static final int ROW_MAJOR = 101;
    private static final int PLAIN = 111;
    private static final int TRANSPOSED = 112;
    private static final int ROUNDS = 15;
    private static final double ROUND_SECONDS = 0.03;

    private record Product(int m, int n, int k, boolean transposeA, boolean transposeB) {
        @Override
        public String toString() {
            return m + "×" + n + "×" + k + (transposeA ? ", left transposed" : transposeB ? ", right transposed" : "");
        }
    }

    private Products() {}

    private static Product[] all() {
        return new Product[] {
            new Product(1024, 1024, 1024, false, false),
            new Product(1024, 1024, 1024, true, false),
            new Product(1024, 1024, 1024, false, true),
            new Product(128, 128, 100, false, false),
            new Product(128, 784, 128, false, false),
            new Product(128, 128, 784, false, false),
            new Product(128, 1, 128, false, false),
            new Product(128, 784, 128, false, true),
            new Product(128, 128, 784, false, true),
            new Product(100, 128, 128, true, false),
            new Product(784, 128, 128, true, false),
            new Product(128, 1, 128, true, false),
            new Product(64, 1024, 512, false, false),
            new Product(64, 512, 1024, false, true),
            new Product(512, 1024, 64, true, false),
        };
    }

    static Table measure(int threads) {
        Backend backend = Backend.cpu();
        openblas.blas_set_num_threads(threads);
        StringColumn names = StringColumn.create("product (rows × columns × inner)");
        DoubleColumn ours = DoubleColumn.create("Grisaille, GFLOP/s");
        DoubleColumn theirs = DoubleColumn.create("OpenBLAS, GFLOP/s");
        DoubleColumn ratios = DoubleColumn.create("ratio");
        for (Product product : all()) {
            double[] figures = measure(product, backend);
            names.append(product.toString());
            ours.append(figures[0]);
            theirs.append(figures[1]);
            ratios.append(figures[0] / figures[1]);
        }
        ours.setPrintFormatter(NumberColumnFormatter.fixedWithGrouping(1));
        theirs.setPrintFormatter(NumberColumnFormatter.fixedWithGrouping(1));
        ratios.setPrintFormatter(NumberColumnFormatter.fixedWithGrouping(2));
        return Table.create("Matrix products, " + backend.name(), names, ours, theirs, ratios);
    }

    private static double[] measure(Product p, Backend backend) {
        Tensor a = random(backend, p.transposeA ? p.k : p.m, p.transposeA ? p.m : p.k);
        Tensor b = random(backend, p.transposeB ? p.n : p.k, p.transposeB ? p.k : p.n);
        Tensor c = backend.empty(Shape.of(p.m, p.n));
        double flop = 2.0 * p.m * p.n * p.k;
        try (FloatPointer left = new FloatPointer(a.toArray());
                FloatPointer right = new FloatPointer(b.toArray());
                FloatPointer product = new FloatPointer((long) p.m * p.n)) {
            Runnable ours = () -> backend.matmul(a, p.transposeA, b, p.transposeB, null, false, c);
            Runnable theirs = () -> openblas.cblas_sgemm(
                    ROW_MAJOR,
                    p.transposeA ? TRANSPOSED : PLAIN,
                    p.transposeB ? TRANSPOSED : PLAIN,
                    p.m,
                    p.n,
                    p.k,
                    1f,
                    left,
                    p.transposeA ? p.m : p.k,
                    right,
                    p.transposeB ? p.k : p.n,
                    0f,
                    product,
                    p.n);
            int repeats = repeats(ours);
            double[] our = new double[ROUNDS];
            double[] their = new double[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                our[round] = flop * repeats / Timing.seconds(() -> repeat(ours, repeats)) / 1e9;
                their[round] = flop * repeats / Timing.seconds(() -> repeat(theirs, repeats)) / 1e9;
            }
            return new double[] {Timing.median(our), Timing.median(their)};
        }
    }

    /** Warms up, and finds how many calls make a round. */
    private static int repeats(Runnable work) {
        double until = System.nanoTime() / 1e9 + 1;
        while (System.nanoTime() / 1e9 < until) {
            work.run();
        }
        return (int) Math.max(1, ROUND_SECONDS / Timing.seconds(work));
    }

    private static void repeat(Runnable work, int times) {
        for (int i = 0; i < times; i++) {
            work.run();
        }
    }

    private static Tensor random(Backend backend, int... shape) {
        Tensor tensor = backend.empty(Shape.of(shape));
        backend.uniform(new RandomStream(1, shape[0]), -1, 1, tensor);
        return tensor;
    }
}
