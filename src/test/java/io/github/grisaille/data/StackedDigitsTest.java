package io.github.grisaille.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StackedDigitsTest {
    private static final ImageDataset THREE =
            new ImageDataset(new byte[] {0, 0, 0, (byte) 255, (byte) 255, (byte) 255}, new byte[] {1, 2, 9}, 1, 2, 1);

    @Test
    void eachChannelHoldsTheDigitThatItsNumberSays() {
        StackedDigits stacked = new StackedDigits(THREE.scaled(-1, 1), 50, 3);
        assertThat(stacked.shape()).containsExactly(1, 2, 3);
        for (int i = 0; i < stacked.size(); i++) {
            float[] image = stacked.values(i);
            int number = stacked.number(i);
            for (int c = 2; c >= 0; c--) {
                // 1 is black and black, 2 black and white, 9 white and white
                int digit = number % 10;
                assertThat(image[c]).isEqualTo(digit == 9 ? 1 : -1);
                assertThat(image[3 + c]).isEqualTo(digit == 1 ? -1 : 1);
                number /= 10;
            }
        }
    }

    @Test
    void allThousandNumbersAppear() {
        StackedDigits stacked = new StackedDigits(Mnist.test(), 20_000, 1);
        assertThat(IntStream.range(0, stacked.size()).map(stacked::number).distinct())
                .hasSize(1000);
    }

    @Test
    void theSameSeedStacksTheSameDigits() {
        StackedDigits one = new StackedDigits(THREE, 30, 7);
        assertThat(one.values(0, 17)).isEqualTo(new StackedDigits(THREE, 30, 7).values(0, 17));
        assertThat(numbers(one)).isNotEqualTo(numbers(new StackedDigits(THREE, 30, 8)));
    }

    private static int[] numbers(StackedDigits stacked) {
        return IntStream.range(0, stacked.size()).map(stacked::number).toArray();
    }

    @Test
    void badArguments() {
        assertThatThrownBy(() -> new StackedDigits(THREE.flat(), 5, 1))
                .hasMessageContaining("[height, width, 1]; got [2]: leave out flat()");
        assertThatThrownBy(() -> new StackedDigits(THREE, 0, 1)).hasMessageContaining("a count of at least 1; got 0");
        assertThatThrownBy(() -> new StackedDigits(THREE, 5, 1).number(5))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }
}
