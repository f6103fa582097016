package io.github.grisaille.nn;

import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.Affine;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Moments;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;
import java.util.List;

/**
 * Batch normalisation (Ioffe and Szegedy 2015) of features (batch, channels) or images (batch, height, width,
 * channels). It brings each channel to mean 0 and variance 1 over the batch (and the pixels). Then it multiplies by a
 * gain and adds a shift.
 *
 * <p>Training: x̂ = (x − mean) / √(variance + ε), y = gain ⊙ x̂ + shift. The running statistics move towards the
 * batch's statistics by the momentum. The running variance is the unbiased one, as in PyTorch. Evaluating: the running
 * statistics replace the batch's statistics.
 *
 * <p>Gradients, with N values per channel: dShift = Σ dy and dGain = Σ dy ⊙ x̂. When training, mean and variance depend
 * on x, so dx = gain / √(variance + ε) ⊙ (dy − Σ dy / N − x̂ ⊙ Σ (dy ⊙ x̂) / N). When evaluating, dx = gain /
 * √(variance + ε) ⊙ dy.
 *
 * <p>In files, the running statistics have PyTorch's names {@code running_mean} and {@code running_var}. The gain and the
 * shift are {@code gain} and {@code shift}, where PyTorch has {@code weight} and {@code bias}.
 *
 * <p>{@link #withoutAffine} leaves out gain and shift, for networks that compute their own, such as class-conditional
 * ones. Then y = x̂.
 */
public final class BatchNorm extends FusesActivation {
    private record Memory(Tensor x, Moments moments, boolean training) {}

    private final int channels;
    private final float epsilon;
    private final float momentum;
    private final GainAndShift affine;
    private final Buffer runningMean;
    private final Buffer runningVariance;

    /**
     * @param momentum the share of the running statistics that each batch replaces, from 0 to 1; PyTorch's 0.1
     */
    public BatchNorm(int channels, float epsilon, float momentum, Initializer initializer) {
        this(channels, epsilon, momentum, GainAndShift.trained(channelsOf(channels), initializer));
    }

    private BatchNorm(int channels, float epsilon, float momentum, GainAndShift affine) {
        Checks.epsilon("BatchNorm", epsilon);
        if (!(momentum >= 0 && momentum <= 1)) {
            throw new IllegalArgumentException("BatchNorm: momentum must be from 0 to 1; got " + momentum);
        }
        this.channels = channels;
        this.epsilon = epsilon;
        this.momentum = momentum;
        this.affine = affine;
        runningMean = new Buffer("running_mean", channelsOf(channels), 0);
        runningVariance = new Buffer("running_var", channelsOf(channels), 1);
    }

    private static Shape channelsOf(int channels) {
        Checks.positive("BatchNorm", "channels", channels);
        return Shape.of(channels);
    }

    /** A layer like this one without gain and shift, as PyTorch's with {@code affine=False}. */
    public BatchNorm withoutAffine() {
        return new BatchNorm(channels, epsilon, momentum, GainAndShift.constant(runningMean.shape()));
    }

    @Override
    public String name() {
        return "BatchNorm(" + channels + affine.note() + ")";
    }

    @Override
    public Shape outputShape(Shape input) {
        boolean fits = (input.rank() == 2 || input.rank() == 4) && input.axis(-1) == channels;
        if (!fits) {
            throw new ShapeMismatchException(name(), input, "batch×" + channels + " or batch×height×width×" + channels);
        }
        return input;
    }

    @Override
    public PartialShape takes() {
        return PartialShape.lastAxis(channels);
    }

    @Override
    public PartialShape makes(PartialShape input) {
        return input;
    }

    @Override
    public OutputRange outputRange(OutputRange input) {
        return OutputRange.any(this);
    }

    @Override
    public void checkTrainingInput(Shape input) {
        if (outputShape(input).rows() < 2) {
            throw new ShapeMismatchException(
                    name(), input, "at least 2 values per channel when training (the variance of 1 value is 0)");
        }
    }

    @Override
    Tensor forward(Tensor x, Activation f, Pass pass) {
        Backend backend = x.backend();
        Tensor y = pass.empty(outputShape(x.shape()));
        Tensor mean = runningMean.value();
        Tensor variance = runningVariance.value();
        if (pass.training()) {
            checkTrainingInput(x.shape());
            int samples = x.shape().rows();
            mean = pass.scratch(mean.shape());
            variance = pass.scratch(mean.shape());
            backend.columnMoments(x, mean, variance);
            moveTowards(runningMean.value(), mean, 1, pass);
            moveTowards(runningVariance.value(), variance, samples / (samples - 1f), pass);
        }
        Moments moments = new Moments(mean, variance, epsilon);
        backend.normalizeColumns(x, moments, affine.on(backend), f, y);
        pass.keep(this, new Memory(x, moments, pass.training()));
        return y;
    }

