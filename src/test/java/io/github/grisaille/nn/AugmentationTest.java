package io.github.grisaille.nn;

import static io.github.grisaille.nn.Layers.colorJitter;
import static io.github.grisaille.nn.Layers.cutout;
import static io.github.grisaille.nn.Layers.diffAugment;
import static io.github.grisaille.nn.Layers.randomTranslation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.oracle.Samples;
import io.github.grisaille.oracle.Torch;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** RandomTranslation, Cutout and ColorJitter, the parts of DiffAugment. */
class AugmentationTest {
    /** The seed of the passes that {@link LayerChecks} opens. */
    private static final long PASS_SEED = 5;

    static Stream<Long> seeds() {
        return LayerChecks.seeds(8);
    }

    private static Tensor images(long seed) {
        RandomStream random = LayerChecks.choices(seed);
        int channels = seed % 3 == 0 ? 1 : 3;
        return Samples.normal(seed, 1 + random.nextInt(4), 3 + random.nextInt(8), 3 + random.nextInt(8), channels);
    }

    private static void isLinearGivenItsChoices(Layer layer, Tensor x) {
        LayerChecks.matchesFiniteDifferences(layer, x, true);
        LayerChecks.tangentMatchesFiniteDifferences(layer, x, true);
        LayerChecks.tangentGradientMatchesFiniteDifferences(layer, x, true);
    }

