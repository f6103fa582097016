package io.github.grisaille.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.RandomStream;
import org.junit.jupiter.api.Test;

class InitializersTest {
    /** The standard deviation of 60,000 values is known to about half a per cent. */
    private static void assertDeviation(Initializer rule, double expected) {
        Dense layer = Layers.dense(200, 300);
        Parameter weight = layer.parameters().get(0);
        weight.initialize(rule, new RandomStream(1, 1));
        double sum = 0;
        for (float value : weight.value().toArray()) {
            sum += value * value;
        }
        assertThat(Math.sqrt(sum / 60_000)).isCloseTo(expected, within(expected * 0.02));
    }

    @Test
    void weightsHaveTheDeviationOfTheirRule() {
        assertDeviation(Initializers.he(), Math.sqrt(2.0 / 200));
        assertDeviation(Initializers.xavier(), Math.sqrt(2.0 / 500));
        assertDeviation(Initializers.xavierFanIn(), Math.sqrt(1.0 / 200));
        assertDeviation(Initializers.normal(0.02f), 0.02);
        assertDeviation(Initializers.dcgan(), 0.02);
        assertDeviation(Initializers.uniformFanIn(), 1 / Math.sqrt(200) / Math.sqrt(3));
    }

    @Test
    void otherParametersStartAsTheirRoleSays() {
        Sequential network = Layers.sequential(Layers.dense(50, 1000), Layers.batchNorm(1000));
        network.initialize(Initializers.dcgan(), 1);
        assertThat(network.parameters().get(1).value().toArray()).containsOnly(0);
        float[] gains = network.parameters().get(2).value().toArray();
        double mean = 0;
        for (float gain : gains) {
            mean += gain / gains.length;
            assertThat(gain).isBetween(0.88f, 1.12f);
        }
        assertThat(mean).isCloseTo(1, within(0.005));
        assertThat(network.parameters().get(3).value().toArray()).containsOnly(0);
        network.initialize(1);
        assertThat(network.parameters().get(2).value().toArray()).containsOnly(1);
    }

    /** As in PyTorch: an output of a convolution with groups sums the channels of one group. */
    @Test
    void theFanOfAConvolutionIsThatOfOneGroup() {
        ConvGeometry g = ConvGeometry.kernel(3, 5).groups(4);
        Parameter weight = Layers.conv2d(8, 12, g).parameters().get(0);
        assertThat(weight.fanIn()).isEqualTo(3 * 5 * 8 / 4);
        assertThat(weight.fanOut()).isEqualTo(3 * 5 * 12 / 4);
        weight.initialize(Initializers.uniformFanIn(), new RandomStream(1, 1));
        float bound = (float) (1 / Math.sqrt(30));
        for (float value : weight.value().toArray()) {
            assertThat(value).isBetween(-bound, bound);
        }
        Parameter transposed =
                Layers.convTranspose2d(8, 12, g.stride(1, 5)).parameters().get(0);
        assertThat(transposed.fanIn()).isEqualTo(3 * 8 / 4);
        assertThat(transposed.fanOut()).isEqualTo(3 * 5 * 12 / 4);
    }

    @Test
    void negativeDeviation() {
        assertThatThrownBy(() -> Initializers.normal(-1))
                .hasMessage("the standard deviation must be at least 0; got -1.0");
    }
}
