package io.github.grisaille.backend.cuda;

import static io.github.grisaille.backend.Operands.distinctImages;
import static io.github.grisaille.backend.Operands.extents;
import static io.github.grisaille.backend.Operands.grouped;
import static io.github.grisaille.backend.Operands.images;
import static io.github.grisaille.backend.Operands.itemBytes;
import static io.github.grisaille.backend.Operands.onePerItem;
import static io.github.grisaille.backend.Operands.sameSize;
import static io.github.grisaille.backend.Operands.sized;

import io.github.grisaille.backend.AdamFactors;
import io.github.grisaille.backend.ByteLevels;
import io.github.grisaille.backend.Division;
import io.github.grisaille.backend.Extents;
import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.AdamStep;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.PointwiseLoss;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.RmspropStep;
import io.github.grisaille.tensor.SgdStep;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Storage;
import io.github.grisaille.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import jcuda.driver.JCudaDriver;

/**
 * The catalogue on an NVIDIA GPU, of compute capability 6.0 or newer: needs the driver (525 or newer) and nothing else.
 *
 * <p>A primitive returns before its kernel has run; {@link Tensor#toArray} waits. {@link CudaLaunches} says how the
 * kernels of a training step become one CUDA graph. Some neighbours become one kernel: a product or a normalisation with
 * the activation that follows it; an optimiser's steps for all parameters; the guards of all gradients; small simple
 * operations one after another.
 *
 * <p>Element by element, and in random numbers, it gives the bits of the Java backend's plain loops; sums are in another,
 * fixed order. Products are in TF32 where asked for and where the device's tensor cores take it: factors are rounded to
 * 10 bits after the point, and sums are in float. The same seed gives the same bits on the same device.
 */
public final class CudaBackend implements Backend, AutoCloseable {
    /** How products are computed. */
    public enum Precision {
        /** On tensor cores, factors rounded to 10 bits after the point; in float on devices before compute capability 8.0. */
        TF32,
        /** In float. */
        FLOAT32
    }

    /**
     * Device memory, in bytes.
     *
     * @param used what tensors and the backend's own buffers hold
     * @param allocated what was taken from the device, the rest of which waits for the next tensors
     * @param peak the most that was used
     */
    public record Memory(long used, long allocated, long peak, long freeOnDevice, long totalOnDevice) {
        @Override
        public String toString() {
            return CudaMemory.megabytes(used) + " used (at most " + CudaMemory.megabytes(peak) + "), "
                    + CudaMemory.megabytes(allocated) + " allocated, " + CudaMemory.megabytes(freeOnDevice) + " of "
                    + CudaMemory.megabytes(totalOnDevice) + " free";
        }
    }

    /**
     * The last launch makes the result, and its record has places for an activation to follow.
     *
     * @param operands what the launch reads: their memory must not become the activation's, neither by the caller's wish
     *     nor by the collector's, from which they are held here
     */
    record Fusible(Storage result, List<Storage> operands, int activatedAt, int functionAt) {
        boolean takes(Tensor x, Tensor y) {
            return result == x.storage() && !operands.contains(y.storage());
        }
    }

    /** The ordinal after the last activation's. */
    static final int NO_FUNCTION = Activation.Kind.values().length;

    private static final int COUNTERS = 4096;
    private static final int MOST_SUM_BLOCKS = CudaKernel.THREADS;
    private static final int WARP = 32;
    private static final int LEAST_ROWS_A_THREAD = 8;
    private static final int ENOUGH_BLOCKS = 512;
    private static final long MOST_COLUMN_SUMS = 3;
    /** Values of a simple operation that one block does, so that several of them can share a launch. */
    private static final int SMALL = 4096;

    private static final int MOST_MERGED = 64;

    private static final int SIMPLE_BYTES = 40;
    private static final int ADAM_HEAD_BYTES = 40;
    private static final int ADAM_BYTES = 40;
    private static final int FLAGS_HEAD_BYTES = 16;
    private static final int FLAGGED_BYTES = 24;
    /** Numbers in a record, which may be long: the rest goes into further launches. */
    private static final int MOST_PLACES = 32_768;

    /** As src/main/cuda/pointwise.cuh counts them. */
    private enum Simple {
        FILL,
        COPY,
        ADD,
        MULTIPLY,
        SCALE
    }

    private float[] hostValues = {};
    private final CudaDevice device;
    private final String name;
    private final CudaProgram program;
    private final CudaMemory memory;
    private final CudaLaunches launches;
    private final CudaTransfers transfers;
    private final CudaProducts products;
    private final CudaMemory.Block counters;
    private CudaMemory.Block partials;
    private boolean closed;

    /**
     * The first device.
     *
     * @throws IllegalStateException if there is none, and then says why
     */
    public CudaBackend(Precision precision) {
        this(precision, true, Boolean.getBoolean(CudaDriver.WAIT));
    }

