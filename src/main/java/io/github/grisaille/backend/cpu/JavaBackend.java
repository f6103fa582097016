package io.github.grisaille.backend.cpu;

import static io.github.grisaille.backend.Operands.distinctImages;
import static io.github.grisaille.backend.Operands.extents;
import static io.github.grisaille.backend.Operands.grouped;
import static io.github.grisaille.backend.Operands.images;
import static io.github.grisaille.backend.Operands.itemBytes;
import static io.github.grisaille.backend.Operands.onePerItem;
import static io.github.grisaille.backend.Operands.sameSize;
import static io.github.grisaille.backend.Operands.sized;

import io.github.grisaille.backend.AdamFactors;
import io.github.grisaille.backend.ByteLevels;
import io.github.grisaille.backend.Division;
import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.AdamStep;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.PointwiseLoss;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.RmspropStep;
import io.github.grisaille.tensor.SgdStep;
import io.github.grisaille.tensor.Storage;
import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Consumer;

/** The catalogue in plain Java: checks shapes and owners, then hands arrays to the loops of this package. */
public final class JavaBackend implements Backend {
    private static final long WORTH_SHARING = 60_000;
    private static final int BLOCK = 1024;

    private final Kernels kernels;
    private final WorkerPool pool;
    private final Gemm gemm;
    private final Convolution convolution;
    private final Pooling pooling;
    private final Framing framing;
    private final Reductions reductions;
    private final ColumnNormalization columnNormalization;
    private final RowNormalization rowNormalization;
    private final RandomFill randomFill;
    private final PerItem perItem;

    /** A backend with threads of its own; the result of every primitive is the same for any number of them. */
    public JavaBackend(int threads) {
        this(threads, Kernels.best());
    }

    JavaBackend(int threads, Kernels kernels) {
        if (threads < 1) {
            throw new IllegalArgumentException("a backend needs at least 1 thread, and got " + threads);
        }
        this.kernels = kernels;
        pool = new WorkerPool(threads);
        gemm = new Gemm(pool, kernels);
        convolution = new Convolution(pool, kernels);
        pooling = new Pooling(pool, kernels);
        framing = new Framing(pool);
        reductions = new Reductions(pool, kernels.columns());
        columnNormalization = new ColumnNormalization(pool, reductions, kernels.columns());
        rowNormalization = new RowNormalization(pool, reductions);
        randomFill = new RandomFill(pool, kernels);
        perItem = new PerItem(pool);
    }

    @Override
    public String name() {
        return "cpu (" + pool.threads() + (pool.threads() == 1 ? " thread, " : " threads, ") + kernels.name() + ")";
    }

    @Override
    public Storage allocate(int size) {
        return new HeapStorage(this, new float[size]);
    }

    // ---- transfers

    @Override
    public void write(float[] values, Tensor y) {
        if (values.length < y.size()) {
            throw new IllegalArgumentException("writing a tensor of shape " + y.shape() + " needs " + y.size()
                    + " values, and got " + values.length);
        }
        System.arraycopy(values, 0, values(y), 0, y.size());
    }

    @Override
    public void write(Consumer<float[]> writer, Tensor y) {
        writer.accept(values(y));
    }

    @Override
    public void writeBytes(byte[] bytes, int[] items, float[] levels, Tensor y) {
        int width = itemBytes("writeBytes", bytes, items, levels, y);
        float[] yv = values(y);
        pool.split(items.length, y.size(), WORTH_SHARING, (from, to) -> {
            for (int n = from; n < to; n++) {
                ByteLevels.write(bytes, items[n] * width, levels, yv, n * width, (n + 1) * width);
            }
        });
    }

    @Override
    public float[] read(Tensor x) {
        return values(x).clone();
    }

    // ---- element by element

    @Override
    public void fill(float value, Tensor y) {
        Arrays.fill(values(y), value);
    }

    @Override
    public void copy(Tensor x, Tensor y) {
        sameSize("copy", x, y);
        System.arraycopy(values(x), 0, values(y), 0, x.size());
    }

    @Override
    public void gatherRows(Tensor x, int[] rows, Tensor y) {
        int width = x.size() / x.axis(0);
        sized("gatherRows", y, rows.length * width);
        for (int i = 0; i < rows.length; i++) {
            Objects.checkIndex(rows[i], x.axis(0));
            System.arraycopy(values(x), rows[i] * width, values(y), i * width, width);
        }
    }