    /** running ← (1 − momentum) · running + momentum · factor · batch. */
    private void moveTowards(Tensor running, Tensor batch, float factor, Pass pass) {
        Backend backend = running.backend();
        Tensor part = pass.scratch(batch.shape());
        backend.scale(batch, momentum * factor, part);
        backend.scale(running, 1 - momentum, running);
        backend.add(running, part, running);
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass, Wanted wanted) {
        Backend backend = dy.backend();
        Memory m = pass.kept(this, Memory.class);
        Checks.gradient(this, dy, m.x.shape());
        Affine gradients = gradients(pass);
        backend.normalizeColumnsParameterGradients(m.x, dy, m.moments, Write.REPLACE, gradients);
        if (wanted.parameters()) {
            accumulate(gradients);
        }
        if (!wanted.input()) {
            return null;
        }
        Tensor dx = pass.empty(dy.shape());
        if (m.training) {
            backend.normalizeColumnsInputGradient(
                    m.x, dy, m.moments, affine.on(backend).gain(), gradients, dx);
        } else {
            scaleByGain(dy, m.moments.variance(), dx, pass);
        }
        return dx;
    }

    /**
     * In training mode this is one primitive. It reads x only, and computes the input of the activation again, since
     * that was not stored.
     */
    @Override
    Tensor backward(Tensor dy, Activation f, Tensor y, Pass pass, Wanted wanted) {
        Memory m = pass.kept(this, Memory.class);
        if (!m.training || !wanted.input()) {
            return super.backward(dy, f, y, pass, wanted);
        }
        Backend backend = dy.backend();
        Affine gradients = gradients(pass);
        Tensor dx = pass.empty(dy.shape());
        backend.normalizeColumnsGradients(m.x, y, dy, m.moments, affine.on(backend), f, gradients, dx);
        if (wanted.parameters()) {
            accumulate(gradients);
        }
        return dx;
    }

    /** Memory for the gradients of gain and shift. The gradient for x needs them too. */
    private Affine gradients(Pass pass) {
        return new Affine(pass.scratch(runningMean.shape()), pass.scratch(runningMean.shape()));
    }

    private void accumulate(Affine gradients) {
        affine.accumulateGain((write, dGain) -> move(gradients.gain(), write, dGain));
        affine.accumulateShift((write, dShift) -> move(gradients.shift(), write, dShift));
    }

    private static void move(Tensor part, Write write, Tensor gradient) {
        if (write.adds()) {
            part.backend().add(gradient, part, gradient);
        } else {
            part.backend().copy(part, gradient);
        }
    }

    /** When the statistics are constants, the layer is linear: dx = gain / √(variance + ε) ⊙ dy. */
    private void scaleByGain(Tensor dy, Tensor variance, Tensor dx, Pass pass) {
        Backend backend = dy.backend();
        Tensor zero = pass.scratch(variance.shape());
        backend.fill(0, zero);
        Affine linear = new Affine(affine.on(backend).gain(), zero);
        backend.normalizeColumns(dy, new Moments(zero, variance, epsilon), linear, dx);
    }

    /** In evaluation mode only. There the layer is linear. */
    @Override
    public Tensor tangent(Tensor direction, Pass pass) {
        Memory m = pass.kept(this, Memory.class);
        if (m.training) {
            throw new UnsupportedOperationException(name()
                    + " has no tangent in training mode: it mixes the items of a batch, and a gradient penalty is"
                    + " per item; use a discriminator without BatchNorm, or replace BatchNorm by layerNorm");
        }
        Tensor tangent = pass.empty(direction.shape());
        scaleByGain(direction, m.moments.variance(), tangent, pass);
        return tangent;
    }

    /** In evaluation mode: dGain = Σ dy ⊙ direction / √(variance + ε). */
    @Override
    public Tensor tangentGradient(Tensor direction, Tensor dy, Pass pass, Wanted wanted) {
        if (wanted.parameters() && affine.trained()) {
            Tensor variance = pass.kept(this, Memory.class).moments.variance();
            Tensor zero = pass.scratch(variance.shape());
            Moments moments = new Moments(zero, variance, epsilon);
            Affine gradients = gradients(pass);
            direction.backend().fill(0, zero);
            direction.backend().normalizeColumnsParameterGradients(direction, dy, moments, Write.REPLACE, gradients);
            affine.accumulateGain((write, dGain) -> move(gradients.gain(), write, dGain));
        }
        return null;
    }

    @Override
    public List<Parameter> parameters() {
        return affine.parameters();
    }

    @Override
    public List<Buffer> buffers() {
        return List.of(runningMean, runningVariance);
    }
}
