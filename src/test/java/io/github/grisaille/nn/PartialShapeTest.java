package io.github.grisaille.nn;

import static io.github.grisaille.nn.Layers.avgPool2d;
import static io.github.grisaille.nn.Layers.batchNorm;
import static io.github.grisaille.nn.Layers.colorJitter;
import static io.github.grisaille.nn.Layers.columns;
import static io.github.grisaille.nn.Layers.concat;
import static io.github.grisaille.nn.Layers.conditionalBatchNorm;
import static io.github.grisaille.nn.Layers.conv2d;
import static io.github.grisaille.nn.Layers.convTranspose2d;
import static io.github.grisaille.nn.Layers.corrupt;
import static io.github.grisaille.nn.Layers.cutout;
import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.dropout;
import static io.github.grisaille.nn.Layers.embedding;
import static io.github.grisaille.nn.Layers.flatten;
import static io.github.grisaille.nn.Layers.globalAverage;
import static io.github.grisaille.nn.Layers.globalSum;
import static io.github.grisaille.nn.Layers.groupNorm;
import static io.github.grisaille.nn.Layers.instanceNorm;
import static io.github.grisaille.nn.Layers.joinEmbedding;
import static io.github.grisaille.nn.Layers.joinLabels;
import static io.github.grisaille.nn.Layers.layerNorm;
import static io.github.grisaille.nn.Layers.leakyRelu;
import static io.github.grisaille.nn.Layers.maxPool2d;
import static io.github.grisaille.nn.Layers.minibatchDeviation;
import static io.github.grisaille.nn.Layers.minibatchDiscrimination;
import static io.github.grisaille.nn.Layers.pack;
import static io.github.grisaille.nn.Layers.projection;
import static io.github.grisaille.nn.Layers.randomTranslation;
import static io.github.grisaille.nn.Layers.relu;
import static io.github.grisaille.nn.Layers.reshape;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.spectralNorm;
import static io.github.grisaille.nn.Layers.upsample;
import static io.github.grisaille.nn.Layers.upsampleBilinear;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

