package io.github.grisaille.backend;

import static io.github.grisaille.oracle.Samples.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.oracle.Samples;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Operands that are repeated and sums over axes, on every backend; its test extends this. */
public abstract class BroadcastContract {
    /** The backend under test. */
    protected abstract Backend backend();

    private Tensor tensor(float[] values, int... shape) {
        return backend().tensor(values, Shape.of(shape));
    }

    private Tensor normal(long seed, Shape shape) {
        return Samples.normal(seed, shape).to(backend());
    }

    @Test
    void aRowIsAddedToEachRow() {
        Tensor x = tensor(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
        Tensor y = backend().empty(x.shape());
        backend().addBroadcast(x, tensor(new float[] {10, 20, 30}, 3), y);
        assertThat(y.toArray()).containsExactly(11, 22, 33, 14, 25, 36);
        backend().addBroadcast(tensor(new float[] {10, 20, 30}, 1, 3), x, x);
        assertThat(x.toArray()).as("in place").containsExactly(11, 22, 33, 14, 25, 36);
    }

    @Test
    void aColumnTimesARowIsAMatrix() {
        Tensor y = backend().empty(Shape.of(2, 3));
        backend().multiplyBroadcast(tensor(new float[] {2, -1}, 2, 1), tensor(new float[] {1, 2, 3}, 3), y);
        assertThat(y.toArray()).containsExactly(2, 4, 6, -1, -2, -3);
        backend().multiplyBroadcast(y, backend().tensor(new float[] {10}, Shape.of()), y);
        assertThat(y.toArray()).containsExactly(20, 40, 60, -10, -20, -30);
    }

    @Test
    void anOperandIsRepeated() {
        Tensor y = backend().empty(Shape.of(2, 3));
        backend().repeat(tensor(new float[] {1, 2, 3}, 3), y);
        assertThat(y.toArray()).containsExactly(1, 2, 3, 1, 2, 3);
        backend().repeat(tensor(new float[] {4, 5}, 2, 1), y);
        assertThat(y.toArray()).containsExactly(4, 4, 4, 5, 5, 5);
        backend().repeat(backend().tensor(new float[] {6}, Shape.of()), y);
        assertThat(y.toArray()).containsOnly(6);
        backend().repeat(tensor(new float[] {1, 2, 3, 4, 5, 6}, 2, 3), y);
        assertThat(y.toArray()).containsExactly(1, 2, 3, 4, 5, 6);
        assertThatThrownBy(() -> backend().repeat(tensor(new float[2], 2), y))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "repeat cannot repeat a tensor of 2 to one of 2×3: the extents of the tensor, aligned at the"
                                + " last axis, must be 1 or those of the result");
    }

    @Test
    void aBlendTakesAShareOfEachOperand() {
        Tensor a = tensor(new float[] {1, 2, 3, 4}, 2, 2);
        Tensor b = tensor(new float[] {10, 20, 30, 40}, 2, 2);
        Tensor y = backend().empty(a.shape());
        backend().blend(a, b, tensor(new float[] {0.5f}, 1), y);
        assertThat(y.toArray()).containsExactly(5.5f, 11, 16.5f, 22);
        backend().blend(a, b, tensor(new float[] {1, 0}, 2), y);
        assertThat(y.toArray()).containsExactly(1, 2, 30, 40);
        backend().blend(a, b, tensor(new float[] {1, 0.75f, 0.5f, 0}, 2, 2), a);
        assertThat(a.toArray()).as("in place").containsExactly(1, 6.5f, 16.5f, 40);
        assertThatThrownBy(() -> backend().blend(a, b, tensor(new float[3], 3), y))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("blend of tensors of 2×2 needs one share for all, one for each item or one for each value;"
                        + " got 3");
    }