    /**
     * @param sharing whether small tensors share an allocation
     * @param oneByOne whether to wait for each kernel, so that a failure names it
     */
    CudaBackend(Precision precision, boolean sharing, boolean oneByOne) {
        String absence = CudaDriver.absence();
        if (absence != null) {
            throw new IllegalStateException("there is no GPU: " + absence);
        }
        device = new CudaDevice();
        int capability = device.capability();
        boolean ampere = capability >= CudaProgram.TENSOR_CORES;
        boolean tf32 = ampere && precision == Precision.TF32;
        name = device.name() + " (CUDA " + capability / 10 + "." + capability % 10 + (tf32 ? ", TF32)" : ", float32)");
        try {
            program = new CudaProgram(capability);
        } catch (IllegalStateException unusable) {
            device.close();
            throw unusable;
        }
        memory = new CudaMemory(device, sharing, this::settle);
        launches = new CudaLaunches(device, program, memory, ampere, oneByOne);
        transfers = new CudaTransfers(device, memory);
        products = new CudaProducts(this, tf32);
        counters = memory.take((long) COUNTERS * Integer.BYTES);
        partials = memory.take(1 << 20);
        CudaDriver.check(
                "clearing counters",
                JCudaDriver.cuMemsetD8Async(
                        counters.pointer(), (byte) 0, (long) COUNTERS * Integer.BYTES, device.computing()));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public synchronized Storage allocate(int size) {
        Tensor zeros = empty(Shape.of(size));
        fill(0, zeros);
        return zeros.storage();
    }

    /** Without the zeros that {@link #allocate} promises. */
    @Override
    public synchronized Tensor empty(Shape shape) {
        open();
        return new Tensor(memory.values(this, shape.size()), shape);
    }

    /** What the device's memory holds; waits for nothing. */
    public synchronized Memory memory() {
        open();
        return memory.report();
    }

    /** How many times launches went to the device as a graph. */
    public synchronized long graphsLaunched() {
        return launches.replays();
    }

    /** How many kernels went to the device, by themselves or within a graph. */
    public synchronized long kernelsLaunched() {
        return launches.launched();
    }

    /**
     * Whether launches that came before in the same order go to the device as one graph, as they do unless this says
     * otherwise. Without graphs every result is the same, and the driver is asked for each kernel by itself: for
     * comparison.
     */
    public synchronized void useGraphs(boolean wanted) {
        launches.replay(wanted);
    }

    /** Submits what waits, and waits until it is done. */
    public synchronized void synchronize() {
        open();
        settle();
    }

    private void settle() {
        launches.submit();
        device.enter();
        device.await();
    }

    /** Gives all memory back, that of tensors too: they cannot be used any more. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        settle();
        closed = true;
        launches.close();
        transfers.close();
        memory.close();
        program.close();
        device.close();
    }

    // ---- transfers

    /** Also submits all that waits: the batch of the next step is the end of this one's launches. */
    @Override
    public synchronized void write(float[] values, Tensor y) {
        if (values.length < y.size()) {
            throw new IllegalArgumentException("writing a tensor of shape " + y.shape() + " needs " + y.size()
                    + " values, and got " + values.length);
        }
        CudaMemory.Block to = values(y).block();
        launches.submit();
        transfers.write(values, y.size(), to);
    }

    /** The array is kept for the next time: a batch of each step comes this way. */
    @Override
    public synchronized void write(Consumer<float[]> writer, Tensor y) {
        if (hostValues.length < y.size()) {
            hostValues = new float[y.size()];
        }
        writer.accept(hostValues);
        write(hostValues, y);
    }

    /** The items become values on the host, since the transfers are made for those. */
    @Override
    public void writeBytes(byte[] bytes, int[] items, float[] levels, Tensor y) {
        int width = itemBytes("writeBytes", bytes, items, levels, y);
        write(
                values -> {
                    for (int n = 0; n < items.length; n++) {
                        ByteLevels.write(bytes, items[n] * width, levels, values, n * width, (n + 1) * width);
                    }
                },
                y);
    }

    @Override
    public synchronized float[] read(Tensor x) {
        CudaMemory.Block from = values(x).block();
        launches.submit();
        return transfers.read(from, x.size());
    }

    /** One wait for all of them: each copy by itself would have the device run dry. */
    @Override
    public synchronized float[] readEach(List<Tensor> ones) {
        List<CudaMemory.Block> from = new ArrayList<>();
        for (Tensor one : ones) {
            sized("readEach", one, 1);
            from.add(values(one).block());
        }
        launches.submit();
        return transfers.readEach(from);
    }

    // ---- element by element

    @Override
    public synchronized void fill(float value, Tensor y) {
        simple(Simple.FILL, 0, 0, value, y);
    }

    @Override
    public synchronized void copy(Tensor x, Tensor y) {
        sameSize("copy", x, y);
        simple(Simple.COPY, address(x), 0, 0, y);
    }

    @Override
    public synchronized void add(Tensor a, Tensor b, Tensor y) {
        sameSize("add", a, b, y);
        simple(Simple.ADD, address(a), address(b), 0, y);
    }

    @Override
    public synchronized void multiply(Tensor a, Tensor b, Tensor y) {
        sameSize("multiply", a, b, y);
        simple(Simple.MULTIPLY, address(a), address(b), 0, y);
    }

    @Override
    public synchronized void scale(Tensor x, float factor, Tensor y) {
        sameSize("scale", x, y);
        simple(Simple.SCALE, address(x), 0, factor, y);
    }

    /** Small operations one after another are one launch of one block. */
    private void simple(Simple operation, long a, long b, float number, Tensor y) {
        long to = address(y);
        int n = y.size();
        CudaRecord record;
        if (n <= SMALL && launches.mark() == Simple.class && launches.lastIs(CudaKernel.SIMPLE, SIMPLE_BYTES)) {
            ByteBuffer bytes = launches.bytes();
            int count = bytes.getInt(launches.lastRecord()) + 1;
            bytes.putInt(launches.lastRecord(), count);
            record = new CudaRecord(bytes);
            if (count == MOST_MERGED) {
                launches.mark(null);
            }
        } else {
            int blocks = n <= SMALL ? 1 : blocks(n);
            record = launches.add(CudaKernel.SIMPLE, blocks, 1, 2 * Integer.BYTES + SIMPLE_BYTES, y)
                    .integers(1, 0);
            launches.mark(n <= SMALL ? Simple.class : null);
        }
        record.address(a)
                .address(b)
                .address(to)
                .integers(operation.ordinal(), n)
                .number(number)
                .integer(0);
    }

    @Override
    public synchronized void gatherRows(Tensor x, int[] rows, Tensor y) {
        int width = x.size() / x.axis(0);
        sized("gatherRows", y, rows.length * width);
        for (int row : rows) {
            Objects.checkIndex(row, x.axis(0));
        }
        long to = address(y);
        for (int from = 0; from < rows.length; from += MOST_PLACES) {
            int count = Math.min(MOST_PLACES, rows.length - from);
            CudaRecord record = add(CudaKernel.GATHER_ROWS, count * width, 24 + count * Integer.BYTES, y, x)
                    .address(to + (long) from * width * Float.BYTES)
                    .integers(width, count);
            for (int i = from; i < from + count; i++) {
                record.integer(rows[i]);
            }
        }
    }

    @Override
    public synchronized void copyColumns(Tensor x, int from, Tensor y, int to, int count) {
        int rows = x.shape().rows();
        sized("copyColumns", y, rows * y.axis(-1));
        Objects.checkFromIndexSize(from, count, x.axis(-1));
        Objects.checkFromIndexSize(to, count, y.axis(-1));
        if (count > 0) {
            add(CudaKernel.COPY_COLUMNS, rows * count, 40, y, x, y)
                    .integers(rows, from, x.axis(-1), to, y.axis(-1), count);
        }
    }

    @Override
    public synchronized void scaleItems(Tensor x, Tensor factors, Tensor y) {
        sameSize("scaleItems", x, y);
        if (factors.size() != 1) {
            sized("scaleItems", factors, x.axis(0));
        }
        add(CudaKernel.SCALE_ITEMS, y.size(), 32, y, x, factors, y).integers(y.size(), y.size() / factors.size());
    }

    @Override
    public synchronized void clamp(Tensor x, float low, float high, Tensor y) {
        sameSize("clamp", x, y);
        add(CudaKernel.CLAMP, y.size(), 32, y, x, y)
                .integer(y.size())
                .number(low)
                .number(high);
    }

    /** Where the last launch makes x, it makes y too, after it where the two are one. */
    @Override
    public synchronized void activate(Activation f, Tensor x, Tensor y) {
        sameSize("activate", x, y);
        address(x);
        long to = address(y);
        if (launches.mark() instanceof Fusible last && last.takes(x, y)) {
            ByteBuffer bytes = launches.bytes();
            bytes.putLong(launches.lastRecord() + last.activatedAt, to);
            bytes.putInt(launches.lastRecord() + last.functionAt, f.kind().ordinal());
            bytes.putFloat(launches.lastRecord() + last.functionAt + Integer.BYTES, f.slope());
            launches.mark(null);
            return;
        }
        add(CudaKernel.ACTIVATE, y.size(), 32, y, x, y)
                .integers(y.size(), f.kind().ordinal())
                .number(f.slope());
    }

    @Override
    public synchronized void activateGradient(Activation f, Tensor x, Tensor y, Tensor dy, Tensor dx) {
        sameSize("activateGradient", x, y, dy, dx);
        add(CudaKernel.ACTIVATE_GRADIENT, y.size(), 48, dx, x, y, dy, dx)
                .integers(y.size(), f.kind().ordinal())
                .number(f.slope());
    }

    @Override
    public synchronized void activateCurvature(
            Activation f, Tensor x, Tensor y, Tensor dy, Tensor direction, Tensor dx) {
        sameSize("activateCurvature", x, y, dy, direction, dx);
        add(CudaKernel.ACTIVATE_CURVATURE, y.size(), 56, dx, x, y, dy, direction, dx)
                .integers(y.size(), f.kind().ordinal())
                .number(f.slope());
    }

    // ---- reductions

    @Override
    public synchronized void sum(Tensor x, Tensor total) {
        sum(x, false, false, total);
    }

    @Override
    public synchronized void sumOfSquares(Tensor x, boolean add, Tensor total) {
        sum(x, true, add, total);
    }

    private void sum(Tensor x, boolean squares, boolean add, Tensor total) {
        gridSum(CudaKernel.SUM, x.size(), 48, total, x, total)
                .integer(x.size())
                .flag(squares)
                .flag(add);
    }

    @Override
    public synchronized void itemDots(Tensor a, Tensor b, Tensor y) {
        sameSize("itemDots", a, b);
        sized("itemDots", y, a.axis(0));
        blocks(CudaKernel.ITEM_DOTS, y.size(), 32, y, a, b, y).integer(a.size() / y.size());
    }

    @Override
    public synchronized void columnSums(Tensor x, boolean add, Tensor sums) {
        int width = x.axis(-1);
        sized("columnSums", sums, width);
        columns(CudaKernel.COLUMN_SUMS, x.shape().rows(), width, 56, sums, x, sums)
                .flag(add);
    }

    // ---- matrix products and convolutions

    @Override
    public synchronized void matmul(
            Tensor a, boolean transposeA, Tensor b, boolean transposeB, Tensor bias, boolean add, Tensor c) {
        products.matmul(a, transposeA, b, transposeB, bias, add, c);
    }

    @Override
    public synchronized void conv(Tensor image, Tensor weight, Tensor bias, ConvGeometry geometry, Tensor out) {
        products.conv(image, weight, bias, geometry, extents("conv", image, weight, geometry, out), out);
    }

    @Override
    public synchronized void convTranspose(
            Tensor out, Tensor weight, Tensor bias, ConvGeometry geometry, Tensor image) {
        products.convTranspose(
                out, weight, bias, geometry, extents("convTranspose", image, weight, geometry, out), image);
    }

    @Override
    public synchronized void convWeightGradient(
            Tensor image, Tensor out, ConvGeometry geometry, boolean add, Tensor dWeight) {
        products.weightGradient(
                image, out, geometry, extents("convWeightGradient", image, dWeight, geometry, out), add, dWeight);
    }

    // ---- pooling and resampling

    @Override
    public synchronized void maxPool(Tensor x, ConvGeometry window, Tensor y, Tensor places) {
        sameSize("maxPool", y, places);
        pool(CudaKernel.MAX_POOL, window, extents("maxPool", x, window, y), x, null, y, places);
    }

    @Override
    public synchronized void maxPoolGradient(Tensor dy, Tensor places, ConvGeometry window, Tensor dx) {
        sameSize("maxPoolGradient", dy, places);
        pool(CudaKernel.MAX_POOL_GRADIENT, window, extents("maxPoolGradient", dx, window, dy), dy, places, dx, null);
    }

    @Override
    public synchronized void maxPoolTangent(Tensor dx, Tensor places, ConvGeometry window, Tensor dy) {
        sameSize("maxPoolTangent", dy, places);
        pool(CudaKernel.MAX_POOL_TANGENT, window, extents("maxPoolTangent", dx, window, dy), dx, places, dy, null);
    }

    @Override
    public synchronized void averagePool(Tensor x, ConvGeometry window, Tensor y) {
        pool(CudaKernel.AVERAGE_POOL, window, extents("averagePool", x, window, y), x, null, y, null);
    }

    @Override
    public synchronized void averagePoolGradient(Tensor dy, ConvGeometry window, Tensor dx) {
        pool(
                CudaKernel.AVERAGE_POOL_GRADIENT,
                window,
                extents("averagePoolGradient", dx, window, dy),
                dy,
                null,
                dx,
                null);
    }

    private void pool(
            CudaKernel kernel, ConvGeometry w, Extents e, Tensor x, Tensor places, Tensor y, Tensor placesOut) {
        add(kernel, y.size(), 80, y, x, places, y, placesOut)
                .integers(e.batch(), e.height(), e.width(), e.channels(), e.outHeight(), e.outWidth())
                .integers(w.kernelHeight(), w.kernelWidth(), w.strideHeight(), w.strideWidth())
                .integers(w.padHeight(), w.padWidth());
    }

    @Override
    public synchronized void upsample(Tensor x, int factor, Tensor y) {
        sized("upsample", y, x.size() * factor * factor);
        add(CudaKernel.UPSAMPLE, y.size(), 40, y, x, y)
                .integers(y.size(), factor, x.axis(1) * factor, x.axis(2) * factor, x.axis(3));
    }

    @Override
    public synchronized void upsampleGradient(Tensor dy, int factor, Tensor dx) {
        sized("upsampleGradient", dy, dx.size() * factor * factor);
        add(CudaKernel.UPSAMPLE_GRADIENT, dx.size(), 40, dx, dy, dx)
                .integers(dx.size(), factor, dx.axis(1), dx.axis(2), dx.axis(3));
    }

    @Override
    public synchronized void translate(Tensor x, int[] down, int[] right, Tensor y) {
        distinctImages("translate", x, y);
        onePerItem("translate", x, down, right);
        frame(CudaKernel.TRANSLATE, x, down, right, 0, 0, y);
    }

    @Override
    public synchronized void blank(Tensor x, int[] top, int[] left, int height, int width, Tensor y) {
        images("blank", x, y);
        onePerItem("blank", x, top, left);
        if (height < 0 || width < 0) {
            throw new IllegalArgumentException(
                    "a box has at least 0 rows and columns, and got " + height + "×" + width);
        }
        frame(CudaKernel.BLANK, x, top, left, height, width, y);
    }

    private void frame(CudaKernel kernel, Tensor x, int[] down, int[] right, int height, int width, Tensor y) {
        int item = x.size() / x.axis(0);
        long image = address(x);
        long result = address(y);
        for (int from = 0; from < down.length; from += MOST_PLACES / 2) {
            int count = Math.min(MOST_PLACES / 2, down.length - from);
            long offset = (long) from * item * Float.BYTES;
            CudaRecord record = add(kernel, count * item, 40 + 2 * count * Integer.BYTES, y)
                    .address(image + offset)
                    .address(result + offset)
                    .integers(count * item, x.axis(1), x.axis(2), x.axis(3), height, width);
            for (int i = from; i < from + count; i++) {
                record.integers(down[i], right[i]);
            }
        }
    }

    // ---- normalisation

    @Override
    public synchronized void columnMoments(Tensor x, Tensor mean, Tensor variance) {
        int columns = x.axis(-1);
        sized("columnMoments", mean, columns);
        sized("columnMoments", variance, columns);
        columns(CudaKernel.COLUMN_MOMENTS, x.shape().rows(), columns, 56, mean, x, mean, variance);
    }

    @Override
    public synchronized void normalizeColumns(
            Tensor x, Tensor mean, Tensor variance, float epsilon, Tensor gain, Tensor shift, Tensor y) {
        sameSize("normalizeColumns", x, y);
        sameSize("normalizeColumns", mean, variance, gain, shift);
        sized("normalizeColumns", mean, x.axis(-1));
        add(CudaKernel.NORMALIZE_COLUMNS, y.size(), 80, y, x, mean, variance, gain, shift, y)
                .address(0)
                .integers(y.size(), x.axis(-1), NO_FUNCTION)
                .number(0)
                .number(epsilon);
        List<Storage> operands =
                List.of(x.storage(), mean.storage(), variance.storage(), gain.storage(), shift.storage());
        launches.mark(new Fusible(y.storage(), operands, 48, 64));
    }

    @Override
    public synchronized void normalizeColumnsParameterGradients(
            Tensor x,
            Tensor dy,
            Tensor mean,
            Tensor variance,
            float epsilon,
            boolean add,
            Tensor dGain,
            Tensor dShift) {
        sameSize("normalizeColumnsParameterGradients", x, dy);
        sameSize("normalizeColumnsParameterGradients", mean, variance, dGain, dShift);
        sized("normalizeColumnsParameterGradients", mean, x.axis(-1));
        parameterGradients(
                CudaKernel.NORMALIZE_COLUMNS_PARAMETER_GRADIENTS,
                x.shape().rows(),
                x.axis(-1),
                new Tensor[] {x, dy, mean, variance, dGain, dShift},
                epsilon,
                add);
    }

    private void parameterGradients(
            CudaKernel kernel, int rows, int columns, Tensor[] tensors, float epsilon, boolean add) {
        columns(kernel, rows, columns, 96, tensors[tensors.length - 1], tensors)
                .flag(add)
                .number(epsilon);
    }

    @Override
    public synchronized void normalizeColumnsInputGradient(
            Tensor x,
            Tensor dy,
            Tensor mean,
            Tensor variance,
            float epsilon,
            Tensor gain,
            Tensor sumDyNormal,
            Tensor sumDy,
            Tensor dx) {
        sameSize("normalizeColumnsInputGradient", x, dy, dx);
        sameSize("normalizeColumnsInputGradient", mean, variance, gain, sumDyNormal, sumDy);
        sized("normalizeColumnsInputGradient", mean, x.axis(-1));
        add(
                        CudaKernel.NORMALIZE_COLUMNS_INPUT_GRADIENT,
                        dx.size(),
                        80,
                        dx,
                        x,
                        dy,
                        mean,
                        variance,
                        gain,
                        sumDyNormal,
                        sumDy,
                        dx)
                .integers(dx.size(), x.shape().rows(), x.axis(-1))
                .number(epsilon);
    }

    @Override
    public synchronized void itemMoments(Tensor x, Tensor mean, Tensor variance) {
        int items = x.axis(0);
        sized("itemMoments", mean, items);
        sized("itemMoments", variance, items);
        blocks(CudaKernel.ITEM_MOMENTS, items, 32, mean, x, mean, variance).integer(x.size() / items);
    }

    @Override
    public synchronized void normalizeItems(
            Tensor x, Tensor mean, Tensor variance, float epsilon, Tensor gain, Tensor shift, Tensor y) {
        sameSize("normalizeItems", x, y);
        int item = x.size() / x.axis(0);
        sized("normalizeItems", gain, item);
        sized("normalizeItems", shift, item);
        add(CudaKernel.NORMALIZE_ITEMS, y.size(), 64, y, x, mean, variance, gain, shift, y)
                .integers(y.size(), item)
                .number(epsilon);
    }

    @Override
    public synchronized void normalizeItemsParameterGradients(
            Tensor x,
            Tensor dy,
            Tensor mean,
            Tensor variance,
            float epsilon,
            boolean add,
            Tensor dGain,
            Tensor dShift) {
        sameSize("normalizeItemsParameterGradients", x, dy);
        int item = x.size() / x.axis(0);
        sized("normalizeItemsParameterGradients", dGain, item);
        sized("normalizeItemsParameterGradients", dShift, item);
        parameterGradients(
                CudaKernel.NORMALIZE_ITEMS_PARAMETER_GRADIENTS,
                x.axis(0),
                item,
                new Tensor[] {x, dy, mean, variance, dGain, dShift},
                epsilon,
                add);
    }

    @Override
    public synchronized void normalizeItemsInputGradient(
            Tensor x, Tensor dy, Tensor mean, Tensor variance, float epsilon, Tensor gain, Tensor dx) {
        sameSize("normalizeItemsInputGradient", x, dy, dx);
        int item = x.size() / x.axis(0);
        sized("normalizeItemsInputGradient", gain, item);
        blocks(CudaKernel.NORMALIZE_ITEMS_INPUT_GRADIENT, x.axis(0), 56, dx, x, dy, mean, variance, gain, dx)
                .integer(item)
                .number(epsilon);
    }

    // ---- random numbers

    @Override
    public synchronized void uniform(RandomStream random, float low, float high, Tensor y) {
        random(CudaKernel.UNIFORM, random, 48, y, y)
                .integer(y.size())
                .number(low)
                .number(high - low);
    }

    @Override
    public synchronized void normal(RandomStream random, float mean, float deviation, Tensor y) {
        random(CudaKernel.NORMAL, random, 48, y, y)
                .integer(y.size())
                .number(mean)
                .number(deviation);
    }

    @Override
    public synchronized void dropout(RandomStream random, float rate, Tensor x, Tensor mask, Tensor y) {
        sameSize("dropout", x, mask, y);
        random(CudaKernel.DROPOUT, random, 64, y, x, mask, y)
                .integer(y.size())
                .number(rate)
                .number(1 / (1 - rate));
    }

    // ---- losses

    @Override
    public synchronized void pointwiseLoss(
            PointwiseLoss loss, Tensor prediction, Tensor target, float factor, Tensor value, Tensor gradient) {
        sameSize("loss", prediction, gradient);
        if (target.size() != 1) {
            sameSize("loss", prediction, target);
        }
        gridSum(CudaKernel.POINTWISE_LOSS, prediction.size(), 64, gradient, prediction, target, value, gradient)
                .integers(prediction.size(), loss.ordinal())
                .flag(target.size() == 1)
                .number(factor);
    }

    @Override
    public synchronized void softmaxCrossEntropy(
            Tensor logits, Tensor target, float factor, Tensor value, Tensor gradient) {
        sameSize("softmaxCrossEntropy", logits, target, gradient);
        int rows = logits.shape().rows();
        gridSum(CudaKernel.SOFTMAX_CROSS_ENTROPY, rows * 128, 64, gradient, logits, target, value, gradient)
                .integers(rows, logits.axis(-1))
                .number(factor);
    }

    @Override
    public synchronized void gaussianKl(
            Tensor mean, Tensor logVariance, float factor, Tensor value, Tensor dMean, Tensor dLogVariance) {
        sameSize("gaussianKl", mean, logVariance, dMean, dLogVariance);
        gridSum(CudaKernel.GAUSSIAN_KL, mean.size(), 64, dMean, mean, logVariance, value, dMean, dLogVariance)
                .integer(mean.size())
                .number(factor);
    }

    @Override
    public synchronized void normPenalty(Tensor squares, float target, float factor, Tensor value, Tensor slopes) {
        sameSize("normPenalty", squares, slopes);
        gridSum(CudaKernel.NORM_PENALTY, squares.size(), 56, slopes, squares, value, slopes)
                .integer(squares.size())
                .number(target)
                .number(factor);
    }

    @Override
    public synchronized void closeness(Tensor x, Tensor y) {
        int[] extents = grouped("closeness", x, y);
        closeness(CudaKernel.CLOSENESS, extents, x, null, y);
    }

    @Override
    public synchronized void closenessGradient(Tensor x, Tensor dy, Tensor dx) {
        sameSize("closenessGradient", x, dx);
        int[] extents = grouped("closenessGradient", x, dy);
        closeness(CudaKernel.CLOSENESS_GRADIENT, extents, x, dy, dx);
    }

    private void closeness(CudaKernel kernel, int[] extents, Tensor x, Tensor dy, Tensor result) {
        // a thread for each item and group: few values, much work for each
        blocks(kernel, Division.ceil(extents[0] * extents[1], CudaKernel.THREADS), 40, result, x, dy, result)
                .integers(extents);
    }

    // ---- optimiser steps

    @Override
    public synchronized void sgd(SgdStep step, Tensor gradient, Tensor velocity, Tensor value) {
        sameSize("sgd", gradient, value);
        add(CudaKernel.SGD, value.size(), 48, value, gradient, velocity, value)
                .integer(value.size())
                .flag(step.nesterov())
                .number(step.rate())
                .number(step.momentum())
                .number(step.weightDecay());
    }

    @Override
    public synchronized void rmsprop(
            RmspropStep step, Tensor gradient, Tensor squareAverage, Tensor velocity, Tensor value) {
        sameSize("rmsprop", gradient, squareAverage, value);
        add(CudaKernel.RMSPROP, value.size(), 56, value, gradient, squareAverage, velocity, value)
                .integer(value.size())
                .number(step.rate())
                .number(step.decay())
                .number(step.epsilon())
                .number(step.momentum());
    }

    /** Steps with the same numbers, one after another, are one launch. */
    @Override
    public synchronized void adam(
            AdamStep step, Tensor gradient, Tensor firstMoment, Tensor secondMoment, Tensor value) {
        sameSize("adam", gradient, firstMoment, secondMoment, value);
        int blocks = Division.ceil(value.size(), CudaKernel.VALUES_A_BLOCK);
        long g = address(gradient);
        long m = address(firstMoment);
        long v = address(secondMoment);
        long w = address(value);
        CudaRecord record;
        int firstBlock = 0;
        if (launches.mark() instanceof Merged last
                && last.key.equals(step)
                && launches.lastIs(CudaKernel.ADAM, ADAM_BYTES)) {
            record = merge(last, blocks);
            firstBlock = last.blocks;
        } else {
            AdamFactors f = AdamFactors.of(step);
            record = launches.add(CudaKernel.ADAM, blocks, 1, ADAM_HEAD_BYTES + ADAM_BYTES, value)
                    .integer(1)
                    .number(f.beta1())
                    .number(f.keep1())
                    .number(f.beta2())
                    .number(f.keep2())
                    .number(f.rate())
                    .number(f.inverseRoot2())
                    .number(f.epsilon())
                    .number(f.shrink())
                    .integer(0);
            launches.mark(new Merged(step, 0, blocks, 1, 0));
        }
        record.address(g).address(m).address(v).address(w).integers(value.size(), firstBlock);
    }

    /**
     * The last launch works on several tensors, and may take more.
     *
     * @param key what they have in common
     * @param countAt where the record has their number
     * @param slot the last flag's place, for guards
     */
    private record Merged(Object key, int countAt, int blocks, int count, int slot) {}

    private CudaRecord merge(Merged last, int blocks) {
        return merge(last, blocks, 0);
    }

    private CudaRecord merge(Merged last, int blocks, int slot) {
        ByteBuffer bytes = launches.bytes();
        bytes.putInt(launches.lastRecord() + last.countAt, last.count + 1);
        launches.widenLast(last.blocks + blocks);
        launches.mark(
                last.count + 1 == MOST_MERGED
                        ? null
                        : new Merged(last.key, last.countAt, last.blocks + blocks, last.count + 1, slot));
        return new CudaRecord(bytes);
    }

    @Override
    public synchronized void clipByNorm(Tensor total, float limit, Tensor gradient) {
        add(CudaKernel.CLIP_BY_NORM, gradient.size(), 32, gradient, total, gradient)
                .integer(gradient.size())
                .number(limit);
    }

    // ---- guard

    private record Guard(Storage flags, int step) {}

    /** Guards of one step, with slots in order, are one launch. */
    @Override
    public synchronized void flagNonFinite(Tensor x, int step, int slot, Tensor flags) {
        Objects.checkIndex(slot, flags.size());
        int blocks = Division.ceil(x.size(), CudaKernel.VALUES_A_BLOCK);
        long from = address(x);
        long to = address(flags);
        Guard guard = new Guard(flags.storage(), step);
        CudaRecord record;
        int firstBlock = 0;
        if (launches.mark() instanceof Merged last
                && last.key.equals(guard)
                && last.slot < slot
                && launches.lastIs(CudaKernel.FLAG_NON_FINITE, FLAGGED_BYTES)) {
            record = merge(last, blocks, slot);
            firstBlock = last.blocks;
        } else {
            record = launches.add(CudaKernel.FLAG_NON_FINITE, blocks, 1, FLAGS_HEAD_BYTES + FLAGGED_BYTES, flags)
                    .address(to)
                    .integer(1)
                    .number(step);
            launches.mark(new Merged(guard, Long.BYTES, blocks, 1, slot));
        }
        record.address(from).integers(x.size(), slot, firstBlock, 0);
    }

    // ---- launches

    /**
     * A launch with enough blocks for so many values, a few to a thread. Operands come first in the record, a null one
     * as 0; they are looked at before anything is launched.
     */
    private CudaRecord add(CudaKernel kernel, int values, int bytes, Tensor result, Tensor... operands) {
        return blocks(kernel, blocks(values), bytes, result, operands);
    }

    private CudaRecord blocks(CudaKernel kernel, int blocks, int bytes, Tensor result, Tensor... operands) {
        check(operands);
        return operands(launches.add(kernel, blocks, 1, bytes, result), operands);
    }

    private static int blocks(int values) {
        return Math.max(1, Division.ceil(values, CudaKernel.VALUES_A_BLOCK));
    }

    /** A launch whose record begins with a place for a sum over the grid. */
    private CudaRecord gridSum(CudaKernel kernel, int values, int bytes, Tensor result, Tensor... operands) {
        check(operands);
        long place = partials(MOST_SUM_BLOCKS * Double.BYTES);
        CudaRecord record = launches.add(kernel, Math.min(MOST_SUM_BLOCKS, blocks(values)), 1, bytes, result)
                .address(place)
                .address(counters());
        return operands(record, operands);
    }

    /** A launch whose record begins with how a matrix is shared out by columns and rows. */
    private CudaRecord columns(CudaKernel kernel, int rows, int columns, int bytes, Tensor result, Tensor... operands) {
        check(operands);
        int lanes = Math.min(WARP, Integer.highestOneBit(2 * columns - 1));
        int groups = Division.ceil(columns, lanes);
        int rowsOfThreads = CudaKernel.THREADS / lanes;
        int most = groups > COUNTERS ? 1 : Division.ceil(rows, rowsOfThreads * LEAST_ROWS_A_THREAD);
        int chunkRows = Division.ceil(rows, Math.max(1, Math.min(ENOUGH_BLOCKS / groups, most)));
        int chunks = Division.ceil(rows, chunkRows);
        long place = partials(MOST_COLUMN_SUMS * chunks * columns * Double.BYTES);
        CudaRecord record = launches.add(kernel, groups, chunks, bytes, result)
                .address(place)
                .address(counters())
                .integers(rows, columns, lanes, chunkRows);
        return operands(record, operands);
    }

    /** A launch whose record begins with a part of a random stream. */
    private CudaRecord random(CudaKernel kernel, RandomStream random, int bytes, Tensor result, Tensor... operands) {
        // the stream must not move for a tensor that is refused
        check(operands);
        int blocks = Division.ceil(result.size(), RandomStream.BLOCK);
        return operands(launches.add(kernel, blocks(blocks), 1, bytes, result).random(random, blocks), operands);
    }

    private void check(Tensor... operands) {
        for (Tensor operand : operands) {
            addressOrNull(operand);
        }
    }

    private CudaRecord operands(CudaRecord record, Tensor... operands) {
        for (Tensor operand : operands) {
            record.address(addressOrNull(operand));
        }
        return record;
    }

    /** Memory for partial sums, which the next launch may use too. */
    long partials(long bytes) {
        if (bytes > partials.bytes()) {
            memory.give(partials);
            partials = memory.take(bytes);
        }
        return partials.address();
    }

    /** Integers that are 0, and must be 0 again after each launch. */
    long counters() {
        return counters.address();
    }

    CudaLaunches launches() {
        return launches;
    }

    long address(Tensor tensor) {
        return values(tensor).block().address();
    }

    private long addressOrNull(Tensor tensor) {
        return tensor == null ? 0 : address(tensor);
    }

    private CudaMemory.Values values(Tensor tensor) {
        if (tensor.storage() instanceof CudaMemory.Values values && values.backend() == this) {
            open();
            return values;
        }
        throw new IllegalArgumentException("a tensor of shape " + tensor.shape() + " belongs to "
                + tensor.backend().name() + " and was given to " + name() + ": move it with tensor.to(backend), or the"
                + " model with model.to(backend)");
    }

    private void open() {
        if (closed) {
            throw new IllegalStateException(name + " was closed: its tensors are gone");
        }
    }
}
