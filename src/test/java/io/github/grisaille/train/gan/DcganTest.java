package io.github.grisaille.train.gan;

import static io.github.grisaille.train.gan.Dcgan.Rule.BATCH_NORM_IN_D;
import static io.github.grisaille.train.gan.Dcgan.Rule.BATCH_NORM_IN_G;
import static io.github.grisaille.train.gan.Dcgan.Rule.LEAKY_RELU;
import static io.github.grisaille.train.gan.Dcgan.Rule.LOW_MOMENTUM;
import static io.github.grisaille.train.gan.Dcgan.Rule.SIGNED_PIXELS;
import static io.github.grisaille.train.gan.Dcgan.Rule.SMALL_WEIGHTS;
import static io.github.grisaille.train.gan.Dcgan.Rule.STRIDES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.data.FaceAttribute;
import io.github.grisaille.data.Faces;
import io.github.grisaille.io.SafeTensors;
import io.github.grisaille.loss.GanLoss;
import io.github.grisaille.loss.LossValue;
import io.github.grisaille.metric.FaceClassifier;
import io.github.grisaille.metric.FaceMetrics;
import io.github.grisaille.nn.Layer;
import io.github.grisaille.nn.Parameter;
import io.github.grisaille.nn.Pass;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.nn.State;
import io.github.grisaille.nn.Wanted;
import io.github.grisaille.nn.Weights;
import io.github.grisaille.optim.Optimizers;
import io.github.grisaille.oracle.Samples;
import io.github.grisaille.oracle.Torch;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.train.History;
import io.github.grisaille.train.Progress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tech.tablesaw.api.Table;

class DcganTest {
    /** The shipped generator's 500 faces are 139 away from 500 drawn ones, other drawn ones 52. */
    private static final double FARTHEST = 180;

    @TempDir
    Path folder;

    private static List<String> names(Sequential network) {
        return network.layers().stream().map(Layer::name).toList();
    }

    @Test
    void theLayersAreThePapers() {
        Dcgan dcgan = Dcgan.of(64);
        assertThat(names(dcgan.baseWidth(16).generator(1)))
                .containsExactly(
                        "ConvTranspose2d(128 → 128, 4×4, stride 1, padding 0, no bias)",
                        "BatchNorm(128)",
                        "ReLU",
                        "ConvTranspose2d(128 → 64, 4×4, stride 2, padding 1, no bias)",
                        "BatchNorm(64)",
                        "ReLU",
                        "ConvTranspose2d(64 → 32, 4×4, stride 2, padding 1, no bias)",
                        "BatchNorm(32)",
                        "ReLU",
                        "ConvTranspose2d(32 → 16, 4×4, stride 2, padding 1, no bias)",
                        "BatchNorm(16)",
                        "ReLU",
                        "ConvTranspose2d(16 → 3, 4×4, stride 2, padding 1, no bias)",
                        "Tanh");
        Table shapes = dcgan.shapes();
        assertThat(shapes.stringColumn("output").asList())
                .containsSubsequence(
                        "4×4×512",
                        "8×8×256",
                        "16×16×128",
                        "32×32×64",
                        "64×64×3",
                        "",
                        "32×32×64",
                        "16×16×128",
                        "8×8×256",
                        "4×4×512",
                        "1×1×1",
                        "1",
                        "");
        // 128·512 + 512·256 + 256·128 + 128·64 + 64·3 weights of 4×4, and two for each of 960 channels
        assertThat(shapes.longColumn("parameters").asList()).contains(3_804_160L + 1_920L);
    }

    @ParameterizedTest(name = "{0}×{0}")
    @ValueSource(ints = {8, 32, 64, 128})
    void anySizeGoesThroughBoth(int side) {
        Dcgan dcgan = Dcgan.of(side).baseWidth(4).latentSize(10);
        Sequential generator = dcgan.generator(1);
        assertThat(generator.outputShape(Shape.of(2, 1, 1, 10))).isEqualTo(Shape.of(2, side, side, 3));
        assertThat(dcgan.discriminator(1).outputShape(Shape.of(2, side, side, 3)))
                .isEqualTo(Shape.of(2, 1));
        assertThat(dcgan.latent().item()).isEqualTo(Shape.of(1, 1, 10));
    }

