package io.github.grisaille.nn;

import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.List;

/**
 * A transposed convolution of images (batch, height, width, in) to (batch, height′, width′, out): each input pixel
 * stamps its weighted kernel on the output, stride pixels apart, and what overlaps adds up. height′ = (height − 1) ·
 * stride − 2·pad + kernel + output padding.
 *
 * <p>It is the transpose of the convolution from out to in channels, whose weights it holds: (kernel height, kernel
 * width, out, in), as in Keras.
 *
 * <p>Gradients: the input's is that convolution of dy; the weights' is that convolution's with the roles of image and
 * gradient exchanged; the bias's is the sum of dy over batch and positions.
 */
public final class ConvTranspose2d extends FusesActivation {
    private static final String SMALLEST = "images large enough for something to be left by the padding";

    private final int in;
    private final int out;
    private final ConvGeometry geometry;
    private final int outputPadding;
    private final Parameter weight;
    private final Parameter bias;

    /**
     * @param outputPadding rows and columns added at the bottom and right, fewer than the stride: several output sizes
     *     convolve to one input size, and this chooses among them
     */
    public ConvTranspose2d(
            int in, int out, ConvGeometry geometry, int outputPadding, boolean withBias, Initializer initializer) {
        Checks.positive("ConvTranspose2d", "in", in);
        Checks.positive("ConvTranspose2d", "out", out);
        if (outputPadding < 0 || outputPadding >= Math.min(geometry.strideHeight(), geometry.strideWidth())) {
            throw new IllegalArgumentException("ConvTranspose2d needs an output padding of at least 0 and less than the"
                    + " stride, and got " + outputPadding + " with a kernel of " + geometry);
        }
        this.in = in;
        this.out = out;
        this.geometry = geometry;
        this.outputPadding = outputPadding;
        int taps = geometry.kernelHeight() * geometry.kernelWidth();
        // an output pixel sums the kernel taps that fall on it, about taps / stride², from every input channel
        int reach = Math.max(1, taps / (geometry.strideHeight() * geometry.strideWidth()));
        Shape shape = Shape.of(geometry.kernelHeight(), geometry.kernelWidth(), out, in);
        weight = new Parameter("weight", Parameter.Role.WEIGHT, shape, reach * in, taps * out, initializer);
        bias = withBias
                ? new Parameter("bias", Parameter.Role.BIAS, Shape.of(out), reach * in, taps * out, initializer)
                : null;
    }

    @Override
    public String name() {
        return "ConvTranspose2d(" + in + " → " + out + ", " + geometry
                + (outputPadding == 0 ? "" : ", output padding " + outputPadding)
                + (bias == null ? ", no bias)" : ")");
    }

    @Override
    public Shape outputShape(Shape input) {
        Checks.image(this, input, in);
        int height = geometry.transposedHeight(input.axis(1)) + outputPadding;
        int width = geometry.transposedWidth(input.axis(2)) + outputPadding;
        if (height < 1 || width < 1) {
            throw new ShapeMismatchException(name(), input, SMALLEST);
        }
        return Shape.of(input.axis(0), height, width, out);
    }

    @Override
    public PartialShape takes() {
        return PartialShape.images(in);
    }

    @Override
    public PartialShape makes(PartialShape input) {
        return input.resized(
                        this,
                        height -> geometry.transposedHeight(height) + outputPadding,
                        width -> geometry.transposedWidth(width) + outputPadding,
                        SMALLEST)
                .with(-1, out);
    }

    @Override
    public OutputRange outputRange(OutputRange input) {
        return OutputRange.any(this);
    }

    @Override
    Tensor forward(Tensor x, Activation f, Pass pass) {
        Tensor y = pass.empty(outputShape(x.shape()));
        pass.keep(this, x);
        x.backend().convTranspose(x, weight.value(), bias == null ? null : bias.value(), geometry, f, y);
        return y;
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass, Wanted wanted) {
        Backend backend = dy.backend();
        Tensor x = pass.kept(this, Tensor.class);
        Checks.gradient(this, dy, outputShape(x.shape()));
        if (wanted.parameters()) {
            weight.accumulate((add, dWeight) -> backend.convWeightGradient(dy, x, geometry, add, dWeight));
            if (bias != null) {
                bias.accumulate((add, dBias) -> backend.columnSums(dy, add, dBias));
            }
        }
        if (!wanted.input()) {
            return null;
        }
        Tensor dx = pass.empty(x.shape());
        backend.conv(dy, weight.value(), null, geometry, dx);
        return dx;
    }

    @Override
    public Tensor tangent(Tensor direction, Pass pass) {
        Tensor tangent = pass.empty(outputShape(direction.shape()));
        direction.backend().convTranspose(direction, weight.value(), null, geometry, tangent);
        return tangent;
    }

    /**
     * The tangent is the layer without its bias. So dW is as in backward, with the direction in place of x. The result does
     * not depend on x.
     */
    @Override
    public Tensor tangentGradient(Tensor direction, Tensor dy, Pass pass, Wanted wanted) {
        if (wanted.parameters()) {
            weight.accumulate(
                    (add, dWeight) -> direction.backend().convWeightGradient(dy, direction, geometry, add, dWeight));
        }
        return null;
    }

    @Override
    public List<Parameter> parameters() {
        return Checks.present(weight, bias);
    }
}
