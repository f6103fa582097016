package io.github.grisaille.train.gan;

import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.leakyRelu;
import static io.github.grisaille.nn.Layers.relu;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.tanh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.nn.Pass;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.oracle.Samples;
import org.junit.jupiter.api.Test;

class DeadRelusTest {
    private static final float NEVER = -100;

    @Test
    void countsTheColumnsOfAllRelusInnerNetworksAndSlicesIncluded() {
        Sequential inner = sequential(dense(2, 4), relu());
        Sequential network = sequential(dense(3, 2), relu(), inner, tanh()).initialize(1);
        network.parameters().get(1).set(100, NEVER);
        network.parameters().get(3).set(-1000 * NEVER, 1000 * NEVER, -1000 * NEVER, 1000 * NEVER);
        try (Pass pass = Pass.evaluating(network.backend())) {
            network.forward(Samples.normal(1, 5, 3), pass);
            assertThat(DeadRelus.share(network, pass).item()).isEqualTo(3 / 6f);
            assertThat(DeadRelus.share(network.slice(2, 4), pass).item()).isEqualTo(2 / 4f);
        }
    }

    @Test
    void aNetworkWithoutReluIsRefused() {
        Sequential network = sequential(dense(3, 2), leakyRelu(0.2f)).initialize(1);
        assertThat(DeadRelus.possibleIn(network)).isFalse();
        try (Pass pass = Pass.evaluating(network.backend())) {
            assertThatThrownBy(() -> DeadRelus.share(network, pass))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("Sequential(2 layers) has no ReLU, so none can be dead");
        }
    }
}
