package io.github.grisaille.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import org.junit.jupiter.api.Test;

class PowerSpectrumTest {
    private static final int SIDE = 16;

    private static Tensor picture(DoubleBinaryOperator value) {
        float[] values = new float[SIDE * SIDE];
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                values[y * SIDE + x] = (float) value.applyAsDouble(y, x);
            }
        }
        return Tensor.of(values, 1, SIDE, SIDE, 1);
    }

    @Test
    void aWaveAlongTheRowsHasItsPowerAtItsFrequency() {
        PowerSpectrum spectrum = PowerSpectrum.of(picture((y, x) -> 5 + 3 * Math.cos(2 * Math.PI * 4 * x / SIDE)));
        // a wave of amplitude 3 has the variance 9/2; the columns, half of the lines, are constant
        assertThat(spectrum.power()[4]).isCloseTo(9 / 4.0, within(1e-6));
        assertThat(Arrays.stream(spectrum.power()).sum()).isCloseTo(9 / 4.0, within(1e-6));
        assertThat(spectrum.frequencies()).hasSize(9).endsWith(7, 8);
    }

    @Test
    void aCheckerboardStandsAtTheHighestFrequency() {
        PowerSpectrum spectrum = PowerSpectrum.of(picture((y, x) -> (x + y) % 2 == 0 ? 1 : -1));
        assertThat(spectrum.power()[8]).isCloseTo(1, within(1e-12));
        assertThat(Arrays.stream(spectrum.power()).sum()).isCloseTo(1, within(1e-12));
    }

    @Test
    void noiseIsAsStrongEverywhere() {
        Tensor noise = Backend.cpu().empty(Shape.of(500, SIDE, SIDE, 3));
        Backend.cpu().normal(new RandomStream(1, 0), 0, 1, noise);
        PowerSpectrum spectrum = PowerSpectrum.of(noise);
        for (int i = 1; i < 8; i++) {
            assertThat(spectrum.power()[i]).isCloseTo(2.0 / SIDE, within(0.004));
        }
        assertThat(spectrum.checkerboard()).isCloseTo(1, within(0.03));
    }

    @Test
    void saysWhatItCannotTake() {
        assertThatThrownBy(() -> PowerSpectrum.of(Tensor.of(new float[28 * 28], 1, 28, 28, 1)))
                .hasMessageContaining("a power of 2")
                .hasMessageContaining("1×28×28×1");
        assertThatThrownBy(() -> PowerSpectrum.of(Tensor.of(new float[16], 4, 4)))
                .hasMessageContaining("(batch, side, side, channels)");
    }
}