    @Override
    public void copyColumns(Tensor x, int from, Tensor y, int to, int count) {
        int rows = x.shape().rows();
        sized("copyColumns", y, rows * y.axis(-1));
        int width = x.axis(-1);
        int step = y.axis(-1);
        Objects.checkFromIndexSize(from, count, width);
        Objects.checkFromIndexSize(to, count, step);
        float[] xv = values(x);
        float[] yv = values(y);
        for (int i = 0; i < rows; i++) {
            System.arraycopy(xv, i * width + from, yv, i * step + to, count);
        }
    }

    @Override
    public void add(Tensor a, Tensor b, Tensor y) {
        sameSize("add", a, b, y);
        float[] av = values(a);
        float[] bv = values(b);
        float[] yv = values(y);
        each(y, (from, to) -> {
            for (int i = from; i < to; i++) {
                yv[i] = av[i] + bv[i];
            }
        });
    }

    @Override
    public void multiply(Tensor a, Tensor b, Tensor y) {
        sameSize("multiply", a, b, y);
        float[] av = values(a);
        float[] bv = values(b);
        float[] yv = values(y);
        each(y, (from, to) -> {
            for (int i = from; i < to; i++) {
                yv[i] = av[i] * bv[i];
            }
        });
    }

    @Override
    public void scale(Tensor x, float factor, Tensor y) {
        sameSize("scale", x, y);
        float[] xv = values(x);
        float[] yv = values(y);
        each(y, (from, to) -> {
            for (int i = from; i < to; i++) {
                yv[i] = xv[i] * factor;
            }
        });
    }

    @Override
    public void scaleItems(Tensor x, Tensor factors, Tensor y) {
        sameSize("scaleItems", x, y);
        if (factors.size() == 1) {
            scale(x, values(factors)[0], y);
            return;
        }
        sized("scaleItems", factors, x.axis(0));
        perItem.scale(values(x), values(factors), values(y));
    }

    @Override
    public void clamp(Tensor x, float low, float high, Tensor y) {
        sameSize("clamp", x, y);
        float[] xv = values(x);
        float[] yv = values(y);
        each(y, (from, to) -> {
            for (int i = from; i < to; i++) {
                yv[i] = Math.min(Math.max(xv[i], low), high);
            }
        });
    }

    @Override
    public void activate(Activation f, Tensor x, Tensor y) {
        sameSize("activate", x, y);
        float[] xv = values(x);
        float[] yv = values(y);
        each(y, (from, to) -> kernels.activate(f, xv, yv, from, to));
    }

    @Override
    public void activateGradient(Activation f, Tensor x, Tensor y, Tensor dy, Tensor dx) {
        sameSize("activateGradient", x, y, dy, dx);
        float[] xv = values(x);
        float[] yv = values(y);
        float[] dyv = values(dy);
        float[] dxv = values(dx);
        each(y, (from, to) -> kernels.activateGradient(f, xv, yv, dyv, dxv, from, to));
    }

    @Override
    public void activateCurvature(Activation f, Tensor x, Tensor y, Tensor dy, Tensor direction, Tensor dx) {
        sameSize("activateCurvature", x, y, dy, direction, dx);
        float[] xv = values(x);
        float[] yv = values(y);
        float[] dyv = values(dy);
        float[] along = values(direction);
        float[] dxv = values(dx);
        each(y, (from, to) -> Pointwise.activateCurvature(f, xv, yv, dyv, along, dxv, from, to));
    }

    // ---- reductions

    @Override
    public void sum(Tensor x, Tensor total) {
        float[] xv = values(x);
        values(total)[0] = (float) reductions.sum(xv.length, (from, to) -> kernels.sum(xv, from, to));
    }

    @Override
    public void sumOfSquares(Tensor x, boolean add, Tensor total) {
        float[] xv = values(x);
        float[] out = values(total);
        double squares = reductions.sum(xv.length, (from, to) -> kernels.sumOfSquares(xv, from, to));
        out[0] = (float) ((add ? out[0] : 0) + squares);
    }

    @Override
    public void itemDots(Tensor a, Tensor b, Tensor y) {
        sameSize("itemDots", a, b);
        sized("itemDots", y, a.axis(0));
        perItem.dots(values(a), values(b), values(y));
    }

