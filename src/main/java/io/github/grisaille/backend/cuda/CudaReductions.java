package io.github.grisaille.backend.cuda;

import io.github.grisaille.backend.Division;
import io.github.grisaille.tensor.ReductionPrimitives;
import io.github.grisaille.tensor.Storage;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;

/** Sums of values, of columns and of items, extreme values, and the search for values that are not finite. */
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
        sums.ofValues(x, false, Write.REPLACE, total);
    }

    @Override
    public void sumOfSquares(Tensor x, Write write, Tensor total) {
        sums.ofValues(x, true, write, total);
    }

    @Override
    public void minimum(Tensor x, Tensor least) {
        extreme(x, -1, least);
    }

    @Override
    public void maximum(Tensor x, Tensor greatest) {
        extreme(x, 1, greatest);
    }

    /** @param sign 1 for the greatest value, −1 for the least */
    private void extreme(Tensor x, float sign, Tensor result) {
        sums.overGrid(
                CudaKernel.EXTREME,
                x.size(),
                result,
                record -> record.addresses(x, result).integer(x.size()).number(sign));
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
        sums.ofColumns(x, x.axis(-1), write, sumsOfColumns);
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
