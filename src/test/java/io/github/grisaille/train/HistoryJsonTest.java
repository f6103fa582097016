package io.github.grisaille.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.grisaille.tensor.RandomStream;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryJsonTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void historiesKeepEveryBit(long seed) {
        History history = new History("a", "b \"quoted\"");
        RandomStream random = new RandomStream(seed, 0);
        for (int step = 1; step <= 500; step++) {
            double any = Double.longBitsToDouble((long) random.nextInt(Integer.MAX_VALUE) << 33
                    ^ (long) random.nextInt(Integer.MAX_VALUE) << 3
                    ^ step);
            double odd = step % 3 == 0 ? Double.NaN : step % 3 == 1 ? Double.NEGATIVE_INFINITY : -0.0;
            history.add(step, Map.of("a", any, "b \"quoted\"", odd));
        }
        history.remark("a – remark");
        History read = Manifest.parse(
                        new Manifest(
                                        new Manifest.Place(500, 1, true),
                                        Manifest.Judgement.NONE,
                                        Map.of(),
                                        Map.of(),
                                        Map.of(),
                                        history,
                                        new Manifest.Tensors(0, ""))
                                .toBytes(),
                        "some.json")
                .history();
        assertThat(read.series()).containsExactly("a", "b \"quoted\"");
        assertThat(read.steps()).containsExactly(history.steps());
        assertThat(read.values("a")).containsExactly(history.values("a"));
        assertThat(read.values("b \"quoted\"")).containsExactly(history.values("b \"quoted\""));
        assertThat(read.remarks()).containsExactly("a – remark");
    }
}
