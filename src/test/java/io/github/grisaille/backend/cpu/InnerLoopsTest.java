package io.github.grisaille.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.Epilogue;
import io.github.grisaille.tensor.Factor;
import io.github.grisaille.tensor.PointwiseLoss;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The vector loops agree with the plain ones. The tolerances grow with the length of a sum. */
class InnerLoopsTest {
    private static final InnerLoops PLAIN = new PlainInnerLoops();
    private static final InnerLoops VECTOR = LoopChoice.vector();
    private static final float EPSILON = 1.2e-7f;

    private static float[] random(int length, long seed) {
        Random random = new Random(seed);
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = 2 * random.nextFloat() - 1;
        }
        return values;
    }

    private static void assertClose(float[] actual, float[] expected, double tolerance, String what) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            if (!(Math.abs(actual[i] - expected[i]) <= tolerance) && Float.compare(actual[i], expected[i]) != 0) {
                assertThat(actual[i]).as(what + " at " + i).isCloseTo(expected[i], within((float) tolerance));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 7, 8, 13, 16, 17, 31, 33, 207, 1024})
    void sumsAndProductsHaveTheBitsOfThePlainOnes(int count) {
        float[] a = random(count + 5, 1);
        float[] b = random(count + 3, 2);
        for (int at : new int[] {2, 5}) {
            float[] expected = random(count + 9, 3);
            float[] actual = expected.clone();
            PLAIN.add(a, 5, b, 1, expected, at, count);
            VECTOR.add(a, 5, b, 1, actual, at, count);
            assertThat(actual).isEqualTo(expected);
            PLAIN.multiply(a, 5, b, 1, expected, at, count);
            VECTOR.multiply(a, 5, b, 1, actual, at, count);
            assertThat(actual).isEqualTo(expected);
        }
    }

    /** The values are equal, but a zero may have the other sign. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 8, 13, 16, 17, 31, 32, 64, 207})
    void biasesAreAddedAsByThePlainLoops(int count) {
        float[] special = {0f, -0f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -1e30f};
        float[] bias = random(count + 4, 1);
        Activation[] activations = {
            null, new Activation(Activation.Kind.RELU), new Activation(Activation.Kind.LEAKY_RELU, 0.3f)
        };
        for (Activation f : activations) {
            float[] expected = random(count + 3, 2);
            for (int i = 0; i < expected.length; i += 7) {
                expected[i] = special[i / 7 % special.length];
            }
            float[] actual = expected.clone();
            PLAIN.addBias(bias, 4, f, expected, 2, count);
            VECTOR.addBias(bias, 4, f, actual, 2, count);
            assertClose(actual, expected, 0, String.valueOf(f));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 7, 8, 13, 17, 31, 33, 207})
    void stepsHaveTheBitsOfThePlainOnes(int count) {
        float[] x = random(count + 2, 1);
        float[] special = {0.25f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
        for (int i = 0; i < x.length; i += 3) {
            x[i] = special[i / 3 % special.length];
        }
        float[] expected = random(count + 2, 2);
        float[] actual = expected.clone();
        PLAIN.step(x, 0.25f, expected, 1, count + 1);
        VECTOR.step(x, 0.25f, actual, 1, count + 1);
        assertThat(actual).isEqualTo(expected);
    }

    static Stream<RowTile> rowTiles() {
        return Arrays.stream(VECTOR.rowTiles());
    }

    @ParameterizedTest
    @MethodSource("rowTiles")
    void rowTilesAgreeWithTheirPlainTwin(RowTile tile) {
        RowTile twin = new PlainRowTile(tile.width());
        for (int inner : new int[] {0, 1, 3, 6, 13, 17, 207}) {
            int[] left = spread(inner + 5, i -> (i * 5 + 2) % 6);
            int[] right = spread(tile.width() + 3, i -> 5 - i);
            float[] a = random(6 * (inner + 5) + 7, 1);
            float[] b = random((inner + 1) * tile.width(), 2);
            float[] bias = random(tile.width() + 2, 3);
            float[][] c = {random(6 * (tile.width() + 3) + 4, 4), random(6 * (tile.width() + 3) + 4, 4)};
            double tolerance = EPSILON * (inner + 1);

            int[] same = new int[RowTile.ROWS];
            tile.multiply(inner, a, left, 0, 1, b, 1, bias, same, 2, c[0], right, 1);
            twin.multiply(inner, a, left, 0, 1, b, 1, bias, same, 2, c[1], right, 1);
            assertClose(c[0], c[1], tolerance, "rows from a bias, inner " + inner);
            tile.multiply(inner, a, left, 0, 0, b, 0, c[0], right, 0, c[0], right, 0);
            twin.multiply(inner, a, left, 0, 0, b, 0, c[1], right, 0, c[1], right, 0);
            assertClose(c[0], c[1], 3 * tolerance, "rows added, inner " + inner);
        }
    }

    static Stream<ColumnTile> columnTiles() {
        return Arrays.stream(VECTOR.columnTiles());
    }

    @ParameterizedTest
    @MethodSource("columnTiles")
    void columnTilesAgreeWithTheirPlainTwin(ColumnTile tile) {
        ColumnTile twin = new PlainColumnTile(tile.width());
        for (int inner : new int[] {0, 1, 3, 6, 13, 17, 207}) {
            float[] b = random((inner + 1) * tile.width(), 2);
            float[] bias = random(tile.width() + 2, 3);
            double tolerance = EPSILON * (inner + 1);
            float[] steps = random(7 * inner + 9, 5);
            int width = tile.width();
            float[][] sums = {random(6 * width + 8, 6), random(6 * width + 8, 6)};
            tile.multiply(inner, steps, 2, 7, b, 1, bias, 1, 0, sums[0], 3, width + 1);
            twin.multiply(inner, steps, 2, 7, b, 1, bias, 1, 0, sums[1], 3, width + 1);
            assertClose(sums[0], sums[1], tolerance, "columns from one row, inner " + inner);
            tile.multiply(inner, steps, 1, 7, b, 0, sums[0], 3, width, sums[0], 3, width);
            twin.multiply(inner, steps, 1, 7, b, 0, sums[1], 3, width, sums[1], 3, width);
            assertClose(sums[0], sums[1], 3 * tolerance, "columns added, inner " + inner);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 6, 13, 17, 207})
    void productsWithAVectorAgree(int rows) {
        for (int inner : new int[] {1, 3, 6, 13, 17, 207}) {
            float[] a = random(rows * inner, 22);
            float[] x = random(Math.max(rows, inner), 23);
            float[][] y = {random(207, 24), random(207, 24)};
            VECTOR.rowsTimesVector(a, inner, x, y[0], 0, rows);
            PLAIN.rowsTimesVector(a, inner, x, y[1], 0, rows);
            assertClose(y[0], y[1], EPSILON * (inner + 1), rows + " rows of " + inner);
            VECTOR.vectorTimesColumns(a, rows, inner, x, y[0], 0, inner);
            PLAIN.vectorTimesColumns(a, rows, inner, x, y[1], 0, inner);
            assertClose(y[0], y[1], EPSILON * (rows + inner + 2), inner + " columns of " + rows);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 6, 13, 17, 64, 207})
    void productsAndRowsAreAddedAlike(int count) {
        float[] a = random(40 * 260, 25);
        float[] b = random(count + 5, 26);
        float[][] y = {random(count + 7, 27), random(count + 7, 27)};
        for (int rows : new int[] {0, 1, 5, 36}) {
            VECTOR.addProducts(a, 9, b, 2, y[0], 4, count);
            PLAIN.addProducts(a, 9, b, 2, y[1], 4, count);
            VECTOR.addRows(a, 3, 7, rows, a, 11, 251, y[0], 5, count);
            PLAIN.addRows(a, 3, 7, rows, a, 11, 251, y[1], 5, count);
            assertClose(y[0], y[1], 4 * EPSILON * (rows + 5), rows + " rows of " + count);
        }
    }

    private static int[] spread(int step, IntUnaryOperator order) {
        return IntStream.range(0, RowTile.ROWS).map(order).map(i -> i * step).toArray();
    }

    @ParameterizedTest
    @EnumSource(Activation.Kind.class)
    void activationsAgree(Activation.Kind kind) {
        Activation f = new Activation(kind, 0.3f);
        for (int length : new int[] {1, 6, 13, 207, 4098}) {
            float[] x = random(length, 7);
            for (int i = 0; i < length; i++) {
                x[i] *= i % 3 == 0 ? 60 : 3;
            }
            if (length > 40) {
                x[1] = Float.NaN;
                x[2] = 0;
                x[3] = kind == Activation.Kind.EXP ? 80 : 1e30f;
                x[4] = -1e30f;
            }
            float[] dy = random(length, 8);
            float[][] y = {new float[length], new float[length]};
            float[][] dx = {new float[length], new float[length]};
            for (int i = 0; i < 2; i++) {
                InnerLoops loops = i == 0 ? VECTOR : PLAIN;
                loops.activate(f, x, y[i], 0, length);
                loops.activateGradient(f, x, y[1 - i == 0 ? 0 : i], dy, dx[i], 0, length);
            }
            for (int i = 0; i < length; i++) {
                double scale = Math.max(1, Math.abs(y[1][i]));
                if (Float.compare(y[0][i], y[1][i]) != 0) {
                    assertThat(y[0][i]).as(kind + " of " + x[i]).isCloseTo(y[1][i], within((float) (4e-7 * scale)));
                }
                if (Float.compare(dx[0][i], dx[1][i]) != 0 && !Float.isNaN(x[i])) {
                    assertThat(dx[0][i]).as(kind + "'s gradient at " + x[i]).isCloseTo(dx[1][i], within((float)
                            (1e-6 * scale)));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(PointwiseLoss.class)
    void lossesAgree(PointwiseLoss loss) {
        for (int length : new int[] {1, 13, 207, 4098}) {
            float[] p = random(length, 9);
            float[] target = random(length, 10);
            boolean probabilities = loss == PointwiseLoss.BINARY_CROSS_ENTROPY;
            for (int i = 0; i < length; i++) {
                target[i] = target[i] > 0 ? 1 : 0;
                p[i] = probabilities ? 0.5f + 0.49f * p[i] : 20 * p[i];
            }
            for (float[] t : new float[][] {target, {1}}) {
                float[][] gradient = {new float[length], new float[length]};
                double ours = VECTOR.loss(loss, p, t, 0.1f, gradient[0], 0, length);
                double plain = PLAIN.loss(loss, p, t, 0.1f, gradient[1], 0, length);
                assertThat(ours).isCloseTo(plain, within(1e-6 * Math.max(1, Math.abs(plain))));
                assertClose(gradient[0], gradient[1], 1e-6, loss + "'s gradient");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 6, 13, 17, 64, 207})
    void columnsAgree(int columns) {
        int rows = 21;
        float[] x = random(rows * columns, 11);
        float[] dy = random(rows * columns, 12);
        float[] mean = random(columns, 13);
        float[] factor = random(columns, 14);
        float[] shift = random(columns, 15);
        var normal = new ColumnLoops.Normalization(mean, factor, shift, 0.3f);
        float[][] results = new float[2][];
        for (int i = 0; i < 2; i++) {
            ColumnLoops loops = i == 0 ? VECTOR.columns() : PLAIN.columns();
            float[] sums = new float[4 * columns];
            loops.sums(x, columns, 2, rows, 0, sums);
            float[] squares = new float[columns];
            loops.squares(x, columns, 0, rows - 1, 0, mean, squares);
            System.arraycopy(squares, 0, sums, columns, columns);
            float[] products = new float[2 * columns];
            loops.gradientSums(x, dy, columns, 1, rows, 0, normal, products);
            System.arraycopy(products, 0, sums, 2 * columns, 2 * columns);
            float[] y = new float[rows * columns];
            loops.normalize(x, columns, 0, rows, 0, normal, y);
            float[] dx = new float[rows * columns];
            loops.inputGradient(x, dy, columns, 0, rows, 0, normal, shift, mean, dx);
            results[i] = new float[sums.length + y.length + dx.length];
            System.arraycopy(sums, 0, results[i], 0, sums.length);
            System.arraycopy(y, 0, results[i], sums.length, y.length);
            System.arraycopy(dx, 0, results[i], sums.length + y.length, dx.length);
        }
        assertClose(results[0], results[1], EPSILON * 4 * rows, "columns " + columns);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 6, 13, 17, 64, 207})
    void pickingAndAddingAtPlacesAgree(int length) {
        float[] x = random(length + 3, 17);
        x[2 + length / 3] = -0f;
        x[2 + length / 2] = Float.NaN;
        float[][] results = new float[2][];
        for (int i = 0; i < 2; i++) {
            InnerLoops loops = i == 0 ? VECTOR : PLAIN;
            float[] y = random(length + 1, 18);
            float[] places = new float[length + 1];
            loops.keepGreater(x, 2, 5, y, places, 1, length);
            float[] sums = random(length + 2, 19);
            loops.addWhere(places, 5, y, 1, sums, 2, length);
            results[i] = new float[3 * length];
            System.arraycopy(y, 1, results[i], 0, length);
            System.arraycopy(places, 1, results[i], length, length);
            System.arraycopy(sums, 2, results[i], 2 * length, length);
        }
        assertThat(results[0]).containsExactly(results[1]).contains(5).contains(Float.NaN);
    }

    @Test
    void sumsAndNormalsAgree() {
        for (int length : new int[] {1, 13, 207, 4098}) {
            float[] x = random(length, 16);
            assertThat(VECTOR.sum(x, 0, length)).isCloseTo(PLAIN.sum(x, 0, length), within((double) EPSILON * length));
            assertThat(VECTOR.sumOfSquares(x, 0, length))
                    .isCloseTo(PLAIN.sumOfSquares(x, 0, length), within((double) EPSILON * length));
            assertThat(VECTOR.finite(x, 0, length)).isTrue();
            x[length / 2] = Float.NEGATIVE_INFINITY;
            assertThat(VECTOR.finite(x, 0, length)).isFalse();
            assertThat(PLAIN.finite(x, 0, length)).isFalse();
        }
        float[][] u = {new float[1024], new float[1024]};
        float[][] v = {new float[1024], new float[1024]};
        for (int i = 0; i < 1024; i++) {
            u[0][i] = u[1][i] = (i + 0.5f) / 1024;
            v[0][i] = v[1][i] = (i * 37 % 1024 + 0.5f) / 1024;
        }
        VECTOR.boxMuller(u[0], v[0], 1024);
        PLAIN.boxMuller(u[1], v[1], 1024);
        assertClose(u[0], u[1], 2e-6, "cosines");
        assertClose(v[0], v[1], 2e-6, "sines");
    }

    @ParameterizedTest
    @EnumSource(WinogradForm.class)
    void winogradTransformsAgree(WinogradForm form) {
        int count = 64;
        int lines = 3;
        int step = lines * (count + 3);
        int next = count + 3;
        float[] x = random(step * form.points() + 2, 21);
        for (int part = 0; part < 5; part++) {
            float[][] y = {random(form.points() * step, 22), random(form.points() * step, 22)};
            for (int i = 0; i < 2; i++) {
                WinogradTransforms transforms = (i == 0 ? VECTOR : PLAIN).winograd(form);
                switch (part) {
                    case 0 -> transforms.window(x, 2, step, next, y[i], 1, step, next, lines, count);
                    case 1 -> transforms.kernel(x, 2, step, next, y[i], 1, step, next, lines, count);
                    case 2 -> transforms.output(x, 2, step, next, y[i], 1, step, next, lines, count);
                    case 3 -> transforms.outputGradient(x, 2, step, next, y[i], 1, step, next, lines, count);
                    default -> transforms.kernelGradient(x, 2, step, next, y[i], 1, step, next, lines, count);
                }
            }
            assertClose(y[0], y[1], EPSILON * 16, form + "'s part " + part);
        }
    }

    /** Products of the whole backend agree, with both sets of loops and on any number of threads. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 6, 13, 17, 207})
    void productsAgreeAtAwkwardSizes(int size) {
        JavaBackend vector = new JavaBackend(3, VECTOR);
        JavaBackend plain = new JavaBackend(1, PLAIN);
        for (int other : new int[] {1, 6, 17, 100}) {
            for (int kind = 0; kind < 8; kind++) {
                boolean transposeA = (kind & 1) != 0;
                boolean transposeB = (kind & 2) != 0;
                boolean add = (kind & 4) != 0;
                float[][] results = new float[2][];
                for (int i = 0; i < 2; i++) {
                    JavaBackend backend = i == 0 ? vector : plain;
                    Tensor a = uniform(backend, 1, transposeA ? other : size, transposeA ? size : other);
                    Tensor b = uniform(backend, 2, transposeB ? size + 1 : other, transposeB ? other : size + 1);
                    Tensor bias = uniform(backend, 3, size + 1);
                    Tensor c = uniform(backend, 4, size, size + 1);
                    backend.matmul(
                            new Factor(a, transposeA),
                            new Factor(b, transposeB),
                            add ? Epilogue.NONE : Epilogue.bias(bias),
                            add ? Write.ADD : Write.REPLACE,
                            c);
                    results[i] = c.toArray();
                }
                assertClose(results[0], results[1], EPSILON * 2 * (other + 1), "product " + kind);
            }
        }
    }

    private static Tensor uniform(JavaBackend backend, long seed, int... shape) {
        Tensor tensor = backend.empty(Shape.of(shape));
        backend.uniform(new RandomStream(seed, 0), -1, 1, tensor);
        return tensor;
    }

    @Test
    void theTilesAreWhatTheirProgramWrites(@TempDir Path folder) throws Exception {
        Path backend = Path.of("src/main/vector/io/github/grisaille/backend/cpu");
        Files.createDirectories(folder.resolve(backend));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        Path.of("src/main/codegen/WriteTiles.java")
                                .toAbsolutePath()
                                .toString())
                .directory(folder.toFile())
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();
        try (Stream<Path> written = Files.list(folder.resolve(backend))) {
            assertThat(written)
                    .hasSize(8)
                    .allSatisfy(file -> assertThat(code(file)).isEqualTo(code(backend.resolve(file.getFileName()))));
        }
    }

    /** The code of a file without white space, because the formatter may have broken lines. */
    private static String code(Path file) throws IOException {
        return Files.readString(file).replaceAll("\\s+", "");
    }
}
