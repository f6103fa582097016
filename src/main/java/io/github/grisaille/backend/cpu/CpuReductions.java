package io.github.grisaille.backend.cpu;

import static io.github.grisaille.backend.cpu.HeapStorage.values;

import io.github.grisaille.tensor.ReductionPrimitives;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;

/** Sums of values, of columns and of items, and extreme values, on the CPU. */
final class CpuReductions implements ReductionPrimitives {
    private final Reductions reductions;
    private final InnerLoops loops;
    private final ItemLoops itemLoops;

    CpuReductions(WorkerPool pool, Reductions reductions, InnerLoops loops) {
        this.reductions = reductions;
        this.loops = loops;
        itemLoops = new ItemLoops(pool);
    }

    @Override
    public void sum(Tensor x, Tensor total) {
        float[] xv = values(x);
        values(total)[0] = (float) reductions.sum(xv.length, (from, to) -> loops.sum(xv, from, to));
    }

    @Override
    public void minimum(Tensor x, Tensor least) {
        float[] xv = values(x);
        values(least)[0] = (float) reductions.least(xv.length, (from, to) -> Pointwise.least(xv, from, to));
    }

    @Override
    public void maximum(Tensor x, Tensor greatest) {
        float[] xv = values(x);
        values(greatest)[0] = (float) reductions.greatest(xv.length, (from, to) -> Pointwise.greatest(xv, from, to));
    }

    @Override
    public void sumOfSquares(Tensor x, Write write, Tensor total) {
        float[] xv = values(x);
        float[] out = values(total);
        double squares = reductions.sum(xv.length, (from, to) -> loops.sumOfSquares(xv, from, to));
        out[0] = (float) ((write.adds() ? out[0] : 0) + squares);
    }

    @Override
    public void itemDots(Tensor a, Tensor b, Tensor y) {
        itemLoops.dots(values(a), values(b), values(y));
    }

    @Override
    public void columnSums(Tensor x, Write write, Tensor sums) {
        int width = x.axis(-1);
        float[] out = values(sums);
        double[] totals = reductions.columnSums(values(x), x.shape().rows(), width);
        for (int j = 0; j < width; j++) {
            out[j] = (write.adds() ? out[j] : 0) + (float) totals[j];
        }
    }

    @Override
    public void flagNonFinite(Tensor x, int step, int slot, Tensor flags) {
        float[] f = values(flags);
        float[] xv = values(x);
        if (f[slot] != 0) {
            return;
        }
        double broken = reductions.sum(xv.length, (from, to) -> loops.finite(xv, from, to) ? 0 : 1);
        if (broken > 0) {
            f[slot] = step;
        }
    }
}
