package io.github.grisaille.backend.cpu;

import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.PointwiseLoss;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loops of {@link Pointwise} on vectors. The plain loops do the values at the end of a range that do not fill a
 * vector. Activations are an exception. They follow products, whose ranges depend on the number of threads, and the
 * bits of a value must not depend on that.
 */
final class VectorPointwise {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    /** The number of values whose sum is kept in single precision. */
    private static final int BLOCK = 256;

    private VectorPointwise() {}

    static void add(float[] a, int p, float[] b, int q, float[] y, int at, int count) {
        int end = SPECIES.loopBound(count);
        for (int i = 0; i < end; i += LANES) {
            FloatVector.fromArray(SPECIES, a, p + i)
                    .add(FloatVector.fromArray(SPECIES, b, q + i))
                    .intoArray(y, at + i);
        }
        Pointwise.add(a, p + end, b, q + end, y, at + end, count - end);
    }

    static void multiply(float[] a, int p, float[] b, int q, float[] y, int at, int count) {
        int end = SPECIES.loopBound(count);
        for (int i = 0; i < end; i += LANES) {
            FloatVector.fromArray(SPECIES, a, p + i)
                    .mul(FloatVector.fromArray(SPECIES, b, q + i))
                    .intoArray(y, at + i);
        }
        Pointwise.multiply(a, p + end, b, q + end, y, at + end, count - end);
    }

    static void step(float[] x, float threshold, float[] y, int from, int to) {
        int end = from + SPECIES.loopBound(to - from);
        FloatVector zero = FloatVector.zero(SPECIES);
        for (int i = from; i < end; i += LANES) {
            VectorMask<Float> above = FloatVector.fromArray(SPECIES, x, i).compare(VectorOperators.GT, threshold);
            zero.blend(1, above).intoArray(y, i);
        }
        Pointwise.step(x, threshold, y, end, to);
    }

    static void activate(Activation f, float[] x, float[] y, int from, int to) {
        int end = from + SPECIES.loopBound(to - from);
        activateVectors(f, x, y, from, end);
        int rest = to - end;
        if (rest > 0) {
            float[] values = Scratch.own().floats(Scratch.Use.REST, LANES);
            float[] results = Scratch.own().floats(Scratch.Use.RESULTS, LANES);
            System.arraycopy(x, end, values, 0, rest);
            Arrays.fill(values, rest, LANES, 0);
            activateVectors(f, values, results, 0, LANES);
            System.arraycopy(results, 0, y, end, rest);
        }
    }

    private static void activateVectors(Activation f, float[] x, float[] y, int from, int end) {
        // each loop has its own method: the JIT inlines the vectors of a small method, and gives up in a large one
        switch (f.kind()) {
            case RELU -> relu(x, y, from, end);
            case LEAKY_RELU -> leakyRelu(f.slope(), x, y, from, end);
            case ELU -> elu(f.slope(), x, y, from, end);
            case TANH -> tanh(x, y, from, end);
            case SIGMOID -> sigmoid(x, y, from, end);
            case SOFTPLUS -> softplus(x, y, from, end);
            case EXP -> exp(x, y, from, end);
        }
    }