    @Override
    public void columnSums(Tensor x, boolean add, Tensor sums) {
        int width = x.axis(-1);
        sized("columnSums", sums, width);
        float[] out = values(sums);
        double[] totals = reductions.columnSums(values(x), x.shape().rows(), width);
        for (int j = 0; j < width; j++) {
            out[j] = (add ? out[j] : 0) + (float) totals[j];
        }
    }

    // ---- matrix products

    @Override
    public void matmul(Tensor a, boolean transposeA, Tensor b, boolean transposeB, Tensor bias, boolean add, Tensor c) {
        multiply(a, transposeA, b, transposeB, bias, null, add, c);
    }

    @Override
    public void matmul(
            Tensor a, boolean transposeA, Tensor b, boolean transposeB, Tensor bias, Activation f, Tensor c) {
        multiply(a, transposeA, b, transposeB, bias, f, false, c);
    }

    private void multiply(
            Tensor a,
            boolean transposeA,
            Tensor b,
            boolean transposeB,
            Tensor bias,
            Activation f,
            boolean add,
            Tensor c) {
        int m = transposeA ? a.axis(-1) : a.shape().rows();
        int k = transposeA ? a.shape().rows() : a.axis(-1);
        int innerB = transposeB ? b.axis(-1) : b.shape().rows();
        int n = transposeB ? b.shape().rows() : b.axis(-1);
        if (k != innerB || c.size() != m * n) {
            throw new IllegalArgumentException("matmul: " + a.shape() + (transposeA ? "ᵀ" : "") + " · " + b.shape()
                    + (transposeB ? "ᵀ" : "") + " does not make " + c.shape());
        }
        if (bias != null) {
            sized("matmul's bias", bias, n);
        }
        gemm.multiply(values(a), transposeA, values(b), transposeB, epilogue(bias, f), add, values(c), m, n, k);
    }

    private Epilogue epilogue(Tensor bias, Activation f) {
        return new Epilogue(valuesOrNull(bias), f == null ? null : f.following(), kernels);
    }

    // ---- convolution

    @Override
    public void conv(Tensor image, Tensor weight, Tensor bias, ConvGeometry geometry, Tensor out) {
        conv(image, weight, bias, geometry, null, out);
    }

    @Override
    public void conv(Tensor image, Tensor weight, Tensor bias, ConvGeometry geometry, Activation f, Tensor out) {
        convolution.forward(
                values(image),
                values(weight),
                epilogue(bias, f),
                geometry,
                extents("conv", image, weight, geometry, out),
                values(out));
    }

    @Override
    public void convTranspose(Tensor out, Tensor weight, Tensor bias, ConvGeometry geometry, Tensor image) {
        convTranspose(out, weight, bias, geometry, null, image);
    }

    @Override
    public void convTranspose(
            Tensor out, Tensor weight, Tensor bias, ConvGeometry geometry, Activation f, Tensor image) {
        convolution.transpose(
                values(out),
                values(weight),
                epilogue(bias, f),
                geometry,
                extents("convTranspose", image, weight, geometry, out),
                values(image));
    }

    @Override
    public void convWeightGradient(Tensor image, Tensor out, ConvGeometry geometry, boolean add, Tensor dWeight) {
        convolution.weightGradient(
                values(image),
                values(out),
                geometry,
                extents("convWeightGradient", image, dWeight, geometry, out),
                add,
                values(dWeight));
    }

    // ---- pooling and resampling

    @Override
    public void maxPool(Tensor x, ConvGeometry window, Tensor y, Tensor places) {
        sameSize("maxPool", y, places);
        pooling.max(values(x), window, extents("maxPool", x, window, y), values(y), values(places));
    }

    @Override
    public void maxPoolGradient(Tensor dy, Tensor places, ConvGeometry window, Tensor dx) {
        sameSize("maxPoolGradient", dy, places);
        pooling.maxGradient(values(dy), values(places), window, extents("maxPoolGradient", dx, window, dy), values(dx));
    }

    @Override
    public void maxPoolTangent(Tensor dx, Tensor places, ConvGeometry window, Tensor dy) {
        sameSize("maxPoolTangent", dy, places);
        pooling.maxTangent(values(dx), values(places), window, extents("maxPoolTangent", dx, window, dy), values(dy));
    }

