package io.github.grisaille.backend.cpu;

import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.PointwiseLoss;

/**
 * Loops that treat each value by itself. A method with {@code from} and {@code to} works on the values from … to − 1.
 */
final class Pointwise {
    private static final float SMALLEST_LOG = -100;
    private static final float SMALLEST_VARIANCE = 1e-12f;

    private Pointwise() {}

    static void add(float[] a, int p, float[] b, int q, float[] y, int at, int count) {
        for (int i = 0; i < count; i++) {
            y[at + i] = a[p + i] + b[q + i];
        }
    }

    static void multiply(float[] a, int p, float[] b, int q, float[] y, int at, int count) {
        for (int i = 0; i < count; i++) {
            y[at + i] = a[p + i] * b[q + i];
        }
    }

    static void step(float[] x, float threshold, float[] y, int from, int to) {
        for (int i = from; i < to; i++) {
            y[i] = x[i] > threshold ? 1 : 0;
        }
    }

    /**
     * y[at + i] = f(y[at + i] + bias[from + i]) for i from 0 to count − 1.
     *
     * @param f a {@link Activation#piecewiseLinear() piecewise linear} activation, or null for none
     */
    static void addBias(float[] bias, int from, Activation f, float[] y, int at, int count) {
        for (int i = 0; i < count; i++) {
            y[at + i] += bias[from + i];
        }
        if (f != null) {
            activate(f, y, y, at, at + count);
        }
    }

    static void activate(Activation f, float[] x, float[] y, int from, int to) {
        float slope = f.slope();
        switch (f.kind()) {
            case RELU -> {
                for (int i = from; i < to; i++) {
                    y[i] = Math.max(x[i], 0);
                }
            }
            case LEAKY_RELU -> {
                for (int i = from; i < to; i++) {
                    y[i] = x[i] > 0 ? x[i] : slope * x[i];
                }
            }
            case ELU -> {
                for (int i = from; i < to; i++) {
                    y[i] = x[i] > 0 ? x[i] : slope * FastMath.expm1(x[i]);
                }
            }
            case TANH -> {
                for (int i = from; i < to; i++) {
                    y[i] = FastMath.tanh(x[i]);
                }
            }
            case SIGMOID -> {
                for (int i = from; i < to; i++) {
                    y[i] = FastMath.sigmoid(x[i]);
                }
            }
            case SOFTPLUS -> {
                for (int i = from; i < to; i++) {
                    y[i] = FastMath.softplus(x[i]);
                }
            }
            case EXP -> {
                for (int i = from; i < to; i++) {
                    y[i] = FastMath.exp(x[i]);
                }
            }
        }
    }

    static void activateGradient(Activation f, float[] x, float[] y, float[] dy, float[] dx, int from, int to) {
        float slope = f.slope();
        switch (f.kind()) {
            case RELU -> {
                for (int i = from; i < to; i++) {
                    dx[i] = x[i] <= 0 ? nothingOf(dy[i]) : dy[i];
                }
            }
            case LEAKY_RELU -> {
                for (int i = from; i < to; i++) {
                    dx[i] = x[i] > 0 ? dy[i] : slope * dy[i];
                }
            }
            case ELU -> {
                for (int i = from; i < to; i++) {
                    dx[i] = x[i] > 0 ? dy[i] : dy[i] * (y[i] + slope);
                }
            }
            case TANH -> {
                for (int i = from; i < to; i++) {
                    dx[i] = dy[i] * (1 - y[i] * y[i]);
                }
            }
            case SIGMOID -> {
                for (int i = from; i < to; i++) {
                    dx[i] = dy[i] * (y[i] * (1 - y[i]));
                }
            }
            case SOFTPLUS -> {
                for (int i = from; i < to; i++) {
                    dx[i] = dy[i] * FastMath.sigmoid(x[i]);
                }
            }
            case EXP -> {
                for (int i = from; i < to; i++) {
                    dx[i] = dy[i] * y[i];
                }
            }
        }
    }

    /**
     * The gradient where a ReLU is off: dy · 0. This zero has the sign of dy, as in {@link ColumnLoops}. If dy is
     * infinite or NaN, the result is 0 too.
     */
    private static float nothingOf(float dy) {
        float product = dy * 0;
        return product == 0 ? product : 0;
    }

    /**
     * dx = dy ⊙ direction ⊙ f″(x). The second derivative of a piecewise linear function is 0 outside its kinks, and is
     * taken as 0 at the kinks.
     */
    static void activateCurvature(
            Activation f, float[] x, float[] y, float[] dy, float[] direction, float[] dx, int from, int to) {
        float slope = f.slope();
        switch (f.kind()) {
            case RELU, LEAKY_RELU -> {
                for (int i = from; i < to; i++) {
                    dx[i] = 0;
                }
            }
            case ELU -> {
                for (int i = from; i < to; i++) {
                    dx[i] = x[i] > 0 ? 0 : dy[i] * direction[i] * (y[i] + slope);
                }
            }
            case TANH -> {
                for (int i = from; i < to; i++) {
                    dx[i] = dy[i] * direction[i] * (-2 * y[i] * (1 - y[i] * y[i]));
                }
            }
            case SIGMOID -> {
                for (int i = from; i < to; i++) {
                    dx[i] = dy[i] * direction[i] * (y[i] * (1 - y[i]) * (1 - 2 * y[i]));
                }
            }
            case SOFTPLUS -> {
                for (int i = from; i < to; i++) {
                    float s = FastMath.sigmoid(x[i]);
                    dx[i] = dy[i] * direction[i] * (s * (1 - s));
                }
            }
            case EXP -> {
                for (int i = from; i < to; i++) {
                    dx[i] = dy[i] * direction[i] * y[i];
                }
            }
        }
    }