    @ParameterizedTest
    @EnumSource(Dcgan.Rule.class)
    void withoutARuleItStillTrains(Dcgan.Rule rule) {
        Dcgan dcgan = Dcgan.of(32).baseWidth(4).without(rule);
        assertThat(dcgan.keeps(rule)).isFalse();
        Sequential generator = dcgan.generator(1);
        float[] before = generator.parameters().get(0).value().toArray();
        History history = dcgan.trainer(generator, dcgan.discriminator(2))
                .batch(8)
                .seed(1)
                .progress(Progress.silent())
                .fit(dcgan.pictures(Faces.draw(16, 1, 32).images()));
        assertThat(history.size()).isEqualTo(2);
        assertThat(generator.parameters().get(0).value().toArray()).isNotEqualTo(before);
    }

    @Test
    void eachRuleChangesWhatItSays() {
        Dcgan dcgan = Dcgan.of(32).baseWidth(4);
        assertThat(names(dcgan.without(BATCH_NORM_IN_G).generator(1)))
                .noneMatch(name -> name.contains("BatchNorm") || name.contains("no bias"));
        assertThat(names(dcgan.without(BATCH_NORM_IN_G).discriminator(1))).contains("BatchNorm(8)");
        assertThat(names(dcgan.without(BATCH_NORM_IN_D).discriminator(1)))
                .noneMatch(name -> name.contains("BatchNorm") || name.contains("no bias"));
        assertThat(names(dcgan.without(LEAKY_RELU).discriminator(1)))
                .contains("ReLU")
                .noneMatch(name -> name.contains("LeakyReLU"));
        assertThat(names(dcgan.without(STRIDES).discriminator(1))).contains("AvgPool2d(2×2, stride 2, padding 0)");
        assertThat(names(dcgan.maxPooling().discriminator(1))).contains("MaxPool2d(2×2, stride 2, padding 0)");
        assertThat(names(dcgan.maxPooling().generator(1))).contains("Upsample(×2)");
        assertThat(names(dcgan.resizeConvolution().generator(1))).contains("Upsample(×2)");
        assertThat(names(dcgan.resizeConvolution().discriminator(1))).isEqualTo(names(dcgan.discriminator(1)));
        assertThat(names(dcgan.without(SIGNED_PIXELS).generator(1))).contains("Sigmoid");
        assertThat(deviation(dcgan.generator(1))).isCloseTo(0.02, within(0.001));
        assertThat(deviation(dcgan.without(SMALL_WEIGHTS).generator(1)))
                .isCloseTo(Math.sqrt(2 / (16 * 128.0)), within(0.001));
        assertThat(dcgan.without(LOW_MOMENTUM, LEAKY_RELU))
                .hasToString("DCGAN 32×32, base width 4, without [LeakyReLU in D, Adam's β₁ 0.5]");
        assertThat(dcgan).hasToString("DCGAN 32×32, base width 4");
        assertThat(dcgan.pictures(Faces.draw(1, 1, 32).images()).first(1).toArray())
                .contains(-1
                        + 2
                                * dcgan.without(SIGNED_PIXELS)
                                        .pictures(Faces.draw(1, 1, 32).images())
                                        .first(1)
                                        .toArray()[0]);
    }

    private static double deviation(Sequential network) {
        float[] values = network.parameters().get(0).value().toArray();
        return Math.sqrt(IntStream.range(0, values.length)
                        .mapToDouble(i -> values[i] * values[i])
                        .sum()
                / values.length);
    }

    @Test
    void refusesSidesThatAreNoPowerOfTwo() {
        assertThatThrownBy(() -> Dcgan.of(48))
                .hasMessageContaining("must be a power of two, at least 8; got 48: resize the pictures");
        assertThatThrownBy(() -> Dcgan.of(4)).hasMessageContaining("got 4");
        assertThatThrownBy(() -> Dcgan.of(64).baseWidth(0)).hasMessageContaining("a base width is at least 1");
    }

    /** What libtorch's DCGAN makes of weights from a file, as PyTorch's usual implementation is written. */
    private static final class Theirs {
        private final Map<String, org.bytedeco.pytorch.Tensor> leaves = new LinkedHashMap<>();

        Theirs(Path file) {
            SafeTensors tensors = SafeTensors.read(file);
            tensors.names().forEach(name -> leaves.put(name, Torch.leaf(tensors.tensor(name))));
        }

