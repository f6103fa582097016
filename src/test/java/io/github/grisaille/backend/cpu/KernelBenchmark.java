package io.github.grisaille.backend.cpu;

import io.github.grisaille.backend.AdamFactors;
import io.github.grisaille.backend.Extents;
import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.Affine;
import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.Moments;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Times single loops on one thread, with vectors and in plain Java. A loop that the JIT compiles badly shows here. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class KernelBenchmark {
    private static final int INNER = 512;
    private static final int SOME = 1 << 14;
    private static final int MANY = 1 << 20;
    private static final int CHANNELS = 64;
    private static final ConvGeometry GEOMETRY = ConvGeometry.square(4, 2, 1);
    private static final Extents EXTENTS = new Extents(8, 16, 16, 128, 8, 8, 256);

    /** The set of inner loops. */
    @Param({"vector", "plain"})
    public String loops;

    private InnerLoops innerLoops;
    private JavaBackend backend;
    private Convolution convolution;
    private Winograd winograd;
    private RowTile rowTile;
    private ColumnTile columnTile;
    private final int[] left = new int[RowTile.ROWS];
    private final int[] right = new int[RowTile.ROWS];
    private final float[] x = random(MANY, 1);
    private final float[] y = random(MANY, 2);
    private final float[] z = random(MANY, 3);
    private final float[] w = random(MANY, 4);
    private final float[] image = random(EXTENTS.batch() * EXTENTS.pixels() * EXTENTS.channels(), 5);
    private final float[] out = random(EXTENTS.batch() * EXTENTS.outPixels() * EXTENTS.outChannels(), 6);
    private final float[] weight = random(16 * EXTENTS.channels() * EXTENTS.outChannels(), 7);
    private Tensor map;
    private Tensor normal;
    private Tensor channels;
    private Tensor variances;

    private static float[] random(int length, long seed) {
        JavaBackend any = new JavaBackend(1, new PlainInnerLoops());
        Tensor tensor = any.empty(Shape.of(length));
        any.uniform(new RandomStream(seed, 0), 0.1f, 1, tensor);
        return tensor.toArray();
    }

    /** Makes everything that depends on the set of loops. */
    @Setup
    public void prepare() {
        innerLoops = innerLoops(loops);
        backend = new JavaBackend(1, innerLoops);
        WorkerPool pool = new WorkerPool(1);
        convolution = new Convolution(pool, innerLoops);
        winograd = Winograd.largeTiles(pool, innerLoops);
        rowTile = widest(innerLoops.rowTiles());
        columnTile = widest(innerLoops.columnTiles());
        Arrays.setAll(left, i -> i * INNER);
        Arrays.setAll(right, i -> i * rowTile.width());
        map = backend.tensor(x, Shape.of(MANY / CHANNELS, CHANNELS));
        normal = backend.empty(map.shape());
        channels = backend.empty(Shape.of(CHANNELS));
        variances = backend.empty(Shape.of(CHANNELS));
    }

    /**
     * The work of one call with a set of loops: floating-point operations if arithmetic limits it, bytes read and
     * written if memory does.
     */
    public static double work(String benchmark, String loops) {
        RowTile rowTile = widest(innerLoops(loops).rowTiles());
        ColumnTile columnTile = widest(innerLoops(loops).columnTiles());
        double convolution =
                2.0 * EXTENTS.batch() * EXTENTS.outPixels() * EXTENTS.outChannels() * 16 * EXTENTS.channels();
        return switch (benchmark) {
            case "tileRows" -> 2.0 * RowTile.ROWS * rowTile.width() * INNER;
            case "tileColumns" -> 2.0 * ColumnTile.ROWS * columnTile.width() * INNER;
            case "exp", "tanh", "sigmoid" -> 8.0 * SOME;
            case "batchNormAndActivation" -> 24.0 * MANY;
            case "adam" -> 28.0 * MANY;
            case "normals" -> 4.0 * MANY;
            default -> convolution;
        };
    }

    /** Whether {@link #work} counts floating-point operations. */
    public static boolean arithmetic(String benchmark) {
        return benchmark.startsWith("tile") || benchmark.startsWith("direct") || benchmark.startsWith("winograd");
    }

    private static InnerLoops innerLoops(String loops) {
        return loops.equals("plain") ? new PlainInnerLoops() : LoopChoice.vector();
    }

    private static <T extends Tile> T widest(T[] tiles) {
        return tiles[tiles.length - 1];
    }

    @Benchmark
    public float[] tileRows() {
        rowTile.multiply(INNER, x, left, 0, 0, y, 0, z, right, 0, w, right, 0);
        return w;
    }

    @Benchmark
    public float[] tileColumns() {
        columnTile.multiply(INNER, x, 0, ColumnTile.ROWS, y, 0, z, 0, 0, w, 0, columnTile.width());
        return w;
    }

    private float[] activation(Activation.Kind kind) {
        innerLoops.activate(new Activation(kind), x, w, 0, SOME);
        return w;
    }

    @Benchmark
    public float[] exp() {
        return activation(Activation.Kind.EXP);
    }

    @Benchmark
    public float[] tanh() {
        return activation(Activation.Kind.TANH);
    }

    @Benchmark
    public float[] sigmoid() {
        return activation(Activation.Kind.SIGMOID);
    }

    @Benchmark
    public Tensor batchNormAndActivation() {
        backend.columnMoments(map, channels, variances);
        Activation f = new Activation(Activation.Kind.LEAKY_RELU, 0.2f);
        backend.normalizeColumns(
                map, new Moments(channels, variances, 1e-5f), new Affine(variances, channels), f, normal);
        return normal;
    }

    @Benchmark
    public float[] adam() {
        OptimizerSteps.adam(x, y, z, w, new AdamFactors(0.9f, 0.1f, 0.999f, 1e-3f, 1e-4f, 1, 1e-8f, 1), 0, MANY);
        return w;
    }

    @Benchmark
    public Tensor normals() {
        backend.normal(new RandomStream(1, 0), 0, 1, normal);
        return normal;
    }

    @Benchmark
    public float[] directForward() {
        convolution.direct(image, weight, EpilogueLoop.NONE, GEOMETRY, EXTENTS, out);
        return out;
    }

    @Benchmark
    public float[] directInputGradient() {
        convolution.transposeByPhases(out, weight, EpilogueLoop.NONE, GEOMETRY, EXTENTS, image);
        return image;
    }

    @Benchmark
    public float[] directWeightGradient() {
        convolution.directWeightGradient(image, out, GEOMETRY, EXTENTS, false, weight);
        return weight;
    }

    @Benchmark
    public float[] winogradForward() {
        winograd.forward(image, weight, EpilogueLoop.NONE, GEOMETRY, EXTENTS, out);
        return out;
    }

    @Benchmark
    public float[] winogradInputGradient() {
        winograd.transpose(out, weight, EpilogueLoop.NONE, GEOMETRY, EXTENTS, image);
        return image;
    }

    @Benchmark
    public float[] winogradWeightGradient() {
        winograd.weightGradient(image, out, GEOMETRY, EXTENTS, false, weight);
        return weight;
    }
}