    private static void relu(float[] x, float[] y, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            FloatVector.fromArray(SPECIES, x, i).max(0).intoArray(y, i);
        }
    }

    private static void leakyRelu(float slope, float[] x, float[] y, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, i);
            v.max(0).add(v.min(0).mul(slope)).intoArray(y, i);
        }
    }

    private static void elu(float scale, float[] x, float[] y, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, i);
            VectorMath.expm1(v)
                    .mul(scale)
                    .blend(v, v.compare(VectorOperators.GT, 0))
                    .intoArray(y, i);
        }
    }

    private static void tanh(float[] x, float[] y, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            VectorMath.tanh(FloatVector.fromArray(SPECIES, x, i)).intoArray(y, i);
        }
    }

    private static void sigmoid(float[] x, float[] y, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            VectorMath.sigmoid(FloatVector.fromArray(SPECIES, x, i)).intoArray(y, i);
        }
    }

    private static void softplus(float[] x, float[] y, int from, int to) {
        expOfMinusMagnitude(x, y, from, to);
        for (int i = from; i < to; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, i);
            VectorMath.softplus(v, FloatVector.fromArray(SPECIES, y, i)).intoArray(y, i);
        }
    }

    private static void expOfMinusMagnitude(float[] x, float[] y, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            VectorMath.expOfMinusMagnitude(FloatVector.fromArray(SPECIES, x, i)).intoArray(y, i);
        }
    }

    private static void exp(float[] x, float[] y, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            VectorMath.exp(FloatVector.fromArray(SPECIES, x, i)).intoArray(y, i);
        }
    }

    static void activateGradient(Activation f, float[] x, float[] y, float[] dy, float[] dx, int from, int to) {
        int end = from + SPECIES.loopBound(to - from);
        switch (f.kind()) {
            case RELU -> reluGradient(x, dy, dx, from, end);
            case LEAKY_RELU -> leakyReluGradient(f.slope(), x, dy, dx, from, end);
            case ELU -> eluGradient(f.slope(), x, y, dy, dx, from, end);
            case TANH -> tanhGradient(y, dy, dx, from, end);
            case SIGMOID -> sigmoidGradient(y, dy, dx, from, end);
            case SOFTPLUS -> softplusGradient(x, dy, dx, from, end);
            case EXP -> expGradient(y, dy, dx, from, end);
        }
        Pointwise.activateGradient(f, x, y, dy, dx, end, to);
    }

    private static void reluGradient(float[] x, float[] dy, float[] dx, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            VectorMask<Float> off = FloatVector.fromArray(SPECIES, x, i).compare(VectorOperators.LE, 0);
            FloatVector g = FloatVector.fromArray(SPECIES, dy, i);
            FloatVector nothing = g.mul(0);
            // the gradient is 0 also if g is infinite or NaN
            nothing = nothing.blend(0, nothing.compare(VectorOperators.NE, 0));
            g.blend(nothing, off).intoArray(dx, i);
        }
    }

    private static void leakyReluGradient(float slope, float[] x, float[] dy, float[] dx, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            VectorMask<Float> on = FloatVector.fromArray(SPECIES, x, i).compare(VectorOperators.GT, 0);
            FloatVector g = FloatVector.fromArray(SPECIES, dy, i);
            g.mul(slope).blend(g, on).intoArray(dx, i);
        }
    }

    private static void eluGradient(float scale, float[] x, float[] y, float[] dy, float[] dx, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            VectorMask<Float> on = FloatVector.fromArray(SPECIES, x, i).compare(VectorOperators.GT, 0);
            FloatVector g = FloatVector.fromArray(SPECIES, dy, i);
            g.mul(FloatVector.fromArray(SPECIES, y, i).add(scale)).blend(g, on).intoArray(dx, i);
        }
    }

    private static void tanhGradient(float[] y, float[] dy, float[] dx, int from, int to) {
        FloatVector one = FloatVector.broadcast(SPECIES, 1);
        for (int i = from; i < to; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, y, i);
            FloatVector.fromArray(SPECIES, dy, i).mul(v.neg().fma(v, one)).intoArray(dx, i);
        }
    }

    private static void sigmoidGradient(float[] y, float[] dy, float[] dx, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, y, i);
            FloatVector.fromArray(SPECIES, dy, i).mul(v.neg().fma(v, v)).intoArray(dx, i);
        }
    }

    private static void softplusGradient(float[] x, float[] dy, float[] dx, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            VectorMath.sigmoid(FloatVector.fromArray(SPECIES, x, i))
                    .mul(FloatVector.fromArray(SPECIES, dy, i))
                    .intoArray(dx, i);
        }
    }

    private static void expGradient(float[] y, float[] dy, float[] dx, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            FloatVector.fromArray(SPECIES, dy, i)
                    .mul(FloatVector.fromArray(SPECIES, y, i))
                    .intoArray(dx, i);
        }
    }

    /**
     * The two losses that are used on whole images have vector loops. The others see one value for each item, and take
     * the plain loops.
     */
    static double loss(
            PointwiseLoss loss, float[] p, float[] target, float factor, float[] gradient, int from, int to) {
        if (loss != PointwiseLoss.SQUARED && loss != PointwiseLoss.BINARY_CROSS_ENTROPY_ON_LOGITS) {
            return Pointwise.loss(loss, p, target, factor, gradient, from, to);
        }
        int end = from + SPECIES.loopBound(to - from);
        double total = 0;
        for (int block = from; block < end; block += BLOCK) {
            int stop = Math.min(end, block + BLOCK);
            total += loss == PointwiseLoss.SQUARED
                    ? squared(p, target, factor, gradient, block, stop)
                    : crossEntropyOnLogits(p, target, factor, gradient, block, stop);
        }
        return total + Pointwise.loss(loss, p, target, factor, gradient, end, to);
    }

    private static double squared(float[] p, float[] target, float factor, float[] gradient, int from, int to) {
        boolean one = target.length == 1;
        FloatVector sum = FloatVector.zero(SPECIES);
        FloatVector t = FloatVector.broadcast(SPECIES, target[0]);
        for (int i = from; i < to; i += LANES) {
            t = one ? t : FloatVector.fromArray(SPECIES, target, i);
            FloatVector d = FloatVector.fromArray(SPECIES, p, i).sub(t);
            d.mul(2 * factor).intoArray(gradient, i);
            sum = d.fma(d, sum);
        }
        return total(sum);
    }

    /**
     * This takes three loops, each small enough for the JIT to inline. In one loop the JIT gives up and makes an object
     * of every vector.
     */
    private static double crossEntropyOnLogits(
            float[] p, float[] target, float factor, float[] gradient, int from, int to) {
        // the array of the gradient holds e^−|x| until the gradient is made
        expOfMinusMagnitude(p, gradient, from, to);
        double sum = crossEntropies(p, target, gradient, from, to);
        crossEntropyGradient(p, target, factor, gradient, from, to);
        return Double.isNaN(sum) ? crossEntropiesOneByOne(p, target, from, to) : sum;
    }

    /** The sum of the losses if a logit may be infinite. */
    private static double crossEntropiesOneByOne(float[] p, float[] target, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += Pointwise.crossEntropyOnLogit(p[i], target[target.length == 1 ? 0 : i]);
        }
        return sum;
    }

    private static double crossEntropies(float[] p, float[] target, float[] exponentials, int from, int to) {
        boolean one = target.length == 1;
        FloatVector sum = FloatVector.zero(SPECIES);
        FloatVector t = FloatVector.broadcast(SPECIES, target[0]);
        for (int i = from; i < to; i += LANES) {
            t = one ? t : FloatVector.fromArray(SPECIES, target, i);
            FloatVector x = FloatVector.fromArray(SPECIES, p, i);
            FloatVector e = FloatVector.fromArray(SPECIES, exponentials, i);
            sum = sum.add(VectorMath.softplus(x, e).sub(x.mul(t)));
        }
        return total(sum);
    }

    private static void crossEntropyGradient(
            float[] p, float[] target, float factor, float[] gradient, int from, int to) {
        boolean one = target.length == 1;
        FloatVector t = FloatVector.broadcast(SPECIES, target[0]);
        for (int i = from; i < to; i += LANES) {
            t = one ? t : FloatVector.fromArray(SPECIES, target, i);
            FloatVector x = FloatVector.fromArray(SPECIES, p, i);
            FloatVector e = FloatVector.fromArray(SPECIES, gradient, i);
            VectorMath.sigmoid(x, e).sub(t).mul(factor).intoArray(gradient, i);
        }
    }

    /** Adds x to y where {@code places} holds this place. */
    static void addWhere(float[] places, float place, float[] x, int from, float[] y, int at, int count) {
        int end = SPECIES.loopBound(count);
        for (int i = 0; i < end; i += LANES) {
            VectorMask<Float> here =
                    FloatVector.fromArray(SPECIES, places, from + i).compare(VectorOperators.EQ, place);
            FloatVector v = FloatVector.fromArray(SPECIES, y, at + i);
            v.blend(v.add(FloatVector.fromArray(SPECIES, x, from + i)), here).intoArray(y, at + i);
        }
        Pointwise.addWhere(places, place, x, from + end, y, at + end, count - end);
    }

    /**
     * Keeps the greater value and its place: where x is greater than y, or is the first NaN, y becomes x and the place
     * becomes {@code place}.
     */
    static void keepGreater(float[] x, int from, float place, float[] y, float[] places, int at, int count) {
        int end = SPECIES.loopBound(count);
        for (int i = 0; i < end; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, from + i);
            FloatVector best = FloatVector.fromArray(SPECIES, y, at + i);
            VectorMask<Float> better = v.compare(VectorOperators.GT, best)
                    .or(v.test(VectorOperators.IS_NAN).andNot(best.test(VectorOperators.IS_NAN)));
            best.blend(v, better).intoArray(y, at + i);
            FloatVector.fromArray(SPECIES, places, at + i).blend(place, better).intoArray(places, at + i);
        }
        Pointwise.keepGreater(x, from + end, place, y, places, at + end, count - end);
    }

    static void addProducts(float[] a, int aAt, float[] b, int bAt, float[] y, int yAt, int count) {
        int end = SPECIES.loopBound(count);
        for (int i = 0; i < end; i += LANES) {
            FloatVector.fromArray(SPECIES, a, aAt + i)
                    .fma(FloatVector.fromArray(SPECIES, b, bAt + i), FloatVector.fromArray(SPECIES, y, yAt + i))
                    .intoArray(y, yAt + i);
        }
        Pointwise.addProducts(a, aAt + end, b, bAt + end, y, yAt + end, count - end);
    }

    /** Adds the lanes one after another. reduceLanes does not fix the order of the sum, and so not its bits. */
    static double total(FloatVector lanes) {
        double total = 0;
        for (float lane : lanes.toArray()) {
            total += lane;
        }
        return total;
    }

    static double sum(float[] x, int from, int to) {
        int end = from + SPECIES.loopBound(to - from);
        double total = 0;
        for (int block = from; block < end; block += BLOCK) {
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int i = block; i < Math.min(end, block + BLOCK); i += LANES) {
                sum = sum.add(FloatVector.fromArray(SPECIES, x, i));
            }
            total += total(sum);
        }
        return total + Pointwise.sum(x, end, to);
    }

    static double sumOfSquares(float[] x, int from, int to) {
        int end = from + SPECIES.loopBound(to - from);
        double total = 0;
        for (int block = from; block < end; block += BLOCK) {
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int i = block; i < Math.min(end, block + BLOCK); i += LANES) {
                FloatVector v = FloatVector.fromArray(SPECIES, x, i);
                sum = v.fma(v, sum);
            }
            total += total(sum);
        }
        return total + Pointwise.sumOfSquares(x, end, to);
    }

    static boolean finite(float[] x, int from, int to) {
        int end = from + SPECIES.loopBound(to - from);
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector sum = zero;
        for (int i = from; i < end; i += LANES) {
            sum = FloatVector.fromArray(SPECIES, x, i).fma(zero, sum);
        }
        return sum.compare(VectorOperators.EQ, 0).allTrue() && Pointwise.finite(x, end, to);
    }
}
