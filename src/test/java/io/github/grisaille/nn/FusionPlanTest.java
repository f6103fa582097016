package io.github.grisaille.nn;

import static io.github.grisaille.nn.Layers.batchNorm;
import static io.github.grisaille.nn.Layers.conv2d;
import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.leakyRelu;
import static io.github.grisaille.nn.Layers.relu;
import static io.github.grisaille.nn.Layers.softplus;
import static io.github.grisaille.nn.Layers.tanh;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which layers run together; {@link FusesActivationTest} shows that the values stay the same. */
class FusionPlanTest {
    private static List<String> steps(Layer... layers) {
        FusionPlan plan = new FusionPlan(new Places(null, 0, List.of(layers)));
        return IntStream.range(0, plan.size())
                .mapToObj(k -> plan.step(k).first() + "-" + plan.step(k).last())
                .toList();
    }

    @Test
    void aLayerRunsWithTheActivationAfterIt() {
        assertThat(steps(dense(2, 2), tanh())).containsExactly("0-1");
        assertThat(steps(conv2d(1, 2, 3, 1, 1), batchNorm(2), leakyRelu(0.2f))).containsExactly("0-0", "1-2");
    }

    @Test
    void anActivationAfterAnotherOneRunsAlone() {
        assertThat(steps(relu(), dense(2, 2), tanh(), relu())).containsExactly("0-0", "1-2", "3-3");
    }

    @Test
    void anActivationThatNeedsItsInputForItsDerivativeRunsAlone() {
        assertThat(steps(dense(2, 2), softplus(), dense(2, 2), leakyRelu(-1)))
                .containsExactly("0-0", "1-1", "2-2", "3-3");
    }

    @Test
    void aLayerWithoutAnActivationRunsAlone() {
        assertThat(steps(dense(2, 2), dense(2, 2))).containsExactly("0-0", "1-1");
    }
}
