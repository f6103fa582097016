package io.github.grisaille.backend.cuda;

import io.github.grisaille.backend.BroadcastAxes;
import io.github.grisaille.tensor.BroadcastPrimitives;
import io.github.grisaille.tensor.ElementPrimitives;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;

/** Operands that are repeated, and sums over axes. */
final class CudaBroadcasts implements BroadcastPrimitives {
    /** A sum of so few terms is made by one thread. */
    private static final int FEW_TERMS = 64;
    /** So many threads keep a device busy, even if each makes a long sum. */
    private static final int MANY_SUMS = 1 << 17;

    private final CudaLaunches launches;
    private final CudaSums sums;
    private final ElementPrimitives elements;

    CudaBroadcasts(CudaLaunches launches, CudaSums sums, ElementPrimitives elements) {
        this.launches = launches;
        this.sums = sums;
        this.elements = elements;
    }

    @Override
    public void addBroadcast(Tensor a, Tensor b, Tensor y) {
        broadcast(new BroadcastAxes(a.shape(), b.shape()), a, b, false, y);
    }

    @Override
    public void multiplyBroadcast(Tensor a, Tensor b, Tensor y) {
        broadcast(new BroadcastAxes(a.shape(), b.shape()), a, b, true, y);
    }

    private void broadcast(BroadcastAxes axes, Tensor a, Tensor b, boolean multiply, Tensor y) {
        launches.launch(
                CudaKernel.BROADCAST,
                CudaGrid.over(y.size()),
                y,
                record ->
                        write(axes, record.addresses(a, b, y).integer(y.size()).flag(multiply)));
    }

    @Override
    public void repeat(Tensor x, Tensor y) {
        BroadcastAxes axes = new BroadcastAxes(y.shape(), x.shape());
        launches.launch(
                CudaKernel.REPEAT,
                CudaGrid.over(y.size()),
                y,
                record -> write(axes, record.addresses(x, y).integer(y.size())));
    }

    /** Writes the number of axes, and the axes. */
    private static void write(BroadcastAxes axes, CudaRecord record) {
        record.integer(axes.count());
        for (int i = 0; i < axes.count(); i++) {
            record.integers(axes.extent(i), axes.stepOfA(i), axes.stepOfB(i));
        }
    }

    @Override
    public void blend(Tensor a, Tensor b, Tensor share, Tensor y) {
        launches.launch(
                CudaKernel.BLEND,
                CudaGrid.over(y.size()),
                y,
                record -> record.addresses(a, b, share, y).integers(y.size(), y.size() / share.size()));
    }

    @Override
    public void sumOver(Tensor x, Write write, Tensor y) {
        if (x.size() > y.size()) {
            sum(x, new BroadcastAxes(x.shape(), y.shape()), write, y);
        } else if (write.adds()) {
            elements.add(x, y, y);
        } else {
            elements.copy(x, y);
        }
    }

    private void sum(Tensor x, BroadcastAxes axes, Write write, Tensor y) {
        if (y.size() == 1) {
            sums.ofValues(x, false, write, y);
        } else if (axes.count() == 2 && axes.stepOfB(1) == 0) {
            sums.ofColumns(x, axes.extent(0), write, y);
        } else {
            int terms = x.size() / y.size();
            boolean byThreads = terms <= FEW_TERMS || y.size() >= MANY_SUMS;
            launches.launch(
                    byThreads ? CudaKernel.SUM_OVER_BY_THREADS : CudaKernel.SUM_OVER_BY_BLOCKS,
                    byThreads ? CudaGrid.over(y.size()) : CudaGrid.blocks(y.size()),
                    y,
                    record -> write(
                            axes,
                            record.addresses(x, y).integers(y.size(), terms).flag(write.adds())));
        }
    }
}
