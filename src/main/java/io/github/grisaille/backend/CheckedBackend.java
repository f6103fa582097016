package io.github.grisaille.backend;

import static io.github.grisaille.backend.Operands.enlarged;
import static io.github.grisaille.backend.Operands.grouped;
import static io.github.grisaille.backend.Operands.images;
import static io.github.grisaille.backend.Operands.onePerItem;
import static io.github.grisaille.backend.Operands.sameSize;
import static io.github.grisaille.backend.Operands.sized;
import static io.github.grisaille.backend.Operands.window;

import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.AdamStep;
import io.github.grisaille.tensor.Affine;
import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.Moments;
import io.github.grisaille.tensor.PointwiseLoss;
import io.github.grisaille.tensor.RmspropStep;
import io.github.grisaille.tensor.SgdStep;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;

/**
 * Checks the operands of every primitive, once for all backends, and then runs the loops. If a check fails, nothing is
 * written. {@link CheckedArithmetic} checks arithmetic. This class checks what networks need besides: images,
 * normalisation, losses and steps of optimisers.
 */
public abstract class CheckedBackend extends CheckedArithmetic {
    protected CheckedBackend(Primitives loops) {
        super(loops);
    }

    // ---- images

    @Override
    public final void maxPool(Tensor x, ConvGeometry window, Tensor y, Tensor places) {
        sameSize("maxPool", y, places);
        window("maxPool", x, window, y);
        own(x, y, places);
        loops.images().maxPool(x, window, y, places);
    }

    @Override
    public final void maxPoolGradient(Tensor dy, Tensor places, ConvGeometry window, Tensor dx) {
        sameSize("maxPoolGradient", dy, places);
        window("maxPoolGradient", dx, window, dy);
        own(dy, places, dx);
        loops.images().maxPoolGradient(dy, places, window, dx);
    }

    @Override
    public final void maxPoolTangent(Tensor direction, Tensor places, ConvGeometry window, Tensor y) {
        sameSize("maxPoolTangent", y, places);
        window("maxPoolTangent", direction, window, y);
        own(direction, places, y);
        loops.images().maxPoolTangent(direction, places, window, y);
    }

    @Override
    public final void averagePool(Tensor x, ConvGeometry window, Tensor y) {
        window("averagePool", x, window, y);
        own(x, y);
        loops.images().averagePool(x, window, y);
    }

    @Override
    public final void averagePoolGradient(Tensor dy, ConvGeometry window, Tensor dx) {
        window("averagePoolGradient", dx, window, dy);
        own(dy, dx);
        loops.images().averagePoolGradient(dy, window, dx);
    }

    @Override
    public final void upsample(Tensor x, Tensor y) {
        enlarged("upsample", x, y);
        own(x, y);
        loops.images().upsample(x, y);
    }

    @Override
    public final void upsampleGradient(Tensor dy, Tensor dx) {
        enlarged("upsampleGradient", dx, dy);
        own(dy, dx);
        loops.images().upsampleGradient(dy, dx);
    }

    @Override
    public final void upsampleBilinear(Tensor x, boolean alignCorners, Tensor y) {
        enlarged("upsampleBilinear", x, y);
        own(x, y);
        loops.images().upsampleBilinear(x, alignCorners, y);
    }

    @Override
    public final void upsampleBilinearGradient(Tensor dy, boolean alignCorners, Tensor dx) {
        enlarged("upsampleBilinearGradient", dx, dy);
        own(dy, dx);
        loops.images().upsampleBilinearGradient(dy, alignCorners, dx);
    }

    @Override
    public final void translate(Tensor x, int[] down, int[] right, Tensor y) {
        images("translate", x, y);
        onePerItem("translate", x, down);
        onePerItem("translate", x, right);
        if (x.storage() == y.storage()) {
            throw new IllegalArgumentException("translate does not work in place: give it another tensor to write");
        }
        own(x, y);
        loops.images().translate(x, down, right, y);
    }