    @Override
    public void averagePool(Tensor x, ConvGeometry window, Tensor y) {
        pooling.average(values(x), window, extents("averagePool", x, window, y), values(y));
    }

    @Override
    public void averagePoolGradient(Tensor dy, ConvGeometry window, Tensor dx) {
        pooling.averageGradient(values(dy), window, extents("averagePoolGradient", dx, window, dy), values(dx));
    }

    @Override
    public void upsample(Tensor x, int factor, Tensor y) {
        sized("upsample", y, x.size() * factor * factor);
        pooling.upsample(values(x), factor, x.axis(0), x.axis(1), x.axis(2), x.axis(3), values(y));
    }

    @Override
    public void upsampleGradient(Tensor dy, int factor, Tensor dx) {
        sized("upsampleGradient", dy, dx.size() * factor * factor);
        pooling.upsampleGradient(values(dy), factor, dx.axis(0), dx.axis(1), dx.axis(2), dx.axis(3), values(dx));
    }

    @Override
    public void translate(Tensor x, int[] down, int[] right, Tensor y) {
        distinctImages("translate", x, y);
        onePerItem("translate", x, down, right);
        framing.translate(values(x), down, right, x.axis(1), x.axis(2), x.axis(3), values(y));
    }

    @Override
    public void blank(Tensor x, int[] top, int[] left, int height, int width, Tensor y) {
        images("blank", x, y);
        onePerItem("blank", x, top, left);
        if (height < 0 || width < 0) {
            throw new IllegalArgumentException(
                    "a box has at least 0 rows and columns, and got " + height + "×" + width);
        }
        framing.blank(values(x), top, left, height, width, x.axis(1), x.axis(2), x.axis(3), values(y));
    }

    // ---- normalisation

    @Override
    public void columnMoments(Tensor x, Tensor mean, Tensor variance) {
        int columns = x.axis(-1);
        sized("columnMoments", mean, columns);
        sized("columnMoments", variance, columns);
        columnNormalization.moments(values(x), x.shape().rows(), columns, values(mean), values(variance));
    }

    @Override
    public void normalizeColumns(
            Tensor x, Tensor mean, Tensor variance, float epsilon, Tensor gain, Tensor shift, Tensor y) {
        normalizeColumns(x, mean, variance, epsilon, gain, shift, null, y);
    }

    @Override
    public void normalizeColumns(
            Tensor x, Tensor mean, Tensor variance, float epsilon, Tensor gain, Tensor shift, Activation f, Tensor y) {
        sameSize("normalizeColumns", x, y);
        sameSize("normalizeColumns", mean, variance, gain, shift);
        int columns = x.axis(-1);
        sized("normalizeColumns", mean, columns);
        columnNormalization.normalize(
                values(x),
                x.shape().rows(),
                columns,
                values(mean),
                values(variance),
                epsilon,
                values(gain),
                epilogue(shift, f),
                values(y));
    }

    @Override
    public void normalizeColumnsParameterGradients(
            Tensor x,
            Tensor dy,
            Tensor mean,
            Tensor variance,
            float epsilon,
            boolean add,
            Tensor dGain,
            Tensor dShift) {
        sameSize("normalizeColumnsParameterGradients", x, dy);
        sameSize("normalizeColumnsParameterGradients", mean, variance, dGain, dShift);
        sized("normalizeColumnsParameterGradients", mean, x.axis(-1));
        columnNormalization.parameterGradients(
                values(x),
                values(dy),
                x.shape().rows(),
                x.axis(-1),
                values(mean),
                values(variance),
                epsilon,
                add,
                values(dGain),
                values(dShift));
    }

    @Override
    public void normalizeColumnsInputGradient(
            Tensor x,
            Tensor dy,
            Tensor mean,
            Tensor variance,
            float epsilon,
            Tensor gain,
            Tensor sumDyNormal,
            Tensor sumDy,
            Tensor dx) {
        sameSize("normalizeColumnsInputGradient", x, dy, dx);
        sameSize("normalizeColumnsInputGradient", mean, variance, gain, sumDyNormal, sumDy);
        sized("normalizeColumnsInputGradient", mean, x.axis(-1));
        columnNormalization.inputGradient(
                values(x),
                values(dy),
                x.shape().rows(),
                x.axis(-1),
                values(mean),
                values(variance),
                epsilon,
                values(gain),
                values(sumDyNormal),
                values(sumDy),
                values(dx));
    }

