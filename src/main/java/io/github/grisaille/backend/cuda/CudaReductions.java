package io.github.grisaille.backend.cuda;

import io.github.grisaille.backend.Division;
import io.github.grisaille.tensor.ReductionPrimitives;
import io.github.grisaille.tensor.Storage;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;

/** Sums of values, of columns and of items, and the search for values that are not finite. */
final class CudaReductions implements ReductionPrimitives {
    /** The flags of one step are one launch, if their slots come in order. */
    private record Guard(Storage flags, int step, int slot) implements CudaLaunches.Company {
        @Override
        public boolean takes(CudaLaunches.Company next) {
            return next instanceof Guard guard && guard.flags == flags && guard.step == step && guard.slot > slot;
        }
    }

    private final CudaLaunches launches;
    private final CudaSums sums;

    CudaReductions(CudaLaunches launches, CudaSums sums) {
        this.launches = launches;
        this.sums = sums;
    }

    @Override
    public void sum(Tensor x, Tensor total) {
        sum(x, false, Write.REPLACE, total);
    }

    @Override
    public void sumOfSquares(Tensor x, Write write, Tensor total) {
        sum(x, true, write, total);
    }

    private void sum(Tensor x, boolean squares, Write write, Tensor total) {
        sums.overGrid(
                CudaKernel.SUM,
                x.size(),
                total,
                record -> record.addresses(x, total)
                        .integer(x.size())
                        .flag(squares)
                        .flag(write.adds()));
    }

    @Override
    public void itemDots(Tensor a, Tensor b, Tensor y) {
        launches.launch(
                CudaKernel.ITEM_DOTS,
                CudaGrid.blocks(y.size()),
                y,
                record -> record.addresses(a, b, y).integer(a.size() / y.size()));
    }

    @Override
    public void columnSums(Tensor x, Write write, Tensor sumsOfColumns) {
        sums.overColumns(
                CudaKernel.COLUMN_SUMS,
                x.shape().rows(),
                x.axis(-1),
                sumsOfColumns,
                record -> record.addresses(x, sumsOfColumns).flag(write.adds()));
    }

    @Override
    public void flagNonFinite(Tensor x, int step, int slot, Tensor flags) {
        launches.share(
                CudaKernel.FLAG_NON_FINITE,
                new Guard(flags.storage(), step, slot),
                Division.ceil(x.size(), CudaKernel.VALUES_A_BLOCK),
                flags,
                record -> record.addresses(flags).count().number(step),
                (record, firstBlock) ->
                        record.addresses(x).integers(x.size(), slot, firstBlock).unused());
    }
}