    @Override
    public final void blank(Tensor x, int[] top, int[] left, int height, int width, Tensor y) {
        images("blank", x, y);
        onePerItem("blank", x, top);
        onePerItem("blank", x, left);
        if (height < 0 || width < 0) {
            throw new IllegalArgumentException("a box has at least 0 rows and columns; got " + height + "×" + width);
        }
        own(x, y);
        loops.images().blank(x, top, left, height, width, y);
    }

    // ---- normalisation

    @Override
    public final void columnMoments(Tensor x, Tensor mean, Tensor variance) {
        sized("columnMoments", mean, x.axis(-1));
        sized("columnMoments", variance, x.axis(-1));
        own(x, mean, variance);
        loops.normalization().columnMoments(x, mean, variance);
    }

    @Override
    public final void normalizeColumns(Tensor x, Moments moments, Affine affine, Activation f, Tensor y) {
        String what = "normalizeColumns";
        sameSize(what, x, y);
        sized(what, moments, x.axis(-1));
        sized(what, affine, x.axis(-1));
        if (f != null) {
            f.following();
        }
        own(x, y);
        own(moments);
        own(affine);
        loops.normalization().normalizeColumns(x, moments, affine, f, y);
    }

    @Override
    public final void normalizeColumnsParameterGradients(
            Tensor x, Tensor dy, Moments moments, Write write, Affine gradients) {
        String what = "normalizeColumnsParameterGradients";
        sameSize(what, x, dy);
        sized(what, moments, x.axis(-1));
        sized(what, gradients, x.axis(-1));
        own(x, dy);
        own(moments);
        own(gradients);
        loops.normalization().normalizeColumnsParameterGradients(x, dy, moments, write, gradients);
    }

    @Override
    public final void normalizeColumnsInputGradient(
            Tensor x, Tensor dy, Moments moments, Tensor gain, Affine gradients, Tensor dx) {
        String what = "normalizeColumnsInputGradient";
        sameSize(what, x, dy, dx);
        sized(what, moments, x.axis(-1));
        sized(what, gain, x.axis(-1));
        sized(what, gradients, x.axis(-1));
        own(x, dy, dx);
        own(moments);
        own(gain);
        own(gradients);
        loops.normalization().normalizeColumnsInputGradient(x, dy, moments, gain, gradients, dx);
    }

    @Override
    public final void normalizeColumnsGradients(
            Tensor x, Tensor y, Tensor dy, Moments moments, Affine affine, Activation f, Affine gradients, Tensor dx) {
        String what = "normalizeColumnsGradients";
        sameSize(what, x, y);
        sameSize(what, x, dy, dx);
        sized(what, moments, x.axis(-1));
        sized(what, affine, x.axis(-1));
        sized(what, gradients, x.axis(-1));
        f.following();
        own(x, y);
        own(dy, dx);
        own(moments);
        own(affine);
        own(gradients);
        loops.normalization().normalizeColumnsGradients(x, y, dy, moments, affine, f, gradients, dx);
    }

    @Override
    public final void itemMoments(Tensor x, Tensor mean, Tensor variance) {
        sized("itemMoments", mean, x.axis(0));
        sized("itemMoments", variance, x.axis(0));
        own(x, mean, variance);
        loops.normalization().itemMoments(x, mean, variance);
    }

    @Override
    public final void normalizeItems(Tensor x, Moments moments, Affine affine, Tensor y) {
        sameSize("normalizeItems", x, y);
        sized("normalizeItems", moments, x.axis(0));
        sized("normalizeItems", affine, x.size() / x.axis(0));
        own(x, y);
        own(moments);
        own(affine);
        loops.normalization().normalizeItems(x, moments, affine, y);
    }

    @Override
    public final void normalizeItemsParameterGradients(
            Tensor x, Tensor dy, Moments moments, Write write, Affine gradients) {
        String what = "normalizeItemsParameterGradients";
        sameSize(what, x, dy);
        sized(what, moments, x.axis(0));
        sized(what, gradients, x.size() / x.axis(0));
        own(x, dy);
        own(moments);
        own(gradients);
        loops.normalization().normalizeItemsParameterGradients(x, dy, moments, write, gradients);
    }

