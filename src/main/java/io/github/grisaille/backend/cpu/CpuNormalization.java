package io.github.grisaille.backend.cpu;

import static io.github.grisaille.backend.cpu.HeapStorage.values;

import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.Affine;
import io.github.grisaille.tensor.ElementPrimitives;
import io.github.grisaille.tensor.Moments;
import io.github.grisaille.tensor.NormalizationPrimitives;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;

/** Normalisation by columns and by items, on the CPU. */
final class CpuNormalization implements NormalizationPrimitives {
    private final InnerLoops loops;
    private final ColumnNormalization columns;
    private final RowNormalization items;
    private final ElementPrimitives elements;

    CpuNormalization(WorkerPool pool, Reductions reductions, InnerLoops loops, ElementPrimitives elements) {
        this.loops = loops;
        this.elements = elements;
        columns = new ColumnNormalization(pool, reductions, loops.columns());
        items = new RowNormalization(pool, reductions);
    }

    @Override
    public void columnMoments(Tensor x, Tensor mean, Tensor variance) {
        columns.moments(values(x), x.shape().rows(), x.axis(-1), values(mean), values(variance));
    }

    @Override
    public void normalizeColumns(Tensor x, Moments moments, Affine affine, Activation f, Tensor y) {
        EpilogueLoop epilogue = new EpilogueLoop(values(affine.shift()), f, loops);
        columns.normalize(Normalized.byColumns(x, moments), values(affine.gain()), epilogue, values(y));
    }

    @Override
    public void normalizeColumnsParameterGradients(
            Tensor x, Tensor dy, Moments moments, Write write, Affine gradients) {
        columns.parameterGradients(
                Normalized.byColumns(x, moments),
                values(dy),
                write.adds(),
                values(gradients.gain()),
                values(gradients.shift()));
    }

    @Override
    public void normalizeColumnsInputGradient(
            Tensor x, Tensor dy, Moments moments, Tensor gain, Affine gradients, Tensor dx) {
        columns.inputGradient(
                Normalized.byColumns(x, moments),
                values(dy),
                values(gain),
                values(gradients.gain()),
                values(gradients.shift()),
                values(dx));
    }

    @Override
    public void normalizeColumnsGradients(
            Tensor x, Tensor y, Tensor dy, Moments moments, Affine affine, Activation f, Affine gradients, Tensor dx) {
        boolean done = f.piecewiseLinear()
                && columns.gradients(
                        Normalized.byColumns(x, moments),
                        values(dy),
                        values(affine.gain()),
                        values(affine.shift()),
                        f,
                        values(gradients.gain()),
                        values(gradients.shift()),
                        values(dx));
        if (!done) {
            elements.activateGradient(f, y, y, dy, dx);
            normalizeColumnsParameterGradients(x, dx, moments, Write.REPLACE, gradients);
            normalizeColumnsInputGradient(x, dx, moments, affine.gain(), gradients, dx);
        }
    }

    @Override
    public void itemMoments(Tensor x, Tensor mean, Tensor variance) {
        items.moments(values(x), x.axis(0), x.size() / x.axis(0), values(mean), values(variance));
    }

    @Override
    public void normalizeItems(Tensor x, Moments moments, Affine affine, Tensor y) {
        items.normalize(Normalized.byItems(x, moments), values(affine.gain()), values(affine.shift()), values(y));
    }

    @Override
    public void normalizeItemsParameterGradients(Tensor x, Tensor dy, Moments moments, Write write, Affine gradients) {
        items.parameterGradients(
                Normalized.byItems(x, moments),
                values(dy),
                write.adds(),
                values(gradients.gain()),
                values(gradients.shift()));
    }

    @Override
    public void normalizeItemsInputGradient(Tensor x, Tensor dy, Moments moments, Tensor gain, Tensor dx) {
        items.inputGradient(Normalized.byItems(x, moments), values(dy), values(gain), values(dx));
    }
}
