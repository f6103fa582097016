package io.github.grisaille.backend.cuda;

import io.github.grisaille.backend.AdamFactors;
import io.github.grisaille.backend.Division;
import io.github.grisaille.tensor.AdamStep;
import io.github.grisaille.tensor.OptimizerPrimitives;
import io.github.grisaille.tensor.RmspropStep;
import io.github.grisaille.tensor.SgdStep;
import io.github.grisaille.tensor.Tensor;

/** Steps of optimisers. */
final class CudaOptimizers implements OptimizerPrimitives {
    /** Steps of Adam with the same numbers, one after another, are one launch. */
    private record SameStep(AdamStep step) implements CudaLaunches.Company {
        @Override
        public boolean takes(CudaLaunches.Company next) {
            return equals(next);
        }
    }

    private final CudaLaunches launches;

    CudaOptimizers(CudaLaunches launches) {
        this.launches = launches;
    }

    @Override
    public void sgd(SgdStep step, Tensor gradient, Tensor velocity, Tensor value) {
        launches.launch(
                CudaKernel.SGD,
                CudaGrid.over(value.size()),
                value,
                record -> record.addresses(gradient, velocity, value)
                        .integer(value.size())
                        .flag(step.nesterov())
                        .number(step.rate())
                        .number(step.momentum())
                        .number(step.weightDecay()));
    }

    @Override
    public void rmsprop(RmspropStep step, Tensor gradient, Tensor squareAverage, Tensor velocity, Tensor value) {
        launches.launch(
                CudaKernel.RMSPROP,
                CudaGrid.over(value.size()),
                value,
                record -> record.addresses(gradient, squareAverage, velocity, value)
                        .integer(value.size())
                        .number(step.rate())
                        .number(step.decay())
                        .number(step.epsilon())
                        .number(step.momentum()));
    }

    @Override
    public void adam(AdamStep step, Tensor gradient, Tensor firstMoment, Tensor secondMoment, Tensor value) {
        launches.share(
                CudaKernel.ADAM,
                new SameStep(step),
                Division.ceil(value.size(), CudaKernel.VALUES_A_BLOCK),
                value,
                record -> head(record, AdamFactors.of(step)),
                (record, firstBlock) -> record.addresses(gradient, firstMoment, secondMoment, value)
                        .integers(value.size(), firstBlock));
    }

    private static void head(CudaRecord record, AdamFactors f) {
        record.count()
                .number(f.beta1())
                .number(f.keep1())
                .number(f.beta2())
                .number(f.keep2())
                .number(f.rate())
                .number(f.inverseRoot2())
                .number(f.epsilon())
                .number(f.shrink())
                .unused();
    }

    @Override
    public void clipByNorm(Tensor total, float limit, Tensor gradient) {
        launches.launch(
                CudaKernel.CLIP_BY_NORM,
                CudaGrid.over(gradient.size()),
                gradient,
                record -> record.addresses(total, gradient)
                        .integer(gradient.size())
                        .number(limit));
    }
}
