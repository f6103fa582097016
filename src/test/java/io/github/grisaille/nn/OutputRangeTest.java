package io.github.grisaille.nn;

import static io.github.grisaille.nn.Layers.avgPool2d;
import static io.github.grisaille.nn.Layers.batchNorm;
import static io.github.grisaille.nn.Layers.columns;
import static io.github.grisaille.nn.Layers.concat;
import static io.github.grisaille.nn.Layers.conv2d;
import static io.github.grisaille.nn.Layers.convTranspose2d;
import static io.github.grisaille.nn.Layers.cutout;
import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.dropout;
import static io.github.grisaille.nn.Layers.elu;
import static io.github.grisaille.nn.Layers.flatten;
import static io.github.grisaille.nn.Layers.layerNorm;
import static io.github.grisaille.nn.Layers.leakyRelu;
import static io.github.grisaille.nn.Layers.maxPool2d;
import static io.github.grisaille.nn.Layers.pack;
import static io.github.grisaille.nn.Layers.relu;
import static io.github.grisaille.nn.Layers.reshape;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.sigmoid;
import static io.github.grisaille.nn.Layers.softplus;
import static io.github.grisaille.nn.Layers.spectralNorm;
import static io.github.grisaille.nn.Layers.tanh;
import static io.github.grisaille.nn.Layers.upsample;
import static io.github.grisaille.nn.Layers.upsampleBilinear;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.grisaille.oracle.Samples;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.Tensor;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class OutputRangeTest {
    static Stream<Arguments> ends() {
        AvgPool2d padded = new AvgPool2d(ConvGeometry.square(2, 2, 1));
        return Stream.of(
                arguments(sequential(sigmoid()), "from 0 to 1", "layer 0 Sigmoid"),
                arguments(sequential(tanh()), "from -1 to 1", "layer 0 Tanh"),
                arguments(sequential(relu()), "at least 0", "layer 0 ReLU"),
                arguments(sequential(softplus()), "at least 0", "layer 0 Softplus"),
                arguments(sequential(elu(0.5f)), "at least -0.5", "layer 0 ELU(0.5)"),
                arguments(sequential(conv2d(2, 2, 3, 1, 1), leakyRelu(0.2f)), "any number", "layer 0 "),
                arguments(sequential(leakyRelu(0)), "at least 0", "layer 0 LeakyReLU(0.0)"),
                arguments(sequential(conv2d(2, 3, 3, 1, 1)), "any number", "layer 0 Conv2d"),
                arguments(sequential(tanh(), convTranspose2d(2, 3, 4, 2, 1)), "any number", "layer 1 ConvTranspose2d"),
                arguments(sequential(tanh(), batchNorm(2)), "any number", "layer 1 BatchNorm(2)"),
                arguments(sequential(tanh(), layerNorm(4, 4, 2)), "any number", "layer 1 LayerNorm"),
                arguments(sequential(spectralNorm(conv2d(2, 3, 3, 1, 1))), "any number", "layer 0 SpectralNorm"),
                arguments(sequential(flatten(), dense(32, 3)), "any number", "layer 1 Dense(32 → 3)"),
                // layers that pass values on keep the activation's range, also in nested networks
                arguments(sequential(sigmoid(), flatten(), reshape(32)), "from 0 to 1", "layer 0 Sigmoid"),
                arguments(sequential(tanh(), maxPool2d(2), pack(2)), "from -1 to 1", "layer 0 Tanh"),
                arguments(sequential(tanh(), upsample(2), columns(0, 1)), "from -1 to 1", "layer 0 Tanh"),
                arguments(sequential(tanh(), upsampleBilinear(2)), "from -1 to 1", "layer 0 Tanh"),
                arguments(
                        sequential(flatten(), sequential(dense(32, 1), sequential(sigmoid())), reshape(1)),
                        "from 0 to 1",
                        "layer 1 layer 1 layer 0 Sigmoid"),
                arguments(sequential(relu(), tanh()), "from 0 to 1", "layer 1 Tanh"),
                arguments(sequential(relu(), leakyRelu(0.1f)), "at least 0", "layer 0 ReLU"),
                arguments(sequential(sigmoid(), relu()), "from 0 to 1", "layer 0 Sigmoid"),
                arguments(sequential(sigmoid(), avgPool2d(2)), "from 0 to 1", "layer 0 Sigmoid"),
                arguments(sequential(relu(), elu(1), sigmoid(), padded), "from 0 to 1", "layer 3 AvgPool2d"),
                arguments(sequential(sigmoid(), dropout(0.5f)), "from 0 to 2", "layer 1 Dropout(0.5)"),
                arguments(sequential(sigmoid(), dropout(0)), "from 0 to 1", "layer 0 Sigmoid"),
                arguments(sequential(concat(sigmoid(), tanh())), "from -1 to 1", "layer 0 Concat(Sigmoid, Tanh)"));
    }

    /** The words, and no output beyond the ends on inputs far from 0. */
    @ParameterizedTest
    @MethodSource("ends")
    void aNetworkKnowsItsEnds(Sequential network, String words, String by) {
        OutputRange range = network.outputRange();
        assertThat(range).hasToString(words);
        if (!words.equals("any number") || !by.equals("layer 0 ")) {
            assertThat(range.by()).startsWith(by);
        }
        Tensor x = Samples.normal(1, 6, 4, 4, 2);
        Backend.cpu().scale(x, 5, x);
        try (Pass pass = Pass.training(Backend.cpu(), 1)) {
            for (float value : network.forward(x, pass).toArray()) {
                assertThat(value >= range.low() && value <= range.high())
                        .as("%s", value)
                        .isTrue();
            }
        }
    }

    /** Half of the values of a sigmoid are 0.5 or more. Dropout at rate 0.5 doubles them. */
    @Test
    void dropoutReachesBeyondTheSigmoid() {
        Tensor x = Samples.normal(1, 50, 10);
        try (Pass pass = Pass.training(Backend.cpu(), 1)) {
            float[] y = sequential(sigmoid(), dropout(0.5f)).forward(x, pass).toArray();
            float greatest = 0;
            for (float value : y) {
                greatest = Math.max(greatest, value);
            }
            assertThat(greatest).isBetween(1.5f, 2f);
        }
    }

    @Test
    void whatIsNotKnownIsSaid() {
        for (Sequential network : new Sequential[] {
            sequential(leakyRelu(0.2f)), sequential(sigmoid(), cutout(0.5f)), sequential(concat(tanh(), cutout(0.5f)))
        }) {
            assertThat(network.outputRange().known()).isFalse();
            assertThat(network.outputRange()).hasToString("not known");
            assertThat(network.outputRange().bounded()).isFalse();
            assertThat(network.outputRange().within(0, 1)).isFalse();
            assertThat(network.outputRange().reaches(-9, 9)).isTrue();
        }
    }
}
