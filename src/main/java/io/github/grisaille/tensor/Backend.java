package io.github.grisaille.tensor;

import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Consumer;

/**
 * The catalogue of primitives that layers, losses and optimisers are made of: all loops over values are here.
 *
 * <p>Conventions. Every primitive writes its last tensor or tensors, whose shapes decide the work; the others are
 * read only. A destination may be the same tensor as an operand only where the primitive says "in place". An argument
 * {@code add} says whether the result is added to the destination or replaces it. A tensor of another backend is
 * refused with an {@link IllegalArgumentException}. Results are bit-identical for any number of threads.
 *
 * <p>"Columns" of a tensor are its last axis (the channels of an image, the features of a vector); "rows" are all its
 * other axes taken as one.
 */
public interface Backend extends Allocator {
    /** The CPU backend, found once by a {@link ServiceLoader} look-up of {@link Provider}. */
    static Backend cpu() {
        return CpuHolder.BACKEND;
    }

    /** How a backend makes itself known. */
    interface Provider {
        Backend backend();
    }

    /** A short name for people, such as {@code cpu (2 threads)}. */
    String name();

    /** Memory for this many values, all zero. */
    Storage allocate(int size);

    @Override
    default Tensor empty(Shape shape) {
        return new Tensor(allocate(shape.size()), shape);
    }

    /** A new tensor with a copy of these values. */
    default Tensor tensor(float[] values, Shape shape) {
        if (values.length != shape.size()) {
            throw new IllegalArgumentException(
                    "a tensor of shape " + shape + " needs " + shape.size() + " values, and got " + values.length);
        }
        Tensor tensor = empty(shape);
        write(values, tensor);
        return tensor;
    }

    // ---- transfers

    /** Copies the first {@code y.size()} values of an array into a tensor. */
    void write(float[] values, Tensor y);

    /**
     * Has a function write all values of a tensor into an array, on the CPU the tensor's own memory. It is at least as long as
     * the tensor, may hold anything before, and must not be kept. If the function throws, the values are not defined.
     */
    default void write(Consumer<float[]> writer, Tensor y) {
        float[] values = new float[y.size()];
        writer.accept(values);
        write(values, y);
    }

    /**
     * Writes items out of an array in which a value is a byte: y[n,i] = levels[bytes[items[n] · width + i]], where width is
     * the number of values in an item of y, and bytes count from 0 to 255.
     *
     * @param levels 256 of them
     * @throws IllegalArgumentException if there are fewer levels, or not as many items as in y
     * @throws IndexOutOfBoundsException if an item is not among the bytes
     */
    void writeBytes(byte[] bytes, int[] items, float[] levels, Tensor y);

    /** Copies a tensor's values out; waits until they are there. */
    float[] read(Tensor x);

    /** The values of tensors of one value each, in their order; waits once for all of them. */
    default float[] readEach(List<Tensor> ones) {
        float[] values = new float[ones.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = ones.get(i).item();
        }
        return values;
    }

    // ---- element by element

    void fill(float value, Tensor y);

    void copy(Tensor x, Tensor y);

    /** y[i] = x[rows[i]], where rows are items along the first axis. */
    void gatherRows(Tensor x, int[] rows, Tensor y);

    /**
     * Copies {@code count} columns of x, from column {@code from} on, over the columns of y from {@code to} on; the
     * other columns of y stay. x and y have as many rows.
     */
    void copyColumns(Tensor x, int from, Tensor y, int to, int count);

    /** y = a + b; in place allowed. */
    void add(Tensor a, Tensor b, Tensor y);

    /** y = a ⊙ b; in place allowed. */
    void multiply(Tensor a, Tensor b, Tensor y);

    /** y = factor · x; in place allowed. */
    void scale(Tensor x, float factor, Tensor y);

    /** y[n] = factors[n] · x[n], item by item; a single factor is for all items. In place allowed. */
    void scaleItems(Tensor x, Tensor factors, Tensor y);

    /** y = min(max(x, low), high); in place allowed. */
    void clamp(Tensor x, float low, float high, Tensor y);

