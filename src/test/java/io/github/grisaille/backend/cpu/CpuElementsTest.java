package io.github.grisaille.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.grisaille.backend.ElementContract;
import io.github.grisaille.oracle.Samples;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Simple functions of values, tables and extreme values, on the CPU. */
class CpuElementsTest extends ElementContract {
    @Override
    protected Backend backend() {
        return Backend.cpu();
    }

    @ParameterizedTest(name = "{0} threads")
    @ValueSource(ints = {2, 3, 7})
    void theyAreBitIdenticalToOneThread(int threads) {
        assertThat(results(threads)).isDeepEqualTo(results(1));
    }

    private static int[][] results(int threads) {
        Backend backend = new JavaBackend(threads);
        List<Tensor> results = new ArrayList<>();
        Tensor x = backend.empty(Shape.of(4001, 37));
        backend.uniform(new RandomStream(1, 2), -1, 1, x);
        for (int i = 0; i < 4; i++) {
            results.add(backend.empty(x.shape()));
        }
        backend.subtract(x, x, results.get(0));
        backend.shift(x, 0.3f, results.get(1));
        backend.inverseRoot(x, 2, results.get(2));
        backend.step(x, 0.3f, results.get(3));
        float[] rows = new float[x.axis(0)];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = i * 31 % 13 - 1;
        }
        Tensor labels = backend.tensor(rows, Shape.of(rows.length));
        Tensor dTable = backend.empty(Shape.of(12, 37));
        Tensor y = backend.empty(x.shape());
        Tensor least = backend.empty(Shape.of(1));
        Tensor greatest = backend.empty(Shape.of(1));
        Tensor drawn = backend.empty(x.shape());
        backend.lookUpGradient(x, labels, Write.REPLACE, dTable);
        backend.lookUp(dTable, labels, y);
        backend.minimum(x, least);
        backend.maximum(x, greatest);
        backend.bernoulli(new RandomStream(5, 6), 0.3f, drawn);
        results.addAll(List.of(dTable, y, least, greatest, drawn));
        return results.stream().map(Tensor::toArray).map(Samples::bits).toArray(int[][]::new);
    }
}