    @Override
    public void normalizeColumnsGradients(
            Tensor x,
            Tensor y,
            Tensor dy,
            Tensor mean,
            Tensor variance,
            float epsilon,
            Tensor gain,
            Tensor shift,
            Activation f,
            Tensor dGain,
            Tensor dShift,
            Tensor dx) {
        sameSize("normalizeColumnsGradients", x, y, dy, dx);
        sameSize("normalizeColumnsGradients", mean, variance, gain, shift, dGain, dShift);
        sized("normalizeColumnsGradients", mean, x.axis(-1));
        boolean done = f.piecewiseLinear()
                && columnNormalization.gradients(
                        values(x),
                        values(dy),
                        x.shape().rows(),
                        x.axis(-1),
                        values(mean),
                        values(variance),
                        epsilon,
                        values(gain),
                        values(shift),
                        f,
                        values(dGain),
                        values(dShift),
                        values(dx));
        if (!done) {
            Backend.super.normalizeColumnsGradients(
                    x, y, dy, mean, variance, epsilon, gain, shift, f, dGain, dShift, dx);
        }
    }

    @Override
    public void itemMoments(Tensor x, Tensor mean, Tensor variance) {
        int items = x.axis(0);
        sized("itemMoments", mean, items);
        sized("itemMoments", variance, items);
        rowNormalization.moments(values(x), items, x.size() / items, values(mean), values(variance));
    }

    @Override
    public void normalizeItems(
            Tensor x, Tensor mean, Tensor variance, float epsilon, Tensor gain, Tensor shift, Tensor y) {
        sameSize("normalizeItems", x, y);
        int items = x.axis(0);
        sized("normalizeItems", gain, x.size() / items);
        sized("normalizeItems", shift, x.size() / items);
        rowNormalization.normalize(
                values(x),
                items,
                x.size() / items,
                values(mean),
                values(variance),
                epsilon,
                values(gain),
                values(shift),
                values(y));
    }

    @Override
    public void normalizeItemsParameterGradients(
            Tensor x,
            Tensor dy,
            Tensor mean,
            Tensor variance,
            float epsilon,
            boolean add,
            Tensor dGain,
            Tensor dShift) {
        sameSize("normalizeItemsParameterGradients", x, dy);
        int items = x.axis(0);
        sized("normalizeItemsParameterGradients", dGain, x.size() / items);
        sized("normalizeItemsParameterGradients", dShift, x.size() / items);
        rowNormalization.parameterGradients(
                values(x),
                values(dy),
                items,
                x.size() / items,
                values(mean),
                values(variance),
                epsilon,
                add,
                values(dGain),
                values(dShift));
    }

    @Override
    public void normalizeItemsInputGradient(
            Tensor x, Tensor dy, Tensor mean, Tensor variance, float epsilon, Tensor gain, Tensor dx) {
        sameSize("normalizeItemsInputGradient", x, dy, dx);
        int items = x.axis(0);
        sized("normalizeItemsInputGradient", gain, x.size() / items);
        rowNormalization.inputGradient(
                values(x),
                values(dy),
                items,
                x.size() / items,
                values(mean),
                values(variance),
                epsilon,
                values(gain),
                values(dx));
    }

    // ---- random numbers

    @Override
    public void uniform(RandomStream random, float low, float high, Tensor y) {
        randomFill.uniform(random, low, high, values(y));
    }

    @Override
    public void normal(RandomStream random, float mean, float deviation, Tensor y) {
        randomFill.normal(random, mean, deviation, values(y));
    }

    @Override
    public void dropout(RandomStream random, float rate, Tensor x, Tensor mask, Tensor y) {
        sameSize("dropout", x, mask, y);
        randomFill.dropout(random, rate, values(x), values(mask), values(y));
    }

    // ---- losses

    @Override
    public void pointwiseLoss(
            PointwiseLoss loss, Tensor prediction, Tensor target, float factor, Tensor value, Tensor gradient) {
        sameSize("loss", prediction, gradient);
        if (target.size() != 1) {
            sameSize("loss", prediction, target);
        }
        float[] p = values(prediction);
        float[] t = values(target);
        float[] g = values(gradient);
        double sum = reductions.sum(p.length, (from, to) -> kernels.loss(loss, p, t, factor, g, from, to));
        values(value)[0] = (float) (sum * factor);
    }