    /** y = f(x); in place allowed, but for SOFTPLUS. */
    void activate(Activation f, Tensor x, Tensor y);

    /** dx = dy ⊙ f′(x), where y = f(x). */
    void activateGradient(Activation f, Tensor x, Tensor y, Tensor dy, Tensor dx);

    /** dx = dy ⊙ direction ⊙ f″(x), where y = f(x): how dx = dy ⊙ f′(x) changes when x moves along the direction. */
    void activateCurvature(Activation f, Tensor x, Tensor y, Tensor dy, Tensor direction, Tensor dx);

    // ---- reductions

    /** total = Σ x, one value. */
    void sum(Tensor x, Tensor total);

    /** total (+)= Σ x², one value. */
    void sumOfSquares(Tensor x, boolean add, Tensor total);

    /** y[n] = Σ a[n] ⊙ b[n], one value an item. */
    void itemDots(Tensor a, Tensor b, Tensor y);

    /** sums (+)= the sum of each column of x. */
    void columnSums(Tensor x, boolean add, Tensor sums);

    // ---- matrix products

    /**
     * c (+)= op(a) · op(b) + bias, where op transposes if told to and the bias (one value a column of c) may be null.
     * a, b and c are taken as matrices: their last axis is the columns, all others the rows.
     */
    void matmul(Tensor a, boolean transposeA, Tensor b, boolean transposeB, Tensor bias, boolean add, Tensor c);

    /** c = f(op(a) · op(b) + bias), where f may be null, and else is one that is {@link Activation#following}. */
    default void matmul(
            Tensor a, boolean transposeA, Tensor b, boolean transposeB, Tensor bias, Activation f, Tensor c) {
        matmul(a, transposeA, b, transposeB, bias, false, c);
        activateInPlace(f, c);
    }

    private void activateInPlace(Activation f, Tensor y) {
        if (f != null) {
            activate(f.following(), y, y);
        }
    }

    // ---- convolution; weights are (kernel height, kernel width, image channels, output channels)

    /** The convolution: out[n,p,q,:] = Σ over (i,j) of image[n, p·s+i−pad, q·s+j−pad, :] · weight[i,j,:,:] + bias. */
    void conv(Tensor image, Tensor weight, Tensor bias, ConvGeometry geometry, Tensor out);

    /** The same, and f of it, as in {@link #matmul(Tensor, boolean, Tensor, boolean, Tensor, Activation, Tensor)}. */
    default void conv(Tensor image, Tensor weight, Tensor bias, ConvGeometry geometry, Activation f, Tensor out) {
        conv(image, weight, bias, geometry, out);
        activateInPlace(f, out);
    }

    /**
     * The convolution's transpose, which is its gradient for the image, and the forward of a transposed convolution:
     * image[n, p·s+i−pad, q·s+j−pad, :] = Σ out[n,p,q,:] · weight[i,j,:,:]ᵀ, plus the bias (one a channel, or null).
     */
    void convTranspose(Tensor out, Tensor weight, Tensor bias, ConvGeometry geometry, Tensor image);

    /** The same, and f of it, as in {@link #matmul(Tensor, boolean, Tensor, boolean, Tensor, Activation, Tensor)}. */
    default void convTranspose(
            Tensor out, Tensor weight, Tensor bias, ConvGeometry geometry, Activation f, Tensor image) {
        convTranspose(out, weight, bias, geometry, image);
        activateInPlace(f, image);
    }

    /** The convolution's gradient for its weights: dWeight[i,j,:,:] (+)= Σ image[n, p·s+i−pad, q·s+j−pad, :] ⊗ out[n,p,q,:]. */
    void convWeightGradient(Tensor image, Tensor out, ConvGeometry geometry, boolean add, Tensor dWeight);

    // ---- pooling and resampling of images

    /**
     * The maximum of each window; padding never wins. {@code places} gets the place in its image (height · width
     * index) of the first maximum in reading order.
     */
    void maxPool(Tensor x, ConvGeometry window, Tensor y, Tensor places);

    /** dx = dy put back at the places where the maxima were; windows that share a place add up. */
    void maxPoolGradient(Tensor dy, Tensor places, ConvGeometry window, Tensor dx);