    /** Writes factor · ∂loss/∂p and returns the sum of the losses. */
    static double loss(
            PointwiseLoss loss, float[] p, float[] target, float factor, float[] gradient, int from, int to) {
        boolean one = target.length == 1;
        double sum = 0;
        for (int i = from; i < to; i++) {
            float t = target[one ? 0 : i];
            float x = p[i];
            switch (loss) {
                case SQUARED -> {
                    float d = x - t;
                    sum += d * d;
                    gradient[i] = 2 * factor * d;
                }
                case ABSOLUTE -> {
                    float d = x - t;
                    sum += Math.abs(d);
                    gradient[i] = factor * Math.signum(d);
                }
                case BINARY_CROSS_ENTROPY -> {
                    float logP = Math.max(FastMath.log(x), SMALLEST_LOG);
                    float logQ = Math.max(FastMath.log(1 - x), SMALLEST_LOG);
                    sum += -t * logP - (1 - t) * logQ;
                    gradient[i] = factor * ((x - t) / Math.max(x * (1 - x), SMALLEST_VARIANCE));
                }
                case BINARY_CROSS_ENTROPY_ON_LOGITS -> {
                    sum += crossEntropyOnLogit(x, t);
                    gradient[i] = factor * (FastMath.sigmoid(x) - t);
                }
                case HINGE -> {
                    float margin = 1 - t * x;
                    sum += Math.max(margin, 0);
                    gradient[i] = margin > 0 ? -factor * t : margin <= 0 ? 0 : Float.NaN;
                }
                case WASSERSTEIN -> {
                    sum += -t * x;
                    gradient[i] = -factor * t;
                }
            }
        }
        return sum;
    }

    /** Writes factor · ∂loss/∂p, and factor · loss for each value. */
    static void losses(
            PointwiseLoss loss,
            float[] p,
            float[] target,
            float factor,
            float[] values,
            float[] gradient,
            int from,
            int to) {
        for (int i = from; i < to; i++) {
            values[i] = (float) (factor * loss(loss, p, target, factor, gradient, i, i + 1));
        }
    }

    /**
     * softplus(x) − x·t. If x is infinite, this would be ∞ − ∞ or 0 · ∞. The loss is then ∞, or 0 if the target t
     * agrees with x.
     */
    static float crossEntropyOnLogit(float x, float t) {
        float loss = FastMath.softplus(x) - x * t;
        if (Float.isNaN(loss) && Float.isInfinite(x)) {
            float doubt = x > 0 ? 1 - t : t;
            return doubt == 0 ? 0 : doubt * Float.POSITIVE_INFINITY;
        }
        return loss;
    }

    /**
     * Keeps the greater value and its place: where x is greater than y, or is the first NaN, y becomes x and the place
     * becomes {@code place}.
     */
    static void keepGreater(float[] x, int from, float place, float[] y, float[] places, int at, int count) {
        for (int i = 0; i < count; i++) {
            float value = x[from + i];
            if (value > y[at + i] || Float.isNaN(value) && !Float.isNaN(y[at + i])) {
                y[at + i] = value;
                places[at + i] = place;
            }
        }
    }

    /** Adds x to y where {@code places} holds this place. */
    static void addWhere(float[] places, float place, float[] x, int from, float[] y, int at, int count) {
        for (int i = 0; i < count; i++) {
            if (places[from + i] == place) {
                y[at + i] += x[from + i];
            }
        }
    }

    /** y = share · a + (1 − share) · b. */
    static void blend(float[] a, float[] b, float share, float[] y, int from, int to) {
        float rest = 1 - share;
        for (int i = from; i < to; i++) {
            y[i] = share * a[i] + rest * b[i];
        }
    }

    /** y = share ⊙ a + (1 − share) ⊙ b. */
    static void blend(float[] a, float[] b, float[] share, float[] y, int from, int to) {
        for (int i = from; i < to; i++) {
            y[i] = share[i] * a[i] + (1 - share[i]) * b[i];
        }
    }

    /** The greatest value. It is NaN if a value is NaN. */
    static float greatest(float[] x, int from, int to) {
        float greatest = Float.NEGATIVE_INFINITY;
        for (int i = from; i < to; i++) {
            greatest = Math.max(greatest, x[i]);
        }
        return greatest;
    }

    /** The least value. It is NaN if a value is NaN. */
    static float least(float[] x, int from, int to) {
        float least = Float.POSITIVE_INFINITY;
        for (int i = from; i < to; i++) {
            least = Math.min(least, x[i]);
        }
        return least;
    }

    /** y += a ⊙ b, for {@code count} values from the places given. */
    static void addProducts(float[] a, int aAt, float[] b, int bAt, float[] y, int yAt, int count) {
        for (int i = 0; i < count; i++) {
            y[yAt + i] += a[aAt + i] * b[bAt + i];
        }
    }

    static double sum(float[] x, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += x[i];
        }
        return sum;
    }

    static double sumOfSquares(float[] x, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += (double) x[i] * x[i];
        }
        return sum;
    }

    /**
     * Whether all values are finite. x · 0 is 0 for every finite x and NaN otherwise, so one sum tells, without a
     * branch for each value.
     */
    static boolean finite(float[] x, int from, int to) {
        float sum = 0;
        for (int i = from; i < to; i++) {
            sum += x[i] * 0;
        }
        return sum == 0;
    }
}