    @Test
    void sumsOverAxesOfASmallTensor() {
        Tensor x = tensor(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
        Tensor columns = tensor(new float[] {100, 200, 300}, 3);
        backend().sumOver(x, Write.ADD, columns);
        assertThat(columns.toArray()).containsExactly(105, 207, 309);
        Tensor rows = backend().empty(Shape.of(2, 1));
        backend().sumOver(x, Write.REPLACE, rows);
        assertThat(rows.toArray()).containsExactly(6, 15);
        Tensor all = backend().empty(Shape.of());
        backend().sumOver(x, Write.REPLACE, all);
        assertThat(all.item()).isEqualTo(21);
        Tensor same = tensor(new float[] {1, 1, 1, 1, 1, 1}, 2, 3);
        backend().sumOver(x, Write.ADD, same);
        assertThat(same.toArray()).containsExactly(2, 3, 4, 5, 6, 7);
        backend().sumOver(x, Write.REPLACE, same);
        assertThat(same.toArray()).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void shapesThatDoNotFitAreRefused() {
        Tensor matrix = tensor(new float[6], 2, 3);
        Tensor row = tensor(new float[3], 3);
        assertThatThrownBy(() -> backend().addBroadcast(matrix, row, tensor(new float[6], 3, 2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("addBroadcast of 2×3 and 3 makes a tensor of 2×3; got one of 3×2 to write:"
                        + " give it the shape 2×3");
        assertThatThrownBy(() -> backend().multiplyBroadcast(matrix, tensor(new float[2], 2), matrix))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("got 2×3 and 2, which have 3 and 2 at axis -1");
        assertThatThrownBy(() -> backend().multiplyBroadcast(row, row, matrix))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> backend().sumOver(matrix, Write.REPLACE, tensor(new float[2], 2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("sumOver cannot sum a tensor of 2×3 to one of 2: the extents of the result, aligned at the"
                        + " last axis, must be 1 or those of the tensor");
        assertThatThrownBy(() -> backend().sumOver(row, Write.REPLACE, tensor(new float[3], 1, 3)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(matrix.toArray()).as("nothing is written").containsOnly(0);
    }

    static Stream<Arguments> pairs() {
        List<Arguments> pairs = new ArrayList<>(List.of(
                Arguments.of(Shape.of(), Shape.of()),
                Arguments.of(Shape.of(1, 1), Shape.of(1)),
                Arguments.of(Shape.of(70_001), Shape.of(1)),
                Arguments.of(Shape.of(70_001), Shape.of(70_001)),
                Arguments.of(Shape.of(3001, 17), Shape.of(17)),
                Arguments.of(Shape.of(30_011, 3), Shape.of(3)),
                Arguments.of(Shape.of(64), Shape.of(1009, 64)),
                Arguments.of(Shape.of(207, 511), Shape.of(511)),
                Arguments.of(Shape.of(131, 512), Shape.of(512)),
                Arguments.of(Shape.of(131, 513), Shape.of(513)),
                Arguments.of(Shape.of(61, 1025), Shape.of(1025)),
                Arguments.of(Shape.of(17, 4097), Shape.of(4097)),
                Arguments.of(Shape.of(9, 3343, 3), Shape.of(9, 1, 3)),
                Arguments.of(Shape.of(9, 1, 13), Shape.of(9, 601, 13)),
                Arguments.of(Shape.of(3, 20_003), Shape.of(3, 1)),
                Arguments.of(Shape.of(513, 127), Shape.of(513, 1)),
                Arguments.of(Shape.of(513, 129), Shape.of(513, 1)),
                Arguments.of(Shape.of(67, 1, 1025), Shape.of(3, 1)),
                Arguments.of(Shape.of(3, 20_003), Shape.of(20_003)),
                Arguments.of(Shape.of(40_001, 3), Shape.of(40_001, 1)),
                Arguments.of(Shape.of(300, 1), Shape.of(1, 301)),
                Arguments.of(Shape.of(5, 2053, 7), Shape.of(5, 1, 7)),
                Arguments.of(Shape.of(33, 65, 3, 13), Shape.of(33, 1, 1, 13)),
                Arguments.of(Shape.of(33, 65, 3, 13), Shape.of(65, 1, 13)),
                Arguments.of(Shape.of(7, 5, 1, 207), Shape.of(7, 1, 17, 1))));
        int[] extents = {1, 2, 3, 6, 13, 17};
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            int[] a = new int[random.nextInt(6)];
            int[] b = new int[a.length];
            for (int axis = 0; axis < a.length; axis++) {
                int extent = extents[random.nextInt(extents.length)];
                int kind = random.nextInt(3);
                a[axis] = kind == 0 ? 1 : extent;
                b[axis] = kind == 1 ? 1 : extent;
            }
            int missing = random.nextInt(a.length + 1);
            for (int axis = 0; axis < missing; axis++) {
                a[axis] = Math.max(a[axis], b[axis]);
            }
            pairs.add(Arguments.of(Shape.of(a), Shape.of(Arrays.copyOfRange(b, missing, b.length))));
        }
        return pairs.stream();
    }

    /** The index of the value of an operand that stands at place i of a result. */
    private static int place(Shape operand, Shape result, int i) {
        int place = 0;
        int step = 1;
        for (int back = 1; back <= operand.rank(); back++) {
            if (operand.axis(-back) > 1) {
                place += i % result.axis(-back) * step;
            }
            step *= operand.axis(-back);
            i /= result.axis(-back);
        }
        return place;
    }

    @ParameterizedTest(name = "{0} and {1}")
    @MethodSource("pairs")
    void sumsAndProductsAreThoseOfPlainLoops(Shape shapeOfA, Shape shapeOfB) {
        Shape shape = Shape.broadcast(shapeOfA, shapeOfB);
        float[] a = Samples.normal(1, shapeOfA).toArray();
        float[] b = Samples.normal(2, shapeOfB).toArray();
        float[] sums = new float[shape.size()];
        float[] products = new float[shape.size()];
        for (int i = 0; i < sums.length; i++) {
            float left = a[place(shapeOfA, shape, i)];
            float right = b[place(shapeOfB, shape, i)];
            sums[i] = left + right;
            products[i] = left * right;
        }
        Tensor left = backend().tensor(a, shapeOfA);
        Tensor right = backend().tensor(b, shapeOfB);
        Tensor y = normal(3, shape);
        backend().addBroadcast(left, right, y);
        assertThat(Arrays.mismatch(y.toArray(), sums)).isEqualTo(-1);
        backend().multiplyBroadcast(right, left, y);
        assertThat(Arrays.mismatch(y.toArray(), products)).isEqualTo(-1);
        for (Tensor given : List.of(left, right)) {
            float[] values = given.toArray();
            float[] repeated = Samples.values(sums.length, i -> values[place(given.shape(), shape, i)]);
            backend().repeat(given, y);
            assertThat(Arrays.mismatch(y.toArray(), repeated)).isEqualTo(-1);
        }
        if (left.size() == shape.size()) {
            Tensor inPlace = left.reshape(shape);
            backend().multiplyBroadcast(inPlace, right, inPlace);
            assertThat(Arrays.mismatch(inPlace.toArray(), products)).isEqualTo(-1);
        }
    }

    @ParameterizedTest(name = "{0} and {1}")
    @MethodSource("pairs")
    void sumsOverAxesAreThoseOfPlainLoops(Shape shapeOfA, Shape shapeOfB) {
        Shape shape = Shape.broadcast(shapeOfA, shapeOfB);
        float[] x = Samples.normal(1, shape).toArray();
        Tensor given = backend().tensor(x, shape);
        for (Shape shapeOfY : List.of(shapeOfA, shapeOfB)) {
            double[] sums = new double[shapeOfY.size()];
            for (int i = 0; i < x.length; i++) {
                sums[place(shapeOfY, shape, i)] += x[i];
            }
            Tensor y = normal(2, shapeOfY);
            float[] before = y.toArray();
            backend().sumOver(given, Write.ADD, y);
            float[] expected = Samples.values(sums.length, i -> before[i] + (float) sums[i]);
            assertClose("added", y.toArray(), expected, x.length / sums.length);
            backend().sumOver(given, Write.REPLACE, y);
            expected = Samples.values(sums.length, i -> (float) sums[i]);
            assertClose("sums", y.toArray(), expected, x.length / sums.length);
        }
    }

    @Test
    void blendsAreThoseOfPlainLoops() {
        for (int[] shape : new int[][] {{1}, {6, 13}, {207}, {5, 17, 3}, {3, 30_011}, {70_001}, {70_001, 1}}) {
            Tensor a = normal(1, Shape.of(shape));
            Tensor b = normal(2, a.shape());
            Tensor y = normal(3, a.shape());
            for (int shares : new int[] {1, shape[0], a.size()}) {
                Tensor share = normal(4, Shape.of(shares));
                backend().blend(a, b, share, y);
                float[] expected = new float[a.size()];
                float[] av = a.toArray();
                float[] bv = b.toArray();
                float[] sv = share.toArray();
                for (int i = 0; i < expected.length; i++) {
                    float s = sv[i / (expected.length / shares)];
                    expected[i] = s * av[i] + (1 - s) * bv[i];
                }
                assertThat(Arrays.mismatch(y.toArray(), expected))
                        .as(shares + " shares of " + a.shape())
                        .isEqualTo(-1);
            }
        }
    }
}