    /** dy = dx at the places where the maxima were: how they move when the image moves along dx. */
    void maxPoolTangent(Tensor dx, Tensor places, ConvGeometry window, Tensor dy);

    /** The mean of each window, padding counted as zeros. */
    void averagePool(Tensor x, ConvGeometry window, Tensor y);

    void averagePoolGradient(Tensor dy, ConvGeometry window, Tensor dx);

    /** Each pixel becomes a square of {@code factor} × {@code factor} equal pixels. */
    void upsample(Tensor x, int factor, Tensor y);

    void upsampleGradient(Tensor dy, int factor, Tensor dx);

    /**
     * Each image moved within its frame: y[n,i,j,:] = x[n, i − down[n], j − right[n], :], or 0 where that lies outside. Its
     * transpose is the move back.
     */
    void translate(Tensor x, int[] down, int[] right, Tensor y);

    /**
     * A copy of each image that is 0 in a box of height × width, whose first row is top[n] and whose first column is
     * left[n]; what of the box lies outside the image is left out. In place allowed.
     */
    void blank(Tensor x, int[] top, int[] left, int height, int width, Tensor y);

    // ---- normalisation

    /** The mean and the (biased) variance of each column. */
    void columnMoments(Tensor x, Tensor mean, Tensor variance);

    /** y = gain ⊙ (x − mean) / √(variance + epsilon) + shift, column by column. */
    void normalizeColumns(Tensor x, Tensor mean, Tensor variance, float epsilon, Tensor gain, Tensor shift, Tensor y);

    /** The same, and f of it, as in {@link #matmul(Tensor, boolean, Tensor, boolean, Tensor, Activation, Tensor)}. */
    default void normalizeColumns(
            Tensor x, Tensor mean, Tensor variance, float epsilon, Tensor gain, Tensor shift, Activation f, Tensor y) {
        normalizeColumns(x, mean, variance, epsilon, gain, shift, y);
        activateInPlace(f, y);
    }

    /**
     * For x̂ = (x − mean) / √(variance + epsilon), column by column: dGain (+)= Σ dy ⊙ x̂ and dShift (+)= Σ dy.
     */
    void normalizeColumnsParameterGradients(
            Tensor x, Tensor dy, Tensor mean, Tensor variance, float epsilon, boolean add, Tensor dGain, Tensor dShift);

    /**
     * The input's gradient where mean and variance are x's own, given Σ dy ⊙ x̂ and Σ dy as {@link
     * #normalizeColumnsParameterGradients} makes them: dx = gain / √(variance + epsilon) ⊙ (dy − mean(dy) − x̂ ⊙ mean(dy ⊙
     * x̂)), column by column; in place of dy allowed.
     */
    void normalizeColumnsInputGradient(
            Tensor x,
            Tensor dy,
            Tensor mean,
            Tensor variance,
            float epsilon,
            Tensor gain,
            Tensor sumDyNormal,
            Tensor sumDy,
            Tensor dx);

    /**
     * All gradients of y = f(gain ⊙ x̂ + shift) where mean and variance are x's own: dGain = Σ g ⊙ x̂, dShift = Σ g and dx as
     * in {@link #normalizeColumnsInputGradient}, for g = dy ⊙ f′. They replace what was there.
     *
     * @param y what {@link #normalizeColumns(Tensor, Tensor, Tensor, float, Tensor, Tensor, Activation, Tensor)} made with the
     *     same gain and shift; f′ is taken from it, or from x once more
     * @param f one that is {@link Activation#following}
     */
    default void normalizeColumnsGradients(
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
        activateGradient(f, y, y, dy, dx);
        normalizeColumnsParameterGradients(x, dx, mean, variance, epsilon, false, dGain, dShift);
        normalizeColumnsInputGradient(x, dx, mean, variance, epsilon, gain, dGain, dShift, dx);
    }

    /** The mean and the (biased) variance of each item of the batch (the first axis). */
    void itemMoments(Tensor x, Tensor mean, Tensor variance);

