package io.github.grisaille.nn;

import static io.github.grisaille.nn.LayerChecks.between;
import static io.github.grisaille.nn.LayerChecks.choices;
import static io.github.grisaille.nn.Layers.conv2d;
import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.globalAverage;
import static io.github.grisaille.nn.Layers.globalSum;
import static io.github.grisaille.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.oracle.Samples;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GlobalPoolTest {
    static Stream<Long> seeds() {
        return LayerChecks.seeds(8);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void agreesWithTorchAndWithFiniteDifferences(long seed) {
        RandomStream random = choices(seed);
        Tensor x = Samples.normal(
                seed, between(random, 1, 7), between(random, 1, 7), between(random, 1, 7), between(random, 1, 19));
        LayerChecks.agreesWithTorch(globalSum(), x, true, (leaf, none) -> leaf.sum(1, 2));
        LayerChecks.agreesWithTorch(globalAverage(), x, true, (leaf, none) -> leaf.mean(1, 2));
        for (Layer layer : new Layer[] {globalSum(), globalAverage()}) {
            LayerChecks.matchesFiniteDifferences(layer, x, true);
            LayerChecks.tangentMatchesFiniteDifferences(layer, x, true);
            LayerChecks.tangentGradientMatchesFiniteDifferences(layer, x, true);
        }
    }

    @Test
    void byHand() {
        Tensor x = Tensor.of(new float[] {1, 10, 2, 20, 3, 30, 6, 60}, 1, 2, 2, 2);
        assertThat(sequential(globalSum()).predict(x).toArray()).containsExactly(12, 120);
        assertThat(sequential(globalAverage()).predict(x).toArray()).containsExactly(3, 30);
    }

    @Test
    void shapesAreKnown() {
        assertThat(sequential(conv2d(3, 8, 3, 1, 1), globalSum(), dense(8, 1)).outputShape(Shape.of(2, 9, 5, 3)))
                .isEqualTo(Shape.of(2, 1));
        assertThatThrownBy(() -> sequential(conv2d(3, 8, 3, 1, 1), globalSum(), dense(7, 1)))
                .hasMessageContaining("got batch×8");
        assertThatThrownBy(() -> globalAverage().outputShape(Shape.of(2, 3)))
                .hasMessage("GlobalAverage: got 2×3, wanted batch×height×width×channels");
    }
}
