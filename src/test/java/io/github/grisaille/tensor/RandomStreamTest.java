package io.github.grisaille.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RandomStreamTest {
    private static int[] block(long seed, long stream, long number) {
        int[] words = new int[RandomStream.BLOCK];
        new RandomStream(seed, stream).block(number, words, 0);
        return words;
    }

    /** The known answers of the authors' Random123 library for philox4x32-10. */
    @Test
    void knownAnswers() {
        assertThat(block(0, 0, 0)).containsExactly(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
        assertThat(block(-1, -1, -1)).containsExactly(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd);
        assertThat(block(0x299f31d0a4093822L, 0x0370734413198a2eL, 0x85a308d3243f6a88L))
                .containsExactly(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1);
    }

    @Test
    void aPositionIsAllTheStateThereIs() {
        RandomStream stream = new RandomStream(7, 3);
        stream.nextInt(10);
        RandomStream resumed = new RandomStream(7, 3, stream.position());
        assertThat(resumed.permutation(50)).containsExactly(stream.permutation(50));
    }

    @Test
    void forksDifferAndDoNotMoveTheirOrigin() {
        RandomStream stream = new RandomStream(7, 3);
        int[] one = stream.fork(1).permutation(100);
        assertThat(stream.position()).isZero();
        assertThat(stream.fork(1).permutation(100)).containsExactly(one);
        assertThat(stream.fork(2).permutation(100)).isNotEqualTo(one);
    }

    @Test
    void permutationsHoldEachNumberOnceAndWholeNumbersAreEven() {
        int[] sorted = new RandomStream(1, 1).permutation(1000);
        Arrays.sort(sorted);
        for (int i = 0; i < sorted.length; i++) {
            assertThat(sorted[i]).isEqualTo(i);
        }
        RandomStream stream = new RandomStream(2, 2);
        int[] counts = new int[7];
        for (int i = 0; i < 70_000; i++) {
            counts[stream.nextInt(7)]++;
        }
        for (int count : counts) {
            assertThat((double) count).isCloseTo(10_000, within(400.0));
        }
        assertThatThrownBy(() -> stream.nextInt(0)).hasMessageContaining("a bound of at least 1; got 0");
    }

    @Test
    void uniformAndNormalValuesHaveTheirMoments() {
        int count = 100_001;
        Tensor tensor = Backend.cpu().empty(Shape.of(count));
        Backend.cpu().uniform(new RandomStream(5, 5), -1, 3, tensor);
        float[] uniform = tensor.toArray();
        Backend.cpu().normal(new RandomStream(5, 5), 2, 0.5f, tensor);
        float[] normal = tensor.toArray();
        double meanU = 0;
        double meanN = 0;
        double varianceN = 0;
        double withinOne = 0;
        for (int i = 0; i < count; i++) {
            assertThat(uniform[i]).isBetween(-1f, 3f);
            meanU += uniform[i] / count;
            meanN += normal[i] / count;
            varianceN += Math.pow(normal[i] - 2, 2) / count;
            withinOne += Math.abs(normal[i] - 2) < 0.5 ? 1.0 / count : 0;
        }
        assertThat(meanU).isCloseTo(1, within(0.02));
        assertThat(meanN).isCloseTo(2, within(0.01));
        assertThat(varianceN).isCloseTo(0.25, within(0.005));
        assertThat(withinOne).isCloseTo(0.6827, within(0.006));
    }
}