    /** y = gain ⊙ (x − mean) / √(variance + epsilon) + shift, item by item; gain and shift have an item's shape. */
    void normalizeItems(Tensor x, Tensor mean, Tensor variance, float epsilon, Tensor gain, Tensor shift, Tensor y);

    /** dGain (+)= Σ over the batch of dy ⊙ x̂ and dShift (+)= Σ over the batch of dy, for x̂ normalised item by item. */
    void normalizeItemsParameterGradients(
            Tensor x, Tensor dy, Tensor mean, Tensor variance, float epsilon, boolean add, Tensor dGain, Tensor dShift);

    /**
     * dx = (g − mean(g) − x̂ ⊙ mean(g ⊙ x̂)) / √(variance + epsilon) with g = gain ⊙ dy, item by item.
     */
    void normalizeItemsInputGradient(
            Tensor x, Tensor dy, Tensor mean, Tensor variance, float epsilon, Tensor gain, Tensor dx);

    // ---- random numbers: the same stream and position give the same words on every backend

    /** Uniform values between low (included) and high (not reached but by rounding). */
    void uniform(RandomStream random, float low, float high, Tensor y);

    void normal(RandomStream random, float mean, float deviation, Tensor y);

    /** y = x / (1 − rate) with probability 1 − rate and 0 otherwise; {@code mask} gets the factors used. */
    void dropout(RandomStream random, float rate, Tensor x, Tensor mask, Tensor y);

    // ---- losses

    /**
     * value = factor · Σ loss(prediction, target) and gradient = factor · ∂loss/∂prediction. A target of one value
     * stands for that value everywhere.
     */
    void pointwiseLoss(
            PointwiseLoss loss, Tensor prediction, Tensor target, float factor, Tensor value, Tensor gradient);

    /**
     * value = factor · Σ over rows of −Σ target ⊙ log softmax(logits) and gradient = factor · (softmax(logits) · Σ
     * target − target). Rows of the targets are probabilities or one-hot.
     */
    void softmaxCrossEntropy(Tensor logits, Tensor target, float factor, Tensor value, Tensor gradient);

    /**
     * value = factor · Σ ½(mean² + e^logVariance − 1 − logVariance) and its two gradients: the divergence of a
     * diagonal Gaussian from the standard one (Kingma and Welling 2014, appendix B).
     */
    void gaussianKl(Tensor mean, Tensor logVariance, float factor, Tensor value, Tensor dMean, Tensor dLogVariance);

    /**
     * A penalty on how far the norms of items are from a target, given their squares: value = factor · Σ (√squares[n] −
     * target)², and slopes[n] are such that slopes[n] · v[n] is the gradient for an item v[n] with that norm. Where the
     * norm is 0 and the target is not, the slope is 0.
     */
    void normPenalty(Tensor squares, float target, float factor, Tensor value, Tensor slopes);

    /**
     * How near the other items of the batch are. x is (items, groups, width): y[n,g] = Σ over m ≠ n of e^−d, where d = Σ
     * |x[n,g] − x[m,g]| over the width (Salimans et al. 2016, section 3.2).
     */
    void closeness(Tensor x, Tensor y);

    /** The gradient of {@link #closeness} for x; a distance of 0 has none. */
    void closenessGradient(Tensor x, Tensor dy, Tensor dx);

    // ---- optimiser steps, in place

    /** One step of stochastic gradient descent; velocity is null without momentum. */
    void sgd(SgdStep step, Tensor gradient, Tensor velocity, Tensor value);

    /** One step of RMSprop; velocity is null without momentum. */
    void rmsprop(RmspropStep step, Tensor gradient, Tensor squareAverage, Tensor velocity, Tensor value);

    /** One step of Adam or AdamW. */
    void adam(AdamStep step, Tensor gradient, Tensor firstMoment, Tensor secondMoment, Tensor value);

    /** Multiplies every gradient by limit / norm where norm = √total is over the limit, and leaves them otherwise. */
    void clipByNorm(Tensor total, float limit, Tensor gradient);

    // ---- guard

    /** Writes {@code step} into {@code flags[slot]} if that is 0 and x holds a NaN or an infinity. */
    void flagNonFinite(Tensor x, int step, int slot, Tensor flags);
}
