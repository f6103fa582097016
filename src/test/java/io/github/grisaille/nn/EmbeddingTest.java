package io.github.grisaille.nn;

import static io.github.grisaille.nn.LayerChecks.between;
import static io.github.grisaille.nn.LayerChecks.choices;
import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.embedding;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.oracle.Samples.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.oracle.Samples;
import io.github.grisaille.oracle.Torch;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.stream.Stream;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EmbeddingTest {
    static Stream<Long> seeds() {
        return LayerChecks.seeds(9);
    }

    private static Tensor labels(RandomStream random, int classes, int... shape) {
        Shape all = Shape.of(shape);
        float[] values = new float[all.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(classes);
        }
        return Backend.cpu().tensor(values, all);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void agreesWithTorch(long seed) {
        RandomStream random = choices(seed);
        int classes = between(random, 1, 20);
        int[] shape = new int[1 + (int) seed % 3];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = between(random, 1, 9);
        }
        Tensor x = labels(random, classes, shape);
        Embedding layer = LayerChecks.randomized(embedding(classes, between(random, 1, 33)), seed);
        org.bytedeco.pytorch.Tensor table = Torch.leaf(layer.parameters().get(0).value());
        org.bytedeco.pytorch.Tensor expected =
                torch.embedding(table, Torch.constant(x).to(torch.ScalarType.Long));
        try (Pass pass = Pass.training(Backend.cpu(), 1)) {
            Tensor y = layer.forward(x, pass);
            assertThat(y.shape()).isEqualTo(layer.outputShape(x.shape()));
            assertThat(y.toArray()).containsExactly(Torch.values(expected));
            Tensor dy = Samples.normal(seed, y.shape());
            expected.mul(Torch.constant(dy)).sum().backward();
            assertThat(layer.backward(dy, pass, Wanted.BOTH).toArray())
                    .hasSize(x.size())
                    .containsOnly(0);
            assertClose(
                    "table",
                    layer.parameters().get(0).gradient().toArray(),
                    Torch.values(Torch.gradient(table)),
                    y.size());
            assertThat(layer.tangent(x, pass).toArray()).hasSize(y.size()).containsOnly(0);
            assertThat(layer.tangentGradient(x, dy, pass, Wanted.BOTH)).isNull();
        }
    }

    /** The output is linear in the table, so a difference of any length is the slope. */
    @Test
    void theTablesGradientIsTheSlope() {
        Embedding layer = LayerChecks.randomized(embedding(4, 3), 1);
        Parameter table = layer.parameters().get(0);
        Tensor x = Tensor.of(new float[] {3, 1, 1, 0, 3}, 5);
        Tensor dy = Samples.normal(2, 5, 3);
        try (Pass pass = Pass.training(Backend.cpu(), 1)) {
            layer.forward(x, pass);
            layer.backward(dy, pass, Wanted.PARAMETERS);
        }
        float[] values = table.value().toArray();
        for (int i = 0; i < values.length; i++) {
            float[] moved = values.clone();
            moved[i] += 1;
            double before = projected(layer, x, dy);
            table.set(moved);
            double after = projected(layer, x, dy);
            table.set(values);
            assertThat(after - before).isCloseTo(table.gradient().toArray()[i], within(1e-5));
        }
    }

    private static double projected(Embedding layer, Tensor x, Tensor dy) {
        float[] y = sequential(layer).predict(x).toArray();
        double sum = 0;
        for (int i = 0; i < y.length; i++) {
            sum += y[i] * dy.toArray()[i];
        }
        return sum;
    }

    @Test
    void byHand() {
        Embedding layer = embedding(3, 2);
        layer.parameters().get(0).set(10, 11, 20, 21, 30, 31);
        Tensor x = Tensor.of(new float[] {2, 0, 2}, 3);
        try (Pass pass = Pass.training(Backend.cpu(), 1)) {
            assertThat(layer.forward(x, pass).toArray()).containsExactly(30, 31, 10, 11, 30, 31);
            layer.backward(Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2), pass, Wanted.PARAMETERS);
            assertThat(layer.parameters().get(0).gradient().toArray()).containsExactly(3, 4, 0, 0, 6, 8);
        }
    }

    /** The same as PyTorch's nn.Embedding. */
    @Test
    void rowsStartAsStandardNormalNumbers() {
        float[] values = sequential(embedding(100, 100))
                .initialize(1)
                .parameters()
                .get(0)
                .value()
                .toArray();
        double squares = 0;
        for (float value : values) {
            squares += value * value / values.length;
        }
        assertThat(squares).isCloseTo(1, within(0.05));
    }

    @Test
    void misuseIsRefused() {
        assertThatThrownBy(() -> embedding(0, 2)).hasMessageContaining("classes must be at least 1; got 0");
        assertThatThrownBy(() -> embedding(2, 0)).hasMessageContaining("width must be at least 1; got 0");
        assertThatThrownBy(() -> sequential(embedding(3, 4), dense(5, 1))).hasMessageContaining("got …×4");
    }
}
