package io.github.grisaille.backend.cpu;

import static io.github.grisaille.backend.cpu.HeapStorage.values;

import io.github.grisaille.backend.ByteLevels;
import io.github.grisaille.backend.Transfers;
import io.github.grisaille.tensor.Tensor;
import java.util.List;
import java.util.function.Consumer;

/** Copies values into tensors and out of them. On the CPU the memory of a tensor is an array. */
final class CpuTransfers implements Transfers {
    private static final long WORTH_SHARING = 60_000;

    private final WorkerPool pool;

    CpuTransfers(WorkerPool pool) {
        this.pool = pool;
    }

    @Override
    public void write(float[] values, Tensor y) {
        System.arraycopy(values, 0, values(y), 0, y.size());
    }

    @Override
    public void write(Consumer<float[]> writer, Tensor y) {
        writer.accept(values(y));
    }

    @Override
    public void writeBytes(byte[] bytes, int[] items, int width, float[] levels, Tensor y) {
        float[] yv = values(y);
        pool.split(items.length, y.size(), WORTH_SHARING, (from, to) -> {
            for (int n = from; n < to; n++) {
                ByteLevels.write(bytes, items[n] * width, levels, yv, n * width, (n + 1) * width);
            }
        });
    }

    @Override
    public float[] read(Tensor x) {
        return values(x).clone();
    }

    @Override
    public float[] readEach(List<Tensor> ones) {
        float[] result = new float[ones.size()];
        for (int i = 0; i < result.length; i++) {
            result[i] = values(ones.get(i))[0];
        }
        return result;
    }
}
