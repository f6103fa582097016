package io.github.grisaille.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.grisaille.backend.BroadcastContract;
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

/** Operands that are repeated and sums over axes, on the CPU. */
class CpuBroadcastsTest extends BroadcastContract {
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
        Tensor x = backend.empty(Shape.of(37, 61, 5, 23));
        backend.uniform(new RandomStream(1, 2), -1, 1, x);
        int[][] shapes = {{23}, {37, 1, 1, 1}, {37, 1, 1, 23}, {61, 1, 23}, {61, 1, 1}, {1, 5, 1}, {1}, {37, 61, 5, 1}};
        for (int[] shape : shapes) {
            Tensor sum = backend.empty(Shape.of(shape));
            backend.sumOver(x, Write.REPLACE, sum);
            Tensor added = backend.empty(x.shape());
            backend.addBroadcast(x, sum, added);
            Tensor product = backend.empty(x.shape());
            backend.multiplyBroadcast(sum, x, product);
            Tensor repeated = backend.empty(x.shape());
            backend.repeat(sum, repeated);
            results.addAll(List.of(sum, added, product, repeated));
        }
        Tensor wide = x.reshape(1, x.size());
        Tensor one = backend.empty(Shape.of(1, 1));
        backend.sumOver(wide, Write.REPLACE, one);
        Tensor share = backend.empty(Shape.of(37));
        backend.uniform(new RandomStream(3, 4), 0, 1, share);
        Tensor blended = backend.empty(x.shape());
        backend.blend(x, results.get(1), share, blended);
        results.addAll(List.of(one, blended));
        return results.stream().map(Tensor::toArray).map(Samples::bits).toArray(int[][]::new);
    }
}