        org.bytedeco.pytorch.Tensor generator(org.bytedeco.pytorch.Tensor z, int doublings) {
            org.bytedeco.pytorch.Tensor y = transposed(z, 0, 1, 0);
            for (int i = 1; i <= doublings; i++) {
                y = transposed(torch.relu(norm(y, 3 * i - 2)), 3 * i, 2, 1);
            }
            return torch.tanh(y);
        }

        org.bytedeco.pytorch.Tensor discriminator(org.bytedeco.pytorch.Tensor x, int halvings) {
            org.bytedeco.pytorch.Tensor y = leaky(convolved(x, 0, 2, 1));
            int at = 2;
            for (int i = 1; i < halvings; i++, at += 3) {
                y = leaky(norm(convolved(y, at, 2, 1), at + 1));
            }
            return convolved(y, at, 1, 0).reshape(-1);
        }

        /** Ours are (height, width, out, in), PyTorch's (in, out, height, width). */
        private org.bytedeco.pytorch.Tensor transposed(
                org.bytedeco.pytorch.Tensor x, int layer, long stride, long padding) {
            return torch.conv_transpose2d(
                    x,
                    leaves.get(layer + ".weight").permute(3, 2, 0, 1),
                    Torch.optional(null),
                    new long[] {stride, stride},
                    new long[] {padding, padding},
                    new long[] {0, 0},
                    1,
                    1,
                    1);
        }

        /** Ours are (height, width, in, out), PyTorch's (out, in, height, width). */
        private org.bytedeco.pytorch.Tensor convolved(
                org.bytedeco.pytorch.Tensor x, int layer, long stride, long padding) {
            return torch.conv2d(
                    x,
                    leaves.get(layer + ".weight").permute(3, 2, 0, 1),
                    Torch.optional(null),
                    new long[] {stride, stride},
                    new long[] {padding, padding},
                    new long[] {1, 1},
                    1);
        }

        private org.bytedeco.pytorch.Tensor norm(org.bytedeco.pytorch.Tensor x, int layer) {
            return torch.batch_norm(
                    x,
                    Torch.optional(leaves.get(layer + ".gain")),
                    Torch.optional(leaves.get(layer + ".shift")),
                    Torch.optional(null),
                    Torch.optional(null),
                    true,
                    0.1,
                    1e-5,
                    false);
        }

        private static org.bytedeco.pytorch.Tensor leaky(org.bytedeco.pytorch.Tensor x) {
            return torch.leaky_relu(x, new Scalar(0.2));
        }

        float[] gradient(String name) {
            return Torch.values(Torch.gradient(leaves.get(name)));
        }
    }

    private static void assertWithin(String what, float[] actual, float[] expected) {
        assertThat(actual).as(what).hasSameSizeAs(expected);
        double largest = 0;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertThat(largest).as(what).isPositive();
        for (int i = 0; i < actual.length; i++) {
            assertThat((double) actual[i]).as(what).isCloseTo(expected[i], within(1e-4 * largest));
        }
    }

    /** G's gradients through D, and D's own, with weights that went through a file. */
    @ParameterizedTest(name = "{0}×{0}")
    @ValueSource(ints = {32, 64})
    void weightsFromAFileGiveTheOutputsAndGradientsOfPyTorch(int side) {
        Dcgan dcgan = Dcgan.of(side).baseWidth(8);
        Sequential generator = dcgan.generator(3);
        Sequential discriminator = dcgan.discriminator(4);
        Weights.save(generator, folder.resolve("g.safetensors"));
        Weights.save(discriminator, folder.resolve("d.safetensors"));
        Tensor z = dcgan.latent().draw(6, 5);
        int doublings = Integer.numberOfTrailingZeros(side / 4);
        Theirs theirG = new Theirs(folder.resolve("g.safetensors"));
        Theirs theirD = new Theirs(folder.resolve("d.safetensors"));
        var theirFake = theirG.generator(Torch.nchw(Torch.constant(z)), doublings);
        var theirLogits = theirD.discriminator(theirFake, doublings);
        torch.softplus(theirLogits.neg()).mean().backward();
        try (Pass generating = Pass.training(Backend.cpu(), 1);
                Pass judging = Pass.training(Backend.cpu(), 1)) {
            Tensor fake = generator.forward(z, generating);
            Tensor logits = discriminator.forward(fake, judging);
            LossValue loss = GanLoss.nonSaturating().onGenerated(logits, judging);
            Tensor dFake = discriminator.backward(loss.gradient(), judging, Wanted.BOTH);
            generator.backward(dFake, generating, Wanted.PARAMETERS);
            assertWithin("fakes", fake.toArray(), Torch.values(Torch.nhwc(theirFake)));
            assertWithin("logits", logits.toArray(), Torch.values(theirLogits));
        }
        assertGradients(generator, theirG);
        assertGradients(discriminator, theirD);
    }