    @Override
    public void softmaxCrossEntropy(Tensor logits, Tensor target, float factor, Tensor value, Tensor gradient) {
        sameSize("softmaxCrossEntropy", logits, target, gradient);
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
        double sum = 0;
        for (double loss : rowLosses) {
            sum += loss;
        }
        values(value)[0] = (float) (sum * factor);
    }

    @Override
    public void gaussianKl(
            Tensor mean, Tensor logVariance, float factor, Tensor value, Tensor dMean, Tensor dLogVariance) {
        sameSize("gaussianKl", mean, logVariance, dMean, dLogVariance);
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
        sameSize("normPenalty", squares, slopes);
        values(value)[0] = (float) PerItem.normPenalty(values(squares), target, factor, values(slopes));
    }

    @Override
    public void closeness(Tensor x, Tensor y) {
        int[] extents = grouped("closeness", x, y);
        perItem.closeness(values(x), extents[0], extents[1], extents[2], values(y));
    }

    @Override
    public void closenessGradient(Tensor x, Tensor dy, Tensor dx) {
        sameSize("closenessGradient", x, dx);
        int[] extents = grouped("closenessGradient", x, dy);
        perItem.closenessGradient(values(x), values(dy), extents[0], extents[1], extents[2], values(dx));
    }

    // ---- optimiser steps

    @Override
    public void sgd(SgdStep step, Tensor gradient, Tensor velocity, Tensor value) {
        sameSize("sgd", gradient, value);
        float[] g = values(gradient);
        float[] v = valuesOrNull(velocity);
        float[] w = values(value);
        each(value, (from, to) -> OptimizerSteps.sgd(step, g, v, w, from, to));
    }

    @Override
    public void rmsprop(RmspropStep step, Tensor gradient, Tensor squareAverage, Tensor velocity, Tensor value) {
        sameSize("rmsprop", gradient, squareAverage, value);
        float[] g = values(gradient);
        float[] s = values(squareAverage);
        float[] v = valuesOrNull(velocity);
        float[] w = values(value);
        each(value, (from, to) -> OptimizerSteps.rmsprop(step, g, s, v, w, from, to));
    }

    @Override
    public void adam(AdamStep step, Tensor gradient, Tensor firstMoment, Tensor secondMoment, Tensor value) {
        sameSize("adam", gradient, firstMoment, secondMoment, value);
        float[] g = values(gradient);
        float[] m = values(firstMoment);
        float[] v = values(secondMoment);
        float[] w = values(value);
        AdamFactors factors = AdamFactors.of(step);
        each(value, (from, to) -> OptimizerSteps.adam(g, m, v, w, factors, from, to));
    }

    @Override
    public void clipByNorm(Tensor total, float limit, Tensor gradient) {
        float norm = (float) Math.sqrt(values(total)[0]);
        // a norm that is NaN makes all of them NaN
        if (!(norm <= limit)) {
            scale(gradient, limit / norm, gradient);
        }
    }

    // ---- guard

    @Override
    public void flagNonFinite(Tensor x, int step, int slot, Tensor flags) {
        float[] f = values(flags);
        float[] xv = values(x);
        if (f[slot] != 0) {
            return;
        }
        double broken = reductions.sum(xv.length, (from, to) -> kernels.finite(xv, from, to) ? 0 : 1);
        if (broken > 0) {
            f[slot] = step;
        }
    }

    // ---- checks

    /** Ranges begin at whole blocks, so that the same values fill the same vectors however the work is shared out. */
    private void each(Tensor tensor, WorkerPool.RangeTask task) {
        int size = tensor.size();
        pool.split(
                Division.ceil(size, BLOCK),
                size,
                WORTH_SHARING,
                (from, to) -> task.run(from * BLOCK, Math.min(size, to * BLOCK)));
    }

    private float[] values(Tensor tensor) {
        if (tensor.storage() instanceof HeapStorage storage && storage.backend() == this) {
            return storage.values();
        }
        throw new IllegalArgumentException("a tensor of shape " + tensor.shape() + " belongs to "
                + tensor.backend().name() + " and was given to " + name() + ": move it with tensor.to(backend), or the"
                + " model with model.to(backend)");
    }

    private float[] valuesOrNull(Tensor tensor) {
        return tensor == null ? null : values(tensor);
    }
}
