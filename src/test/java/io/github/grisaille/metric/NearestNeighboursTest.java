package io.github.grisaille.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.data.ImageDataset;
import io.github.grisaille.data.Mnist;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNeighboursTest {
    private static float[] normal(int count, int width, float mean, long seed) {
        Tensor x = Backend.cpu().empty(Shape.of(count, width));
        Backend.cpu().normal(new RandomStream(seed, 0), mean, 1, x);
        return x.toArray();
    }

    @Test
    void byHand() {
        ArrayDataset among = new ArrayDataset(new float[] {0, 0, 3, 4, 6, 8, 3, 4}, 2);
        NearestNeighbours found = NearestNeighbours.of(Tensor.of(new float[] {3, 0, 6, 9}, 2, 2), among, 3);
        assertThat(found.indices(0)).containsExactly(0, 1, 3);
        assertThat(found.distances(0)).containsExactly(3, 4, 4);
        assertThat(found.indices(1)).containsExactly(2, 1, 3);
        assertThat(found.nearest()).containsExactly(3, 1);
        assertThat(found.table().rowCount()).isEqualTo(6);
        assertThat(found.table()
                        .where(found.table().intColumn("rank").isEqualTo(1))
                        .intColumn("neighbour")
                        .asList())
                .containsExactly(0, 2);
    }

    /** Far from the origin, where float32 products lose the small distances, and over several blocks. */
    @ParameterizedTest
    @CsvSource({"1500,3000,7,0", "40,5000,50,100", "3,4,1,1000"})
    void agreesWithBruteForce(int count, int others, int width, float mean) {
        float[] items = normal(count, width, mean, 1);
        float[] among = normal(others, width, mean, 2);
        NearestNeighbours found =
                NearestNeighbours.of(Tensor.of(items, count, width), new ArrayDataset(among, width), 3);
        for (int i = 0; i < count; i += 37) {
            int item = i;
            double[] all = IntStream.range(0, others)
                    .mapToDouble(j -> distance(items, item, among, j, width))
                    .toArray();
            int[] nearest = IntStream.range(0, others)
                    .boxed()
                    .sorted((a, b) -> Double.compare(all[a], all[b]))
                    .limit(3)
                    .mapToInt(Integer::intValue)
                    .toArray();
            assertThat(found.indices(item)).isEqualTo(nearest);
            assertThat(found.distances(item)[2]).isCloseTo(all[nearest[2]], within(1e-12));
        }
    }

    private static double distance(float[] a, int i, float[] b, int j, int width) {
        double sum = 0;
        for (int k = 0; k < width; k++) {
            double difference = (double) a[i * width + k] - b[j * width + k];
            sum += difference * difference;
        }
        return Math.sqrt(sum);
    }

    /** All 60,000 training digits: a memorised one is found at distance 0, a new one is not. */
    @Test
    void findsMemorisedDigits() {
        ImageDataset train = Mnist.train().scaled(-1, 1).flat();
        ImageDataset test = Mnist.test().scaled(-1, 1).flat();
        float[] digits = Arrays.copyOf(train.values(31, 59_999), 3 * 784);
        test.read(0, digits, 2 * 784);
        digits[5] += 0.25f;
        NearestNeighbours found = NearestNeighbours.of(Tensor.of(digits, 3, 784), train, 2);
        assertThat(found.indices(0)[0]).isEqualTo(31);
        assertThat(found.distances(0)[0]).isCloseTo(0.25, within(1e-6));
        assertThat(found.indices(1)[0]).isEqualTo(59_999);
        assertThat(found.distances(1)[0]).isZero();
        assertThat(found.distances(2)[0]).isGreaterThan(2);
        assertThat(train.label(found.indices(2)[0])).isEqualTo(test.label(0));
    }

    /** Equal items are all at distance 0, and the first come first. */
    @Test
    void equalItems() {
        NearestNeighbours found =
                NearestNeighbours.of(Tensor.of(new float[] {2}, 1, 1), new ArrayDataset(new float[] {2, 2, 2}, 1), 2);
        assertThat(found.indices(0)).containsExactly(0, 1);
        assertThat(found.distances(0)).containsExactly(0, 0);
        assertThatThrownBy(() -> NearestNeighbours.withinOwn(new ArrayDataset(new float[] {2}, 1), 1))
                .hasMessageContaining("nearest neighbours need at least 2 items; got 1");
    }

    @Test
    void badArguments() {
        assertThatThrownBy(() -> NearestNeighbours.of(
                        Tensor.of(new float[] {2}, 1, 1), new Own(new float[] {2, 1, Float.NaN}, 1), 1))
                .hasMessageContaining("item 2 holds NaN, but a distance needs finite values");
        ArrayDataset among = new ArrayDataset(new float[6], 2);
        Tensor items = Tensor.of(new float[4], 2, 2);
        assertThatThrownBy(() -> NearestNeighbours.of(items, among, 4))
                .hasMessageContaining("k must be from 1 to 3, the number of possible neighbours; got 4");
        assertThatThrownBy(() -> NearestNeighbours.of(items, among, 0)).hasMessageContaining("; got 0");
        assertThatThrownBy(() -> NearestNeighbours.of(Tensor.of(new float[3], 1, 3), among, 1))
                .hasMessageContaining("got 3 [3] and 2 [2]");
    }
}
