package io.github.grisaille.backend.cuda;

import io.github.grisaille.backend.Division;
import io.github.grisaille.tensor.LossPrimitives;
import io.github.grisaille.tensor.PointwiseLoss;
import io.github.grisaille.tensor.Tensor;

/** Losses with their gradients. */
final class CudaLosses implements LossPrimitives {
    /** A warp of 32 threads works on a row, so a row takes the threads of that many values. */
    private static final int VALUES_OF_A_WARP = 128;

    private final CudaLaunches launches;
    private final CudaSums sums;

    CudaLosses(CudaLaunches launches, CudaSums sums) {
        this.launches = launches;
        this.sums = sums;
    }

    @Override
    public void pointwiseLoss(
            PointwiseLoss loss, Tensor prediction, Tensor target, float factor, Tensor value, Tensor gradient) {
        int n = prediction.size();
        sums.overGrid(
                CudaKernel.POINTWISE_LOSS,
                n,
                gradient,
                record -> record.addresses(prediction, target, value, gradient)
                        .integers(n, loss.ordinal())
                        .flag(target.size() == 1)
                        .flag(value.size() != 1)
                        .number(factor));
    }

    @Override
    public void softmaxCrossEntropy(Tensor logits, Tensor target, float factor, Tensor value, Tensor gradient) {
        int rows = logits.shape().rows();
        sums.overGrid(
                CudaKernel.SOFTMAX_CROSS_ENTROPY,
                rows * VALUES_OF_A_WARP,
                gradient,
                record -> record.addresses(logits, target, value, gradient)
                        .integers(rows, logits.axis(-1))
                        .flag(value.size() != 1)
                        .number(factor));
    }

    @Override
    public void gaussianKl(
            Tensor mean, Tensor logVariance, float factor, Tensor value, Tensor dMean, Tensor dLogVariance) {
        sums.overGrid(
                CudaKernel.GAUSSIAN_KL,
                mean.size(),
                dMean,
                record -> record.addresses(mean, logVariance, value, dMean, dLogVariance)
                        .integer(mean.size())
                        .number(factor));
    }

    @Override
    public void normPenalty(Tensor squares, float target, float factor, Tensor value, Tensor slopes) {
        sums.overGrid(
                CudaKernel.NORM_PENALTY,
                squares.size(),
                slopes,
                record -> record.addresses(squares, value, slopes)
                        .integer(squares.size())
                        .number(target)
                        .number(factor));
    }

    @Override
    public void closeness(Tensor x, Tensor y) {
        closeness(CudaKernel.CLOSENESS, x, null, y);
    }

    @Override
    public void closenessGradient(Tensor x, Tensor dy, Tensor dx) {
        closeness(CudaKernel.CLOSENESS_GRADIENT, x, dy, dx);
    }

    /** A thread for each item and group: the values are few, and each takes much work. */
    private void closeness(CudaKernel kernel, Tensor x, Tensor dy, Tensor result) {
        int blocks = Division.ceil(x.axis(0) * x.axis(1), CudaKernel.THREADS);
        launches.launch(
                kernel,
                CudaGrid.blocks(blocks),
                result,
                record -> record.addresses(x, dy, result).integers(x.axis(0), x.axis(1), x.axis(2)));
    }
}