class PartialShapeTest {
    @Test
    void layersThatCannotFollowEachOtherAreRefusedWhereTheNetworkIsMade() {
        assertThatThrownBy(() -> sequential(dense(100, 128), leakyRelu(0.2f), dense(64, 784)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage(
                        "layer 2 Dense(64 → 784): got batch×128 from layer 0 Dense(100 → 128), wanted batch×64; make"
                                + " one of the two fit the other, or put a layer such as flatten() or reshape(…) between them");
    }

    /** Networks that no input fits, each with the text that its message must contain. */
    static List<Arguments> wrongNetworks() {
        return List.of(
                wrong("layer 1 Dense(5 → 1): got batch×4 from layer 0 Dense(3 → 4)", dense(3, 4), dense(5, 1)),
                wrong(
                        "layer 4 Dense(5 → 1): got batch×4 from layer 0 Dense(3 → 4)",
                        dense(3, 4),
                        relu(),
                        dropout(0.5f),
                        corrupt(Corruption.gaussian(1)),
                        dense(5, 1)),
                wrong("got batch×4 from layer 0 Dense(3 → 4), wanted …×5", dense(3, 4), batchNorm(5)),
                wrong("got batch×4 from layer 0 Dense(3 → 4), wanted …×5", dense(3, 4), layerNorm(5)),
                wrong("got batch×4 from layer 0 SpectralNorm(Dense(3 → 4))", spectralNorm(dense(3, 4)), dense(5, 1)),
                wrong("SpectralNorm(Dense(5 → 1)): got batch×4", dense(3, 4), spectralNorm(dense(5, 1))),
                wrong("got …×4 from layer 0 BatchNorm(4), wanted batch×5", batchNorm(4), relu(), dense(5, 1)),
                wrong("got …×4 from layer 0 BatchNorm(4), wanted items of 10 values", batchNorm(4), reshape(10)),
                wrong(
                        "got batch×height×width×16 from layer 0 Conv2d(3 → 16",
                        conv2d(3, 16, 3, 1, 1),
                        relu(),
                        conv2d(32, 8, 3, 1, 1)),
                wrong(
                        "got batch×height×width×16 from layer 0 Conv2d",
                        conv2d(3, 16, 3, 1, 1),
                        maxPool2d(2),
                        upsample(2),
                        avgPool2d(2),
                        batchNorm(8)),
                wrong("got batch×height×width×16 from layer 0 Conv2d", conv2d(3, 16, 3, 1, 1), dense(16, 1)),
                wrong(
                        "got batch×4 from layer 0 Dense(3 → 4), wanted batch×height×width×4",
                        dense(3, 4),
                        conv2d(4, 2, 3, 1, 1)),
                wrong("wanted batch×height×width×channels", dense(3, 4), upsample(2)),
                wrong("wanted batch×height×width×channels", dense(3, 4), cutout(0.5f)),
                wrong(
                        "got batch×(a multiple of 16) from layer 1 Flatten",
                        conv2d(3, 16, 3, 1, 1),
                        flatten(),
                        dense(100, 1)),
                wrong(
                        "layer 1 Reshape(7×7×32): got batch×3136 from layer 0 Dense(100 → 3136), wanted items of 1568 values",
                        dense(100, 3136),
                        reshape(7, 7, 32)),
                wrong(
                        "got batch×14×14×32 from layer 2 ConvTranspose2d",
                        dense(100, 3136),
                        reshape(7, 7, 64),
                        convTranspose2d(64, 32, 4, 2, 1),
                        batchNorm(64)),
                wrong(
                        "Dense(100 → 1): got batch×1568 from layer 2 Flatten",
                        reshape(28, 28, 1),
                        sequential(conv2d(1, 32, 4, 4, 0), relu()),
                        flatten(),
                        dense(100, 1)),
                wrong(
                        "Conv2d(4 → 1, 5×5, stride 1, padding 0): got batch×4×4×4 from layer 0 Reshape",
                        reshape(4, 4, 4),
                        conv2d(4, 1, 5, 1, 0)),
                wrong(
                        "wanted images that, with their padding, are at least as large as the window",
                        reshape(2, 2, 4),
                        maxPool2d(3)),
                wrong(
                        "wanted images that are larger than what the padding cuts off",
                        reshape(1, 1, 4),
                        convTranspose2d(4, 1, 2, 1, 1)),
                wrong(
                        "Dense(4 → 1): got batch×5 from layer 1 MinibatchDeviation",
                        dense(3, 4),
                        minibatchDeviation(),
                        dense(4, 1)),
                wrong(
                        "got batch×6 from layer 0 MinibatchDiscrimination",
                        minibatchDiscrimination(4, 2, 3),
                        dense(4, 1)),
                wrong("got …×4 from layer 1 Columns", pack(2), columns(0, 4), dense(8, 1)),
                wrong("Dense(4 → 1): got batch×8 from layer 1 Pack(2)", dense(3, 4), pack(2), dense(4, 1)),
                wrong("wanted at least 6 columns", dense(3, 4), columns(2, 6)),
                wrong("got …×4 from layer 0 Columns", columns(2, 6), dense(5, 1)),
                wrong("Reparameterize", dense(3, 5), new Reparameterize()),
                wrong("got batch×2 from layer 1 Reparameterize", dense(3, 4), new Reparameterize(), dense(4, 1)),
                wrong(
                        "got batch×40 from layer 0 Concat(Dense(400 → 20), Dense(400 → 20))",
                        concat(dense(400, 20), dense(400, 20)),
                        dense(20, 1)),
                wrong("Concat(Dense(400 → 20)): got batch×300 from layer 0", dense(4, 300), concat(dense(400, 20))),
                wrong(
                        "layer 1 layer 1 Dense(5 → 1): got batch×4 from layer 0 Dense(3 → 4)",
                        dense(3, 4),
                        sequential(relu(), dense(5, 1))),
                wrong("got batch×4 from layer 0 Sequential(2 layers)", sequential(dense(3, 4), relu()), dense(5, 1)),
                wrong(
                        "got batch×4 from layer 0 Sequential(1 layers), wanted batch×5",
                        sequential(dense(3, 4), dense(4, 6)).slice(0, 1),
                        sequential(dense(4, 5), dense(5, 6)).slice(1, 2)));
    }

    private static Arguments wrong(String message, Layer... layers) {
        return Arguments.of(message, layers);
    }

    @ParameterizedTest
    @MethodSource("wrongNetworks")
    void aNetworkThatNoInputFitsIsRefused(String message, Layer[] layers) {
        assertThatThrownBy(() -> sequential(layers))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("; make one of the two fit the other");
    }

    @Test
    void branchesOfAConcatTakeOneInput() {
        assertThatThrownBy(() -> concat(dense(400, 20), dense(300, 20)))
                .hasMessage(
                        "the layers of a Concat take the same input, but layer 1 Dense(300 → 20) wants batch×300 and"
                                + " the layers before it want batch×400: make them take the same shape");
        assertThatThrownBy(() -> concat(dense(4, 20), sequential(reshape(2, 2, 1), upsample(2))))
                .hasMessageContaining("except for the last axis (outputs side by side)");
    }

    @Test
    void aVaeKnowsItsCode() {
        Sequential encoder = sequential(dense(784, 400), relu(), concat(dense(400, 20), dense(400, 20)));
        assertThatThrownBy(() -> new Vae(encoder, 10, sequential(dense(10, 784))))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("the encoder's end: got batch×40, wanted batch×20: 10 means, then as many log-variances");
        assertThatThrownBy(() -> new Vae(encoder, 20, sequential(dense(10, 784))))
                .hasMessage("layer 0 Dense(10 → 784): got 1×20, wanted batch×10");
    }

    /** A user's own layer that says nothing about shapes. */
    private static final class Silent implements Layer {
        @Override
        public String name() {
            return "Silent";
        }

        @Override
        public Shape outputShape(Shape input) {
            return Shape.of(input.axis(0), 7);
        }

        @Override
        public Tensor forward(Tensor x, Pass pass) {
            return pass.empty(outputShape(x.shape()));
        }

        @Override
        public Tensor backward(Tensor dy, Pass pass, Wanted wanted) {
            return null;
        }
    }

    @Test
    void whatSaysNothingFitsEverywhere() {
        Sequential network = sequential(dense(3, 4), new Silent(), dense(7, 2));
        assertThat(network.outputShape(Shape.of(5, 3))).isEqualTo(Shape.of(5, 2));
        assertThat(concat(new Silent(), dense(3, 4)).outputShape(Shape.of(5, 3)))
                .isEqualTo(Shape.of(5, 11));
        assertThat(network.makes(PartialShape.ANY)).hasToString("batch×2");
        assertThat(sequential(new Silent()).makes(PartialShape.ANY)).hasToString("any shape");
    }

    static final List<Layer> LAYERS = List.of(
            dense(12, 5),
            dense(3, 5).onLastAxis(),
            conv2d(3, 4, 3, 2, 1),
            conv2d(12, 4, 5, 1, 0),
            convTranspose2d(3, 2, 2, 1, 1),
            new ConvTranspose2d(3, 2, ConvGeometry.square(3, 2, 1), 1, true, Initializers.he()),
            maxPool2d(2),
            avgPool2d(3),
            conv2d(3, 6, ConvGeometry.square(2, 1, 1).dilation(2, 1).groups(3)),
            conv2d(12, 4, ConvGeometry.kernel(2, 1).dilation(1, 3)),
            convTranspose2d(
                    3,
                    6,
                    ConvGeometry.kernel(2, 3)
                            .stride(1, 2)
                            .dilation(2)
                            .outputPadding(1, 0)
                            .groups(3)),
            upsample(2),
            globalSum(),
            globalAverage(),
            joinLabels(4),
            joinEmbedding(4, 3),
            embedding(4, 3),
            conditionalBatchNorm(3, 4),
            projection(4, 12),
            upsample(3, 1),
            upsampleBilinear(2),
            upsampleBilinear(1, 3).alignCorners(),
            batchNorm(3),
            batchNorm(12),
            layerNorm(12),
            layerNorm(2, 2, 3),
            layerNorm(2, 3),
            layerNorm(3).withoutAffine(),
            batchNorm(3).withoutAffine(),
            groupNorm(3, 12),
            instanceNorm(3),
            spectralNorm(dense(12, 5)),
            spectralNorm(conv2d(3, 4, 3, 1, 0)),
            spectralNorm(convTranspose2d(3, 4, 3, 2, 0), 2),
            minibatchDeviation(),
            minibatchDiscrimination(12, 3, 2),
            pack(2),
            columns(1, 5),
            new Reparameterize(),
            randomTranslation(0.1f),
            cutout(0.5f),
            colorJitter(),
            dropout(0.5f),
            corrupt(Corruption.gaussian(0.3f)),
            flatten(),
            reshape(12),
            reshape(2, 2, 3),
            relu(),
            concat(dense(12, 5), dense(12, 2), relu()),
            sequential(flatten(), dense(12, 4)),
            sequential(reshape(2, 2, 3), conv2d(3, 4, 2, 1, 0), flatten()));

    private static final List<Shape> SHAPES = List.of(
            Shape.of(4, 12),
            Shape.of(4, 3),
            Shape.of(4, 5),
            Shape.of(3, 12),
            Shape.of(4, 2, 2, 3),
            Shape.of(4, 1, 1, 3),
            Shape.of(4, 1, 1, 12),
            Shape.of(4, 8, 7, 12),
            Shape.of(4, 6, 9, 3),
            Shape.of(2, 3, 2, 2),
            Shape.of(2, 1, 2, 3),
            Shape.of(4, 2, 6));

    /** What a layer says without an input agrees with what it does with one. It says all if all is known. */
    @ParameterizedTest
    @FieldSource("LAYERS")
    void whatIsKnownHoldsForEveryInput(Layer layer) {
        int fitting = 0;
        for (Shape shape : SHAPES) {
            for (PartialShape known : partly(shape)) {
                Shape output;
                try {
                    output = layer.outputShape(shape);
                } catch (IllegalArgumentException refused) {
                    continue;
                }
                fitting++;
                PartialShape made = Checks.makes(layer, known);
                assertThat(made.and(PartialShape.items(output.item())))
                        .as("%s of %s (%s) makes %s, and said %s", layer.name(), shape, known, output, made)
                        .isEqualTo(PartialShape.items(output.item()));
                if (known.equals(PartialShape.items(shape.item()))) {
                    assertThat(made).isEqualTo(PartialShape.items(output.item()));
                }
            }
        }
        assertThat(fitting).isPositive();
    }

    /** This shape with all axes known, then with fewer and fewer known. */
    private static List<PartialShape> partly(Shape shape) {
        List<PartialShape> all = new ArrayList<>();
        PartialShape known = PartialShape.items(shape.item());
        all.add(known);
        for (int axis = 1; axis < shape.rank(); axis++) {
            all.add(known.with(axis, PartialShape.FREE));
            all.add(known.with(axis, -shape.axis(axis)));
        }
        PartialShape less = known;
        for (int axis = 1; axis < shape.rank(); axis++) {
            less = less.with(axis, PartialShape.FREE);
            all.add(less);
        }
        all.add(PartialShape.lastAxis(shape.axis(-1)));
        all.add(PartialShape.ANY);
        return all;
    }

    @Test
    void twoThatAreKnownTogether() {
        PartialShape images = PartialShape.images(64);
        assertThat(images.and(PartialShape.lastAxis(64))).isEqualTo(images);
        assertThat(images.and(PartialShape.ANY)).isEqualTo(images);
        assertThat(images.and(PartialShape.lastAxis(32))).isNull();
        assertThat(images.and(PartialShape.vectors(64))).isNull();
        assertThat(PartialShape.vectors(-6).and(PartialShape.vectors(-4))).hasToString("batch×(a multiple of 12)");
        assertThat(PartialShape.vectors(-6).and(PartialShape.vectors(18))).hasToString("batch×18");
        assertThat(PartialShape.vectors(-6).and(PartialShape.vectors(20))).isNull();
        assertThat(PartialShape.items(Shape.of(5, 6))).hasToString("batch×5×6");
        assertThatThrownBy(() -> PartialShape.vectors(0)).hasMessage("an extent must be at least 1; got 0");
    }
}