    @Override
    public final void normalizeItemsInputGradient(Tensor x, Tensor dy, Moments moments, Tensor gain, Tensor dx) {
        String what = "normalizeItemsInputGradient";
        sameSize(what, x, dy, dx);
        sized(what, moments, x.axis(0));
        sized(what, gain, x.size() / x.axis(0));
        own(x, dy, dx);
        own(moments);
        own(gain);
        loops.normalization().normalizeItemsInputGradient(x, dy, moments, gain, dx);
    }

    // ---- losses

    @Override
    public final void pointwiseLoss(
            PointwiseLoss loss, Tensor prediction, Tensor target, float factor, Tensor value, Tensor gradient) {
        sameSize("loss", prediction, gradient);
        if (target.size() != 1) {
            sameSize("loss", prediction, target);
        }
        if (value.size() != 1) {
            sameSize("loss", prediction, value);
        }
        own(prediction, target);
        own(value, gradient);
        loops.losses().pointwiseLoss(loss, prediction, target, factor, value, gradient);
    }

    @Override
    public final void softmaxCrossEntropy(Tensor logits, Tensor target, float factor, Tensor value, Tensor gradient) {
        sameSize("softmaxCrossEntropy", logits, target, gradient);
        if (value.size() != 1) {
            sized("softmaxCrossEntropy", value, logits.shape().rows());
        }
        own(logits, target);
        own(value, gradient);
        loops.losses().softmaxCrossEntropy(logits, target, factor, value, gradient);
    }

    @Override
    public final void gaussianKl(
            Tensor mean, Tensor logVariance, float factor, Tensor value, Tensor dMean, Tensor dLogVariance) {
        sameSize("gaussianKl", mean, logVariance);
        sameSize("gaussianKl", mean, dMean, dLogVariance);
        sized("gaussianKl", value, 1);
        own(mean, logVariance, value);
        own(dMean, dLogVariance);
        loops.losses().gaussianKl(mean, logVariance, factor, value, dMean, dLogVariance);
    }

    @Override
    public final void normPenalty(Tensor squares, float target, float factor, Tensor value, Tensor slopes) {
        sameSize("normPenalty", squares, slopes);
        sized("normPenalty", value, 1);
        own(squares, value, slopes);
        loops.losses().normPenalty(squares, target, factor, value, slopes);
    }

    @Override
    public final void closeness(Tensor x, Tensor y) {
        grouped("closeness", x, y);
        own(x, y);
        loops.losses().closeness(x, y);
    }

    @Override
    public final void closenessGradient(Tensor x, Tensor dy, Tensor dx) {
        sameSize("closenessGradient", x, dx);
        grouped("closenessGradient", x, dy);
        own(x, dy, dx);
        loops.losses().closenessGradient(x, dy, dx);
    }

    // ---- steps of optimisers

    @Override
    public final void sgd(SgdStep step, Tensor gradient, Tensor velocity, Tensor value) {
        sameSize("sgd", gradient, value);
        own(gradient, value);
        ownIfPresent(velocity);
        loops.optimizers().sgd(step, gradient, velocity, value);
    }

    @Override
    public final void rmsprop(RmspropStep step, Tensor gradient, Tensor squareAverage, Tensor velocity, Tensor value) {
        sameSize("rmsprop", gradient, squareAverage, value);
        own(gradient, squareAverage, value);
        ownIfPresent(velocity);
        loops.optimizers().rmsprop(step, gradient, squareAverage, velocity, value);
    }

    @Override
    public final void adam(AdamStep step, Tensor gradient, Tensor firstMoment, Tensor secondMoment, Tensor value) {
        sameSize("adam", gradient, firstMoment);
        sameSize("adam", gradient, secondMoment, value);
        own(gradient, firstMoment);
        own(secondMoment, value);
        loops.optimizers().adam(step, gradient, firstMoment, secondMoment, value);
    }

    @Override
    public final void clipByNorm(Tensor total, float limit, Tensor gradient) {
        sized("clipByNorm", total, 1);
        own(total, gradient);
        loops.optimizers().clipByNorm(total, limit, gradient);
    }
}
