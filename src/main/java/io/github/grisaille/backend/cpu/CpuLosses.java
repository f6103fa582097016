package io.github.grisaille.backend.cpu;

import static io.github.grisaille.backend.cpu.HeapStorage.values;

import io.github.grisaille.tensor.LossPrimitives;
import io.github.grisaille.tensor.PointwiseLoss;
import io.github.grisaille.tensor.Tensor;

/** Losses with their gradients, on the CPU. */
final class CpuLosses implements LossPrimitives {
    private static final long WORTH_SHARING = 60_000;

    private final WorkerPool pool;
    private final Reductions reductions;
    private final InnerLoops loops;
    private final ItemLoops itemLoops;

    CpuLosses(WorkerPool pool, Reductions reductions, InnerLoops loops) {
        this.pool = pool;
        this.reductions = reductions;
        this.loops = loops;
        itemLoops = new ItemLoops(pool);
    }

    @Override
    public void pointwiseLoss(
            PointwiseLoss loss, Tensor prediction, Tensor target, float factor, Tensor value, Tensor gradient) {
        float[] p = values(prediction);
        float[] t = values(target);
        float[] g = values(gradient);
        float[] v = values(value);
        if (v.length == 1) {
            double sum = reductions.sum(p.length, (from, to) -> loops.loss(loss, p, t, factor, g, from, to));
            v[0] = (float) (sum * factor);
        } else {
            pool.split(
                    p.length,
                    p.length,
                    WORTH_SHARING,
                    (from, to) -> Pointwise.losses(loss, p, t, factor, v, g, from, to));
        }
    }

    @Override
    public void softmaxCrossEntropy(Tensor logits, Tensor target, float factor, Tensor value, Tensor gradient) {
        float[] x = values(logits);
        float[] t = values(target);
        float[] g = values(gradient);
        int width = logits.axis(-1);
        double[] rowLosses = new double[logits.shape().rows()];
        pool.split(
                rowLosses.length,
                x.length,
                WORTH_SHARING,
                (from, to) -> SoftmaxRows.crossEntropy(x, t, width, factor, g, rowLosses, from, to));
        float[] v = values(value);
        if (v.length == 1) {
            double sum = 0;
            for (double loss : rowLosses) {
                sum += loss;
            }
            v[0] = (float) (sum * factor);
        } else {
            for (int row = 0; row < v.length; row++) {
                v[row] = (float) (rowLosses[row] * factor);
            }
        }
    }

    @Override
    public void gaussianKl(
            Tensor mean, Tensor logVariance, float factor, Tensor value, Tensor dMean, Tensor dLogVariance) {
        float[] m = values(mean);
        float[] l = values(logVariance);
        float[] dm = values(dMean);
        float[] dl = values(dLogVariance);
        double sum = reductions.sum(m.length, (from, to) -> {
            double terms = 0;
            for (int i = from; i < to; i++) {
                float variance = FastMath.exp(l[i]);
                // ∞ − ∞ would be NaN
                float rest = variance == Float.POSITIVE_INFINITY ? 0 : l[i];
                terms += 0.5 * ((double) m[i] * m[i] + variance - 1 - rest);
                dm[i] = factor * m[i];
                dl[i] = factor * 0.5f * (variance - 1);
            }
            return terms;
        });
        values(value)[0] = (float) (sum * factor);
    }

    @Override
    public void normPenalty(Tensor squares, float target, float factor, Tensor value, Tensor slopes) {
        values(value)[0] = (float) ItemLoops.normPenalty(values(squares), target, factor, values(slopes));
    }

    @Override
    public void closeness(Tensor x, Tensor y) {
        itemLoops.closeness(values(x), x.axis(0), x.axis(1), x.axis(2), values(y));
    }

    @Override
    public void closenessGradient(Tensor x, Tensor dy, Tensor dx) {
        itemLoops.closenessGradient(values(x), values(dy), x.axis(0), x.axis(1), x.axis(2), values(dx));
    }
}