    /** The random numbers of a pass, so that libtorch gets the same. */
    private static RandomStream stream() {
        return new RandomStream(PASS_SEED, 0);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void translation(long seed) {
        Tensor x = images(seed);
        RandomTranslation layer = randomTranslation(0.4f);
        isLinearGivenItsChoices(layer, x);
        LayerChecks.agreesWithTorch(layer, x, true, (leaf, none) -> {
            RandomStream random = stream();
            int[] down = drawn(x.axis(0), Math.round(0.4f * x.axis(1)), random);
            int[] right = drawn(x.axis(0), Math.round(0.4f * x.axis(2)), random);
            TensorVector moved = new TensorVector();
            for (int n = 0; n < down.length; n++) {
                moved.push_back(moved(leaf.select(0, n), down[n], right[n]));
            }
            return torch.stack(moved, 0);
        });
    }

    private static int[] drawn(int items, int farthest, RandomStream random) {
        int[] moves = new int[items];
        for (int n = 0; n < items; n++) {
            moves[n] = random.nextInt(2 * farthest + 1) - farthest;
        }
        return moves;
    }

    /** Padded with zeros on one side and cut on the other. Libtorch's pad cuts where the width is negative. */
    private static org.bytedeco.pytorch.Tensor moved(org.bytedeco.pytorch.Tensor image, long down, long right) {
        return torch.constant_pad_nd(image, new long[] {0, 0, right, -right, down, -down});
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void cutoutBlanks(long seed) {
        Tensor x = images(seed);
        Cutout layer = cutout(0.5f);
        isLinearGivenItsChoices(layer, x);
        LayerChecks.agreesWithTorch(layer, x, true, (leaf, none) -> {
            RandomStream random = stream();
            int height = Math.round(0.5f * x.axis(1));
            int width = Math.round(0.5f * x.axis(2));
            int[] top = centred(x.axis(0), x.axis(1), height, random);
            int[] left = centred(x.axis(0), x.axis(2), width, random);
            float[] mask = new float[x.size()];
            for (int i = 0; i < mask.length; i++) {
                int pixel = i / x.axis(3);
                int n = pixel / (x.axis(1) * x.axis(2));
                int row = pixel / x.axis(2) % x.axis(1);
                int column = pixel % x.axis(2);
                boolean hit = row >= top[n] && row < top[n] + height && column >= left[n] && column < left[n] + width;
                mask[i] = hit ? 0 : 1;
            }
            return leaf.mul(Torch.constant(x.backend().tensor(mask, x.shape())));
        });
    }

    private static int[] centred(int items, int extent, int box, RandomStream random) {
        int[] starts = new int[items];
        for (int n = 0; n < items; n++) {
            starts[n] = random.nextInt(box % 2 == 0 ? extent + 1 : extent) - box / 2;
        }
        return starts;
    }

    /** The three steps of the paper's code, in order. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void colour(long seed) {
        Tensor x = images(seed);
        ColorJitter layer = colorJitter();
        isLinearGivenItsChoices(layer, x);
        LayerChecks.agreesWithTorch(layer, x, true, (leaf, none) -> {
            RandomStream random = stream();
            var brightness = factors(x, random, -0.5f, 0.5f);
            var saturation = factors(x, random, 0, 2);
            var contrast = factors(x, random, 0.5f, 1.5f);
            var brighter = leaf.add(brightness);
            var gray = brighter.mean(new long[] {3}, true, Torch.none());
            var coloured = brighter.sub(gray).mul(saturation).add(gray);
            var mean = coloured.mean(new long[] {1, 2, 3}, true, Torch.none());
            return coloured.sub(mean).mul(contrast).add(mean);
        });
    }

    private static org.bytedeco.pytorch.Tensor factors(Tensor x, RandomStream random, float low, float high) {
        Tensor factors = Backend.cpu().empty(Shape.of(x.axis(0), 1, 1, 1));
        Backend.cpu().uniform(random, low, high, factors);
        return Torch.constant(factors);
    }

    @Test
    void byHand() {
        Tensor x = Tensor.of(new float[] {1, 2, 3, 4}, 1, 2, 2, 1);
        Set<List<Float>> seen = new HashSet<>();
        for (long seed = 0; seed < 60; seed++) {
            try (Pass pass = Pass.training(Backend.cpu(), seed)) {
                float[] y = randomTranslation(0.5f).forward(x, pass).toArray();
                seen.add(List.of(y[0], y[1], y[2], y[3]));
            }
        }
        assertThat(seen)
                .containsExactlyInAnyOrder(
                        List.of(1f, 2f, 3f, 4f),
                        List.of(0f, 1f, 0f, 3f),
                        List.of(2f, 0f, 4f, 0f),
                        List.of(0f, 0f, 1f, 2f),
                        List.of(3f, 4f, 0f, 0f),
                        List.of(0f, 0f, 0f, 1f),
                        List.of(0f, 0f, 2f, 0f),
                        List.of(0f, 3f, 0f, 0f),
                        List.of(4f, 0f, 0f, 0f));
        Tensor pixel = Tensor.of(new float[] {-1, 0, 4}, 1, 1, 1, 3);
        try (Pass pass = Pass.training(Backend.cpu(), 1)) {
            // one pixel is its own mean: no colour is left, and the contrast does nothing
            float[] gray = new ColorJitter(0, 0, 0.5f).forward(pixel, pass).toArray();
            double factor = (gray[2] - gray[1]) / 4;
            assertThat(factor).isBetween(0.5, 1.5);
            assertThat(gray[0]).isCloseTo((float) (1 - 2 * factor), within(1e-5f));
        }
        try (Pass pass = Pass.training(Backend.cpu(), 1)) {
            float[] brighter = new ColorJitter(0.5f, 0, 0).forward(pixel, pass).toArray();
            assertThat(brighter[0] + 1).isNotZero().isBetween(-0.5f, 0.5f);
            assertThat(brighter[1]).isCloseTo(brighter[0] + 1, within(1e-6f));
            assertThat(brighter[2]).isCloseTo(brighter[0] + 5, within(1e-6f));
        }
    }

    @Test
    void aBoxOfHalfTheSideIsBlankedAnywhere() {
        int items = 4000;
        Tensor x = Backend.cpu().empty(Shape.of(items, 8, 8, 1));
        Backend.cpu().fill(1, x);
        try (Pass pass = Pass.training(Backend.cpu(), 3)) {
            float[] y = cutout(0.5f).forward(x, pass).toArray();
            double[] kept = new double[64];
            for (int i = 0; i < y.length; i++) {
                kept[i % 64] += y[i] / items;
            }
            // the box's centre is at one of 9 places; 4 of them cover a pixel, and 3 an outermost one
            double inner = 1 - 16 / 81.0;
            assertThat(kept[3 * 8 + 3]).isCloseTo(inner, within(0.03));
            assertThat(kept[3 * 8 + 1]).isCloseTo(1 - 16 / 81.0, within(0.03));
            assertThat(kept[0]).isCloseTo(1 - 9 / 81.0, within(0.03));
        }
    }

    @Test
    void whenEvaluatingNothingHappens() {
        Tensor x = Samples.normal(1, 2, 4, 4, 3);
        Sequential all = diffAugment();
        assertThat(all.predict(x)).isSameAs(x);
        try (Pass pass = Pass.evaluating(x.backend())) {
            all.forward(x, pass);
            assertThat(all.backward(x, pass, Wanted.INPUT)).isSameAs(x);
            assertThat(all.tangent(x, pass)).isSameAs(x);
        }
    }

    @Test
    void togetherTheyAreDrawnFromThePassAlone() {
        Tensor x = Samples.normal(1, 3, 16, 16, 3);
        LayerChecks.matchesFiniteDifferences(diffAugment(), x, true);
        try (Pass a = Pass.training(x.backend(), 7);
                Pass b = Pass.training(x.backend(), 7);
                Pass c = Pass.training(x.backend(), 8)) {
            float[] first = diffAugment().forward(x, a).toArray();
            assertThat(diffAugment().forward(x, b).toArray()).containsExactly(first);
            assertThat(diffAugment().forward(x, c).toArray()).isNotEqualTo(first);
        }
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThatThrownBy(() -> randomTranslation(1.5f)).hasMessageContaining("share must be from 0 to 1; got 1.5");
        assertThatThrownBy(() -> cutout(Float.NaN)).hasMessageContaining("share must be from 0 to 1; got NaN");
        assertThatThrownBy(() -> new ColorJitter(0, -1, 0)).hasMessageContaining("at least 0 and finite; got -1.0");
        assertThatThrownBy(() -> diffAugment().outputShape(Shape.of(2, 12)))
                .hasMessageContaining("got 2×12, wanted batch×height×width×channels");
    }
}
