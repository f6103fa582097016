package io.github.grisaille.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.data.ImageDataset;
import io.github.grisaille.data.Mnist;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Tensor;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StackedMnistTest {
    @Test
    void byHand() {
        StackedMnist four = StackedMnist.of(new int[] {1, 1, 9, 1}, new int[] {2, 2, 9, 2}, new int[] {3, 3, 9, 4});
        assertThat(four.modes()).isEqualTo(3);
        assertThat(four.divergence()).isCloseTo(0.5 * Math.log(500) + 2 * 0.25 * Math.log(250), within(1e-12));
        StackedMnist one = StackedMnist.of(new int[] {5}, new int[] {5}, new int[] {5});
        assertThat(one.divergence()).isCloseTo(Math.log(1000), within(1e-12));
    }

    @Test
    void eachModeOnceIsPerfect() {
        int[] all = IntStream.range(0, 1000).toArray();
        StackedMnist perfect = StackedMnist.of(digit(all, 100), digit(all, 10), digit(all, 1));
        assertThat(perfect.modes()).isEqualTo(1000);
        assertThat(perfect.divergence()).isCloseTo(0, within(1e-12));
    }

    /** 26,000 draws of equally likely modes. */
    @Test
    void aPerfectGeneratorHasTheDivergenceOfFewSamples() {
        RandomStream random = new RandomStream(1, 0);
        int[] drawn = IntStream.range(0, 26_000).map(i -> random.nextInt(1000)).toArray();
        StackedMnist perfect = StackedMnist.of(digit(drawn, 100), digit(drawn, 10), digit(drawn, 1));
        assertThat(perfect.modes()).isEqualTo(1000);
        assertThat(perfect.divergence()).isCloseTo(999 / 52_000.0, within(0.003));
    }

    private static int[] digit(int[] numbers, int unit) {
        return IntStream.of(numbers).map(number -> number / unit % 10).toArray();
    }

    @Test
    void readsStackedImages() {
        ImageDataset digits = Mnist.test().scaled(-1, 1);
        float[] images = new float[2 * 784 * 3];
        // places 0, 1, 2 hold a 7, a 2 and a 1; 3, 4, 5 a 0, a 4 and a 1
        for (int i = 0; i < 6; i++) {
            float[] pixels = digits.values(i);
            for (int p = 0; p < 784; p++) {
                images[(i / 3 * 784 + p) * 3 + i % 3] = pixels[p];
            }
        }
        StackedMnist read = StackedMnist.of(Tensor.of(images, 2, 28, 28, 3), MnistClassifier.shipped());
        assertThat(read.modes()).isEqualTo(2);
        assertThat(read.samples()).isEqualTo(2);
    }

    @Test
    void badArguments() {
        assertThatThrownBy(() -> StackedMnist.of(new int[] {1}, new int[] {10}, new int[] {0}))
                .hasMessageContaining("a digit must be from 0 to 9; got 10");
        assertThatThrownBy(() -> StackedMnist.of(new int[2], new int[1], new int[2]))
                .hasMessageContaining("got 2, 1 and 2");
        assertThatThrownBy(() -> StackedMnist.of(Tensor.of(new float[784], 1, 28, 28, 1), MnistClassifier.shipped()))
                .hasMessageContaining("(samples, 28, 28, 3); got 1×28×28×1");
    }

    /** Ten samples show ten modes at best; of 1,000 even modes they show 1000 (1 − 0.999¹⁰) = 9.955 on average. */
    @Test
    void fewSamplesAreSaid() {
        int[] digits = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
        assertThat(StackedMnist.of(digits, digits, digits).note())
                .isEqualTo("10 samples cannot show 1,000 modes; a perfect generator would show about 10 of them");
        assertThat(StackedMnist.of(new int[1000], new int[1000], new int[1000]).note())
                .isEmpty();
    }
}
