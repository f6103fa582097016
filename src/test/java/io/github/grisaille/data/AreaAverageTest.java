package io.github.grisaille.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.tensor.RandomStream;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AreaAverageTest {
    /** An average by its definition, at sizes that do not divide each other. */
    @ParameterizedTest
    @CsvSource({"7, 4", "4, 7", "13, 5", "10, 10", "97, 32", "3, 16", "1, 4"})
    void anAreaAverageIsTheIntegralOverEachPixel(int side, int size) {
        RandomStream random = new RandomStream(side, size);
        int[] picture = IntStream.range(0, side * side)
                .map(i -> random.nextInt(1 << 24))
                .toArray();
        AreaAverage average = new AreaAverage(side, size);
        for (int y = 0; y < side; y++) {
            average.addRow(y, picture, y * side);
        }
        for (int newY = 0; newY < size; newY++) {
            for (int newX = 0; newX < size; newX++) {
                double sum = 0;
                for (int y = 0; y < side; y++) {
                    for (int x = 0; x < side; x++) {
                        // in units of 1 / (side · size): old pixels are size wide, new ones side
                        int height = Math.min((y + 1) * size, (newY + 1) * side) - Math.max(y * size, newY * side);
                        int width = Math.min((x + 1) * size, (newX + 1) * side) - Math.max(x * size, newX * side);
                        sum += (double) Math.max(0, height) * Math.max(0, width) * (picture[y * side + x] >> 8 & 255);
                    }
                }
                assertThat(average.mean((newY * size + newX) * 3 + 1)).isCloseTo(sum / side / side, within(1e-9));
            }
        }
    }
}
