package io.github.grisaille.nn;

import static io.github.grisaille.nn.LayerChecks.between;
import static io.github.grisaille.nn.LayerChecks.choices;
import static io.github.grisaille.nn.Layers.batchNorm;
import static io.github.grisaille.nn.Layers.concat;
import static io.github.grisaille.nn.Layers.convTranspose2d;
import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.flatten;
import static io.github.grisaille.nn.Layers.joinEmbedding;
import static io.github.grisaille.nn.Layers.joinLabels;
import static io.github.grisaille.nn.Layers.pack;
import static io.github.grisaille.nn.Layers.relu;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.tanh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.oracle.Samples;
import io.github.grisaille.oracle.Torch;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.stream.Stream;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Labels, and their embeddings, as columns of vectors and as maps of images. */
class JoinsRowsTest {
    static Stream<Long> seeds() {
        return LayerChecks.seeds(12);
    }

    /** Vectors for even seeds, images for odd ones. */
    private static Shape shape(long seed, RandomStream random) {
        int batch = between(random, 1, 9);
        return seed % 2 == 0
                ? Shape.of(batch, between(random, 1, 30))
                : Shape.of(batch, between(random, 1, 6), between(random, 1, 6), between(random, 1, 5));
    }

    private static org.bytedeco.pytorch.Tensor joined(org.bytedeco.pytorch.Tensor x, org.bytedeco.pytorch.Tensor rows) {
        if (x.dim() == 2) {
            return torch.cat(new TensorVector(x, rows), 1);
        }
        org.bytedeco.pytorch.Tensor maps =
                rows.reshape(x.size(0), 1, 1, rows.size(1)).expand(x.size(0), x.size(1), x.size(2), rows.size(1));
        return torch.cat(new TensorVector(x, maps), 3);
    }

