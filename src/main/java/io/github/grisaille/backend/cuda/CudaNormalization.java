package io.github.grisaille.backend.cuda;

import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.Affine;
import io.github.grisaille.tensor.ElementPrimitives;
import io.github.grisaille.tensor.Moments;
import io.github.grisaille.tensor.NormalizationPrimitives;
import io.github.grisaille.tensor.Storage;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;
import java.util.List;

/** Normalisation by columns and by items. */
final class CudaNormalization implements NormalizationPrimitives {
    private final CudaLaunches launches;
    private final CudaSums sums;
    private final ElementPrimitives elements;

    CudaNormalization(CudaLaunches launches, CudaSums sums, ElementPrimitives elements) {
        this.launches = launches;
        this.sums = sums;
        this.elements = elements;
    }

    @Override
    public void columnMoments(Tensor x, Tensor mean, Tensor variance) {
        sums.overColumns(
                CudaKernel.COLUMN_MOMENTS,
                x.shape().rows(),
                x.axis(-1),
                mean,
                record -> record.addresses(x, mean, variance));
    }

    @Override
    public void normalizeColumns(Tensor x, Moments moments, Affine affine, Activation f, Tensor y) {
        Tensor mean = moments.mean();
        Tensor variance = moments.variance();
        Tensor gain = affine.gain();
        Tensor shift = affine.shift();
        List<Storage> operands =
                List.of(x.storage(), mean.storage(), variance.storage(), gain.storage(), shift.storage());
        launches.launch(
                CudaKernel.NORMALIZE_COLUMNS,
                CudaGrid.over(y.size()),
                y,
                operands,
                record -> record.addresses(x, mean, variance, gain, shift, y)
                        .activated()
                        .integers(y.size(), x.axis(-1))
                        .function()
                        .number(moments.epsilon()));
        if (f != null) {
            elements.activate(f, y, y);
        }
    }

    @Override
    public void normalizeColumnsParameterGradients(
            Tensor x, Tensor dy, Moments moments, Write write, Affine gradients) {
        sums.overColumns(
                CudaKernel.NORMALIZE_COLUMNS_PARAMETER_GRADIENTS,
                x.shape().rows(),
                x.axis(-1),
                gradients.shift(),
                record -> parameterGradients(record, x, dy, moments, write, gradients));
    }

    private static void parameterGradients(
            CudaRecord record, Tensor x, Tensor dy, Moments moments, Write write, Affine gradients) {
        record.addresses(x, dy, moments.mean(), moments.variance(), gradients.gain(), gradients.shift())
                .flag(write.adds())
                .number(moments.epsilon());
    }

    @Override
    public void normalizeColumnsInputGradient(
            Tensor x, Tensor dy, Moments moments, Tensor gain, Affine gradients, Tensor dx) {
        launches.launch(
                CudaKernel.NORMALIZE_COLUMNS_INPUT_GRADIENT,
                CudaGrid.over(dx.size()),
                dx,
                record -> record.addresses(x, dy, moments.mean(), moments.variance(), gain)
                        .addresses(gradients.gain(), gradients.shift(), dx)
                        .integers(dx.size(), x.shape().rows(), x.axis(-1))
                        .number(moments.epsilon()));
    }

    @Override
    public void normalizeColumnsGradients(
            Tensor x, Tensor y, Tensor dy, Moments moments, Affine affine, Activation f, Affine gradients, Tensor dx) {
        elements.activateGradient(f, y, y, dy, dx);
        normalizeColumnsParameterGradients(x, dx, moments, Write.REPLACE, gradients);
        normalizeColumnsInputGradient(x, dx, moments, affine.gain(), gradients, dx);
    }

    @Override
    public void itemMoments(Tensor x, Tensor mean, Tensor variance) {
        int items = x.axis(0);
        launches.launch(
                CudaKernel.ITEM_MOMENTS,
                CudaGrid.blocks(items),
                mean,
                record -> record.addresses(x, mean, variance).integer(x.size() / items));
    }

    @Override
    public void normalizeItems(Tensor x, Moments moments, Affine affine, Tensor y) {
        launches.launch(
                CudaKernel.NORMALIZE_ITEMS,
                CudaGrid.over(y.size()),
                y,
                record -> record.addresses(x, moments.mean(), moments.variance(), affine.gain(), affine.shift(), y)
                        .integers(y.size(), x.size() / x.axis(0))
                        .number(moments.epsilon()));
    }

    @Override
    public void normalizeItemsParameterGradients(Tensor x, Tensor dy, Moments moments, Write write, Affine gradients) {
        sums.overColumns(
                CudaKernel.NORMALIZE_ITEMS_PARAMETER_GRADIENTS,
                x.axis(0),
                x.size() / x.axis(0),
                gradients.shift(),
                record -> parameterGradients(record, x, dy, moments, write, gradients));
    }

    @Override
    public void normalizeItemsInputGradient(Tensor x, Tensor dy, Moments moments, Tensor gain, Tensor dx) {
        int items = x.axis(0);
        launches.launch(
                CudaKernel.NORMALIZE_ITEMS_INPUT_GRADIENT,
                CudaGrid.blocks(items),
                dx,
                record -> record.addresses(x, dy, moments.mean(), moments.variance(), gain, dx)
                        .integer(x.size() / items)
                        .number(moments.epsilon()));
    }
}
