package io.github.grisaille.backend.cpu;

import static io.github.grisaille.backend.cpu.HeapStorage.values;

import io.github.grisaille.backend.BroadcastAxes;
import io.github.grisaille.tensor.BroadcastPrimitives;
import io.github.grisaille.tensor.ElementPrimitives;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;

/** Operands that are repeated, and sums over axes, on the CPU. */
final class CpuBroadcasts implements BroadcastPrimitives {
    private final Blocks blocks;
    private final BroadcastLoops loops;
    private final AxisSums axisSums;
    private final ElementPrimitives elements;

    CpuBroadcasts(WorkerPool pool, Reductions reductions, InnerLoops loops, ElementPrimitives elements) {
        this.elements = elements;
        this.loops = new BroadcastLoops(pool, loops);
        blocks = new Blocks(pool);
        axisSums = new AxisSums(pool, reductions, loops);
    }

    @Override
    public void addBroadcast(Tensor a, Tensor b, Tensor y) {
        loops.add(new BroadcastAxes(a.shape(), b.shape()), values(a), values(b), values(y));
    }

    @Override
    public void multiplyBroadcast(Tensor a, Tensor b, Tensor y) {
        loops.multiply(new BroadcastAxes(a.shape(), b.shape()), values(a), values(b), values(y));
    }

    @Override
    public void repeat(Tensor x, Tensor y) {
        loops.repeat(new BroadcastAxes(y.shape(), x.shape()), values(x), values(y));
    }

    @Override
    public void blend(Tensor a, Tensor b, Tensor share, Tensor y) {
        float[] av = values(a);
        float[] bv = values(b);
        float[] shares = values(share);
        float[] yv = values(y);
        int run = yv.length / shares.length;
        blocks.each(yv.length, (from, to) -> {
            if (run == 1) {
                Pointwise.blend(av, bv, shares, yv, from, to);
                return;
            }
            for (int at = from; at < to; ) {
                int item = at / run;
                int end = Math.min(to, (item + 1) * run);
                Pointwise.blend(av, bv, shares[item], yv, at, end);
                at = end;
            }
        });
    }

    @Override
    public void sumOver(Tensor x, Write write, Tensor y) {
        if (x.size() > y.size()) {
            axisSums.sum(new BroadcastAxes(x.shape(), y.shape()), values(x), write.adds(), values(y));
        } else if (write.adds()) {
            elements.add(x, y, y);
        } else {
            elements.copy(x, y);
        }
    }
}