    private static void checkDerivatives(Layer layer, Tensor x) {
        LayerChecks.matchesFiniteDifferences(layer, x, true);
        LayerChecks.tangentMatchesFiniteDifferences(layer, x, true);
        LayerChecks.tangentGradientMatchesFiniteDifferences(layer, x, true);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void labelsAgreeWithTorchAndWithFiniteDifferences(long seed) {
        RandomStream random = choices(seed);
        Tensor x = Samples.normal(seed, shape(seed, random));
        int classes = between(random, 1, 12);
        Tensor labels = Labelled.probabilities(seed, x.axis(0), classes);
        Layer layer = new Labelled(joinLabels(classes), labels);
        LayerChecks.agreesWithTorch(layer, x, true, (leaf, none) -> joined(leaf, Torch.constant(labels)));
        checkDerivatives(layer, x);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void embeddingsAgreeWithTorchAndWithFiniteDifferences(long seed) {
        RandomStream random = choices(seed);
        Tensor x = Samples.normal(seed, shape(seed, random));
        int classes = between(random, 1, 12);
        Tensor labels = Labelled.probabilities(seed, x.axis(0), classes);
        Layer layer = new Labelled(joinEmbedding(classes, between(random, 1, 7)), labels);
        LayerChecks.randomized(layer, seed);
        LayerChecks.agreesWithTorch(
                layer, x, true, (leaf, p) -> joined(leaf, Torch.constant(labels).mm(p.get(0))));
        LayerChecks.matchesFiniteDifferences(layer, x, true);
        LayerChecks.tangentMatchesFiniteDifferences(layer, x, true);
    }

    /** In a network the layers after it have second derivatives, and its own table has none. */
    @Test
    void penaltiesGoThroughBoth() {
        Tensor x = Samples.normal(1, 5, 4);
        Tensor labels = Labelled.probabilities(1, 5, 3);
        for (Layer first : new Layer[] {joinLabels(3), joinEmbedding(3, 3)}) {
            Sequential network = sequential(first, dense(7, 6), tanh(), dense(6, 1));
            Layer layer = new Labelled(LayerChecks.randomized(network, 2), labels);
            checkDerivatives(layer, x);
        }
    }

    @Test
    void byHand() {
        Tensor labels = Tensor.of(new float[] {0, 1, 1, 0}, 2, 2);
        Tensor vectors = Tensor.of(new float[] {7, 8}, 2, 1);
        Tensor images = Tensor.of(new float[] {1, 2, 3, 4}, 2, 1, 2, 1);
        JoinEmbedding embedding = joinEmbedding(2, 1);
        embedding.parameters().get(0).set(5, 6);
        assertThat(sequential(joinLabels(2)).predict(vectors, labels).toArray()).containsExactly(7, 0, 1, 8, 1, 0);
        assertThat(sequential(joinLabels(2)).predict(images, labels).toArray())
                .containsExactly(1, 0, 1, 2, 0, 1, 3, 1, 0, 4, 1, 0);
        assertThat(sequential(embedding).predict(vectors, labels).toArray()).containsExactly(7, 6, 8, 5);
        try (Pass pass = Pass.training(Backend.cpu(), 1).labels(labels)) {
            embedding.forward(images, pass);
            Tensor dy = Tensor.of(new float[] {1, 10, 2, 20, 3, 30, 4, 40}, 2, 1, 2, 2);
            assertThat(embedding.backward(dy, pass, Wanted.BOTH).toArray()).containsExactly(1, 2, 3, 4);
            assertThat(embedding.parameters().get(0).gradient().toArray()).containsExactly(70, 30);
        }
    }

    @Test
    void theSizeOfTheInputFollowsFromTheNextLayer() {
        assertThat(sequential(joinLabels(10), dense(110, 5)).takes()).hasToString("batch×100");
        assertThat(sequential(joinEmbedding(10, 3), flatten()).takes()).hasToString("any shape");
        assertThat(sequential(joinLabels(10), joinEmbedding(10, 4), convTranspose2d(22, 5, 4, 1, 0))
                        .takes())
                .hasToString("batch×height×width×8");
        assertThat(sequential(sequential(joinLabels(2)), sequential(dense(5, 5)))
                        .takes()
                        .smallestItem())
                .isEqualTo(Shape.of(3));
        assertThat(joinLabels(10).makes(PartialShape.vectors(5))).hasToString("batch×15");
    }

    @Test
    void networksSayWhichLabelsTheyRead() {
        assertThat(sequential(dense(3, 5), batchNorm(5)).classes()).isZero();
        assertThat(sequential(dense(3, 5), sequential(relu(), concat(joinLabels(4), dense(5, 5))))
                        .classes())
                .isEqualTo(4);
        assertThatThrownBy(() -> sequential(joinLabels(4), dense(7, 5), joinEmbedding(3, 2)))
                .hasMessage("JoinLabels(4) reads labels of 4 classes, and JoinEmbedding(3 → 2) reads labels of 3:"
                        + " a pass has one label for each item, so give all layers the same number of classes");
        assertThatThrownBy(() -> concat(joinLabels(4), joinLabels(3)))
                .hasMessageContaining("the same number of classes");
    }

    @Test
    void wrongLabelsAreRefused() {
        Sequential network = sequential(dense(2, 2), joinLabels(3));
        Tensor x = Samples.normal(1, 4, 2);
        assertThatThrownBy(() -> network.predict(x))
                .hasMessageContaining(
                        "JoinLabels(3) needs labels of 3 classes, and this pass has none: give them, as in"
                                + " predict(x, labels)");
        assertThatThrownBy(() -> network.predict(x, Samples.normal(1, 4, 2)))
                .hasMessageContaining("layer 1 JoinLabels(3), labels: got 4×2, wanted 4×3 (batch×classes)");
        assertThatThrownBy(() -> network.predict(x, Samples.normal(1, 5, 3)))
                .hasMessageContaining("labels: got 5×3, wanted 4×3, one row for each item");
        assertThatThrownBy(() -> network.predict(x, Samples.normal(1, 12)))
                .hasMessageContaining("labels: got 12, wanted batch×classes");
        assertThatThrownBy(() -> sequential(pack(2), joinLabels(3)).predict(x, Samples.normal(1, 4, 3)))
                .hasMessageContaining("in a network with pack(…), use labels before the pack");
        assertThatThrownBy(() -> joinLabels(3).outputShape(Shape.of(2, 3, 4)))
                .hasMessageContaining("wanted batch×features or batch×height×width×channels");
        assertThatThrownBy(() -> joinLabels(0)).hasMessageContaining("classes must be at least 1; got 0");
        assertThatThrownBy(() -> joinEmbedding(0, 2)).hasMessageContaining("classes must be at least 1; got 0");
        assertThatThrownBy(() -> joinEmbedding(2, 0)).hasMessageContaining("width must be at least 1; got 0");
        try (Pass pass = Pass.evaluating(Backend.cpu())) {
            assertThatThrownBy(pass::labels).hasMessageContaining("this pass has no labels: give them");
        }
    }
}
