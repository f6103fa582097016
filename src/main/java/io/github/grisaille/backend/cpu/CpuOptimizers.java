package io.github.grisaille.backend.cpu;

import static io.github.grisaille.backend.cpu.HeapStorage.values;
import static io.github.grisaille.backend.cpu.HeapStorage.valuesOrNull;

import io.github.grisaille.backend.AdamFactors;
import io.github.grisaille.tensor.AdamStep;
import io.github.grisaille.tensor.ElementPrimitives;
import io.github.grisaille.tensor.OptimizerPrimitives;
import io.github.grisaille.tensor.RmspropStep;
import io.github.grisaille.tensor.SgdStep;
import io.github.grisaille.tensor.Tensor;

/** Steps of optimisers on the CPU. */
final class CpuOptimizers implements OptimizerPrimitives {
    private final Blocks blocks;
    private final ElementPrimitives elements;

    CpuOptimizers(WorkerPool pool, ElementPrimitives elements) {
        blocks = new Blocks(pool);
        this.elements = elements;
    }

    @Override
    public void sgd(SgdStep step, Tensor gradient, Tensor velocity, Tensor value) {
        float[] g = values(gradient);
        float[] v = valuesOrNull(velocity);
        float[] w = values(value);
        blocks.each(w.length, (from, to) -> OptimizerSteps.sgd(step, g, v, w, from, to));
    }

    @Override
    public void rmsprop(RmspropStep step, Tensor gradient, Tensor squareAverage, Tensor velocity, Tensor value) {
        float[] g = values(gradient);
        float[] s = values(squareAverage);
        float[] v = valuesOrNull(velocity);
        float[] w = values(value);
        blocks.each(w.length, (from, to) -> OptimizerSteps.rmsprop(step, g, s, v, w, from, to));
    }

    @Override
    public void adam(AdamStep step, Tensor gradient, Tensor firstMoment, Tensor secondMoment, Tensor value) {
        float[] g = values(gradient);
        float[] m = values(firstMoment);
        float[] v = values(secondMoment);
        float[] w = values(value);
        AdamFactors factors = AdamFactors.of(step);
        blocks.each(w.length, (from, to) -> OptimizerSteps.adam(g, m, v, w, factors, from, to));
    }

    @Override
    public void clipByNorm(Tensor total, float limit, Tensor gradient) {
        float norm = (float) Math.sqrt(values(total)[0]);
        // if the norm is NaN, all values become NaN
        if (!(norm <= limit)) {
            elements.scale(gradient, limit / norm, gradient);
        }
    }
}