    private static void assertGradients(Sequential network, Theirs theirs) {
        int compared = 0;
        for (Map.Entry<String, State> entry : network.state().entrySet()) {
            if (entry.getValue() instanceof Parameter parameter) {
                assertWithin(entry.getKey(), parameter.gradient().toArray(), theirs.gradient(entry.getKey()));
                compared++;
            }
        }
        assertThat(compared).isEqualTo(network.parameters().size());
    }

    /** A short run from a known seed comes to a known place: the fakes move towards the faces' mean colour. */
    @Test
    void aFewStepsBringTheColoursOfFaces() {
        Dcgan dcgan = Dcgan.of(16).baseWidth(8);
        var faces = dcgan.pictures(Faces.draw(128, 1, 16).images());
        Sequential generator = dcgan.generator(1);
        Tensor z = dcgan.latent().draw(64, 9);
        double before = distance(
                mean(generator.predict(z).toArray()), mean(faces.first(128).toArray()));
        dcgan.trainer(generator, dcgan.discriminator(2))
                .optimizers(Optimizers.adam(1e-3f, 0.5f), Optimizers.adam(1e-3f, 0.5f))
                .batch(32)
                .epochs(40)
                .seed(1)
                .progress(Progress.silent())
                .fit(faces);
        double after = distance(
                mean(generator.predict(z).toArray()), mean(faces.first(128).toArray()));
        assertThat(before).isCloseTo(0.8, within(0.1));
        assertThat(after).isLessThan(0.8 * before);
    }

    private static double[] mean(float[] pixels) {
        double[] mean = new double[3];
        for (int i = 0; i < pixels.length; i++) {
            mean[i % 3] += 3.0 * pixels[i] / pixels.length;
        }
        return mean;
    }

    private static double distance(double[] a, double[] b) {
        return Math.hypot(Math.hypot(a[0] - b[0], a[1] - b[1]), a[2] - b[2]);
    }

    @Test
    void samplesAreTheSameForTheSameSeed() {
        Dcgan dcgan = Dcgan.of(32).baseWidth(4);
        Tensor z = Samples.normal(1, 2, 1, 1, 128);
        assertThat(dcgan.generator(5).predict(z).toArray())
                .containsExactly(dcgan.generator(5).predict(z).toArray());
    }

    /** The shipped pair: faces near to drawn ones and unlike each other, and a trainer that goes on from there. */
    @Test
    void thePretrainedFacesAreFaces() {
        Dcgan.Trained shipped = Dcgan.pretrainedFaces();
        Tensor painted = shipped.generator().predict(shipped.dcgan().latent().draw(500, 3));
        FaceMetrics metrics = new FaceMetrics(
                FaceClassifier.shipped(),
                Faces.draw(500, FaceMetrics.HELD_OUT_SEED).images().scaled(-1, 1));
        FaceMetrics.Measures measures = metrics.measure(painted, 1);
        assertThat(measures.fid().value()).isLessThan(FARTHEST);
        assertThat(measures.precisionRecall().precision()).isGreaterThan(0.9);
        assertThat(measures.densityCoverage().coverage()).isGreaterThan(0.9);
        int[] hair = FaceClassifier.shipped().classify(painted, FaceAttribute.HAIR_COLOR);
        assertThat(IntStream.of(hair).distinct().count()).isGreaterThan(8);
        History history = shipped.dcgan()
                .trainer(shipped.generator(), shipped.discriminator())
                .batch(16)
                .seed(1)
                .progress(Progress.silent())
                .fit(shipped.dcgan().pictures(Faces.draw(16, 1).images()));
        assertThat(history.last("D(x)")).isBetween(0.2, 0.95);
        assertThat(history.last("D(G(z))")).isBetween(0.05, 0.8);
    }
}
