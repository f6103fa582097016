package io.github.grisaille.nn;

import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.List;

/**
 * Batch normalisation (Ioffe and Szegedy 2015), of features (batch, channels) or images (batch, height, width,
 * channels): each channel is brought to mean 0 and variance 1 over the batch (and the pixels), then scaled by a gain
 * and moved by a shift.
 *
 * <p>Training: x̂ = (x − mean) / √(variance + ε), y = gain ⊙ x̂ + shift, and the running statistics move towards the
 * batch's by the momentum (the running variance is the unbiased one, as in PyTorch). Evaluating: the running
 * statistics take the batch's place.
 *
 * <p>Gradients, N values a channel: dShift = Σ dy, dGain = Σ dy ⊙ x̂, and since mean and variance depend on x, dx =
 * gain / √(variance + ε) ⊙ (dy − Σdy / N − x̂ ⊙ Σ(dy ⊙ x̂) / N); when evaluating, dx = gain / √(variance + ε) ⊙ dy.
 */
public final class BatchNorm extends FusesActivation {
    private record Memory(Tensor x, Tensor mean, Tensor variance, boolean training) {}

    private final int channels;
    private final float epsilon;
    private final float momentum;
    private final Parameter gain;
    private final Parameter shift;
    private final Buffer runningMean;
    private final Buffer runningVariance;

    /**
     * @param momentum the share of the running statistics that each batch replaces, from 0 to 1; PyTorch's 0.1
     */
    public BatchNorm(int channels, float epsilon, float momentum, Initializer initializer) {
        Checks.positive("BatchNorm", "channels", channels);
        Checks.epsilon("BatchNorm", epsilon);
        if (!(momentum >= 0 && momentum <= 1)) {
            throw new IllegalArgumentException("BatchNorm needs a momentum from 0 to 1, and got " + momentum);
        }
        this.channels = channels;
        this.epsilon = epsilon;
        this.momentum = momentum;
        Shape shape = Shape.of(channels);
        gain = new Parameter("gain", Parameter.Role.GAIN, shape, 1, 1, initializer);
        shift = new Parameter("shift", Parameter.Role.SHIFT, shape, 1, 1, initializer);
        runningMean = new Buffer("running_mean", shape, 0);
        runningVariance = new Buffer("running_var", shape, 1);
    }

    @Override
    public String name() {
        return "BatchNorm(" + channels + ")";
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
                    name(), input, "at least 2 values a channel when training (the variance of 1 is 0)");
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
            mean = pass.scratch(gain.shape());
            variance = pass.scratch(gain.shape());
            backend.columnMoments(x, mean, variance);
            moveTowards(runningMean.value(), mean, 1, pass);
            moveTowards(runningVariance.value(), variance, samples / (samples - 1f), pass);
        }
        backend.normalizeColumns(x, mean, variance, epsilon, gain.value(), shift.value(), f, y);
        pass.keep(this, new Memory(x, mean, variance, pass.training()));
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
        Tensor dGain = pass.scratch(gain.shape());
        Tensor dShift = pass.scratch(shift.shape());
        backend.normalizeColumnsParameterGradients(m.x, dy, m.mean, m.variance, epsilon, false, dGain, dShift);
        if (wanted.parameters()) {
            accumulate(gain, dGain);
            accumulate(shift, dShift);
        }
        if (!wanted.input()) {
            return null;
        }
        Tensor dx = pass.empty(dy.shape());
        if (m.training) {
            backend.normalizeColumnsInputGradient(
                    m.x, dy, m.mean, m.variance, epsilon, gain.value(), dGain, dShift, dx);
        } else {
            scaleByGain(dy, m.variance, dx, pass);
        }
        return dx;
    }

    /** In training mode in one, from x alone: what the activation took is made again rather than stored. */
    @Override
    Tensor backward(Tensor dy, Activation f, Tensor y, Pass pass, Wanted wanted) {
        Memory m = pass.kept(this, Memory.class);
        if (!m.training || !wanted.input()) {
            return super.backward(dy, f, y, pass, wanted);
        }
        Tensor dGain = pass.scratch(gain.shape());
        Tensor dShift = pass.scratch(shift.shape());
        Tensor dx = pass.empty(dy.shape());
        dy.backend()
                .normalizeColumnsGradients(
                        m.x, y, dy, m.mean, m.variance, epsilon, gain.value(), shift.value(), f, dGain, dShift, dx);
        if (wanted.parameters()) {
            accumulate(gain, dGain);
            accumulate(shift, dShift);
        }
        return dx;
    }

    private static void accumulate(Parameter parameter, Tensor part) {
        parameter.accumulate((add, gradient) -> {
            if (add) {
                part.backend().add(gradient, part, gradient);
            } else {
                part.backend().copy(part, gradient);
            }
        });
    }

    /** Where the statistics are constants the layer is linear: dx = gain / √(variance + ε) ⊙ dy. */
    private void scaleByGain(Tensor dy, Tensor variance, Tensor dx, Pass pass) {
        Backend backend = dy.backend();
        Tensor zero = pass.scratch(gain.shape());
        backend.fill(0, zero);
        backend.normalizeColumns(dy, zero, variance, epsilon, gain.value(), zero, dx);
    }

    /** In evaluation mode only, where the layer is linear. */
    @Override
    public Tensor tangent(Tensor direction, Pass pass) {
        Memory m = pass.kept(this, Memory.class);
        if (m.training) {
            throw new UnsupportedOperationException(name()
                    + " has no tangent in training mode: it mixes the items of a batch, and a gradient penalty is"
                    + " per item; use a discriminator without BatchNorm, or layerNorm in its place");
        }
        Tensor tangent = pass.empty(direction.shape());
        scaleByGain(direction, m.variance, tangent, pass);
        return tangent;
    }

    /** In evaluation mode: dGain = Σ dy ⊙ direction / √(variance + ε). */
    @Override
    public Tensor tangentGradient(Tensor direction, Tensor dy, Pass pass, Wanted wanted) {
        if (wanted.parameters()) {
            Tensor variance = pass.kept(this, Memory.class).variance;
            Tensor zero = pass.scratch(gain.shape());
            Tensor dGain = pass.scratch(gain.shape());
            Tensor unused = pass.scratch(gain.shape());
            direction.backend().fill(0, zero);
            direction
                    .backend()
                    .normalizeColumnsParameterGradients(direction, dy, zero, variance, epsilon, false, dGain, unused);
            accumulate(gain, dGain);
        }
        return null;
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(gain, shift);
    }

    @Override
    public List<Buffer> buffers() {
        return List.of(runningMean, runningVariance);
    }
}
