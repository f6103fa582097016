package io.github.grisaille.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SyntheticTest {
    private static float[] all(ArrayDataset data) {
        return data.values(IntStream.range(0, data.size()).toArray());
    }

    @Test
    void theCircleHasItsRadiusAndItsNoise() {
        float[] exact = all(Synthetic.noisyCircle(8, 0, 1));
        assertThat(exact[0]).isEqualTo(1);
        assertThat(exact[4]).isCloseTo(0, within(1e-6f));
        assertThat(exact[5]).isEqualTo(1);
        float[] noisy = all(Synthetic.noisyCircle(10_000, 0.05f, 1));
        double squares = 0;
        for (int i = 0; i < 10_000; i++) {
            double off = Math.hypot(noisy[2 * i], noisy[2 * i + 1]) - 1;
            squares += off * off / 10_000;
        }
        assertThat(Math.sqrt(squares)).isCloseTo(0.05, within(0.002));
    }

    @Test
    void theSineGoesFromEndToEnd() {
        float[] points = all(Synthetic.sine(5));
        assertThat(points[0]).isZero();
        assertThat(points[8]).isEqualTo(1);
        assertThat(points[2]).isEqualTo(0.25f);
        assertThat(points[3]).isCloseTo(0, within(1e-6f));
        assertThat(all(Synthetic.sine(9))[3]).isEqualTo(1);
        assertThatThrownBy(() -> Synthetic.sine(1)).hasMessage("a sine needs at least 2 points; got 1");
    }

    @Test
    void mixturesLieAboutTheirCentres() {
        float[] points = all(Synthetic.mixture(new double[][] {{1, 1}, {-1, 5}}, 3, 0, 1));
        assertThat(points).containsExactly(1, 1, 1, 1, 1, 1, -1, 5, -1, 5, -1, 5);
        float[] ring = all(Synthetic.ring(8000, 2));
        double squares = 0;
        for (int i = 0; i < 8000; i++) {
            double[] centre = Synthetic.ringCentres()[i % 8];
            double x = ring[2 * i] - centre[0];
            double y = ring[2 * i + 1] - centre[1];
            squares += (x * x + y * y) / 16_000;
        }
        assertThat(Math.sqrt(squares)).isCloseTo(0.02, within(0.001));
        assertThat(Synthetic.gridCentres()[0]).containsExactly(-4, -4);
        assertThat(Synthetic.gridCentres()[24]).containsExactly(4, 4);
        assertThat(Synthetic.grid(50, 1).size()).isEqualTo(50);
    }

    @Test
    void theSameSeedGivesTheSamePoints() {
        assertThat(all(Synthetic.ring(10, 4))).containsExactly(all(Synthetic.ring(10, 4)));
        assertThat(all(Synthetic.ring(10, 5))).isNotEqualTo(all(Synthetic.ring(10, 4)));
        assertThatThrownBy(() -> Synthetic.ring(0, 4)).hasMessageContaining("a count of at least 1");
    }
}
