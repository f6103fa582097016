package io.github.grisaille.nn;

import static io.github.grisaille.nn.Layers.conv2d;
import static io.github.grisaille.nn.Layers.convTranspose2d;
import static io.github.grisaille.nn.Layers.leakyRelu;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.spectralNorm;
import static io.github.grisaille.nn.Layers.upsampleBilinear;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.grisaille.loss.Losses;
import io.github.grisaille.optim.Optimizers;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.train.Example;
import io.github.grisaille.train.History;
import io.github.grisaille.train.Progress;
import io.github.grisaille.train.Trainer;
import org.junit.jupiter.api.Test;

/** Depthwise, grouped and dilated convolutions, bilinear upsampling and spectral normalisation train together. */
class ConvolutionTrainingTest {
    private static final int STEPS = 300;

    /** Smooth images of 8×8 pixels are made smaller and large again. Predicting their mean, 0, would have a loss of 0.5. */
    @Test
    void smoothImagesAreRestored() {
        Sequential network = sequential(
                        conv2d(2, 8, ConvGeometry.square(4, 2, 1).groups(2)),
                        leakyRelu(0.2f),
                        conv2d(8, 8, ConvGeometry.square(3, 1, 2).dilation(2).groups(8)),
                        conv2d(8, 8, 1, 1, 0),
                        leakyRelu(0.2f),
                        spectralNorm(convTranspose2d(8, 8, 3, 1, 1), 2),
                        upsampleBilinear(2),
                        conv2d(8, 2, ConvGeometry.square(3, 1, 1)))
                .initialize(4);
        UpsampleBilinear smooth = upsampleBilinear(2);
        History history = new Trainer(network, Losses.meanSquaredError())
                .optimizer(Optimizers.adam(5e-3f))
                .steps(STEPS)
                .seed(3)
                .progress(Progress.silent())
                .fit((step, random) -> {
                    Tensor small = Backend.cpu().empty(Shape.of(16, 4, 4, 2));
                    Backend.cpu().normal(random, 0, 1, small);
                    try (Pass pass = Pass.evaluating(Backend.cpu())) {
                        Tensor images = smooth.forward(small, pass);
                        return new Example(images, images);
                    }
                });
        assertThat(history.values("loss")[0]).isGreaterThan(0.3);
        assertThat(history.lastMean("loss", 20)).isLessThan(0.1);
    }
}
