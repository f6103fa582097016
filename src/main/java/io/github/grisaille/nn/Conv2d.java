package io.github.grisaille.nn;

import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.Epilogue;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.List;

/**
 * A convolution of images (batch, height, width, in) to (batch, height′, width′, out), where height′ = ⌊(height + 2·pad
 * − span) / stride⌋ + 1 and span = dilation · (kernel − 1) + 1. The weights are (kernel height, kernel width, in /
 * groups, out).
 *
 * <p>With groups, the input channels and the output channels are cut into equal groups, and group k of the output sees
 * group k of the input only. With in groups, each channel has its own kernel (depthwise convolution).
 *
 * <p>Gradients: the input's gradient is the transposed convolution of dy with the same weights. A weight's gradient is
 * the sum, over all positions, of the pixel that it was multiplied with times the dy of the result. The bias's gradient
 * is the sum of dy over the batch and all positions.
 */
public final class Conv2d extends FusesActivation {
    private static final String SMALLEST = "images that, with their padding, are at least as large as the kernel";

    private final int in;
    private final int out;
    private final ConvGeometry geometry;
    private final Parameter weight;
    private final Parameter bias;

    /** @param geometry without an output padding. Its groups divide in and out */
    public Conv2d(int in, int out, ConvGeometry geometry, boolean withBias, Initializer initializer) {
        Checks.positive("Conv2d", "in", in);
        Checks.positive("Conv2d", "out", out);
        Checks.groups("Conv2d", in, out, geometry);
        if (geometry.outputPadding().height() > 0 || geometry.outputPadding().width() > 0) {
            throw new IllegalArgumentException("Conv2d: only a transposed convolution has an output padding; got "
                    + geometry + ": leave the output padding out");
        }
        this.in = in;
        this.out = out;
        this.geometry = geometry;
        int fanIn = geometry.taps() * (in / geometry.groups());
        int fanOut = geometry.taps() * (out / geometry.groups());
        Shape shape = Shape.of(geometry.kernelHeight(), geometry.kernelWidth(), in / geometry.groups(), out);
        weight = new Parameter("weight", Parameter.Role.WEIGHT, shape, fanIn, fanOut, initializer);
        bias = withBias ? new Parameter("bias", Parameter.Role.BIAS, Shape.of(out), fanIn, fanOut, initializer) : null;
    }

    @Override
    public String name() {
        return "Conv2d(" + in + " → " + out + ", " + geometry + (bias == null ? ", no bias)" : ")");
    }

    @Override
    public Shape outputShape(Shape input) {
        Checks.image(this, input, in);
        int height = geometry.outputHeight(input.axis(1));
        int width = geometry.outputWidth(input.axis(2));
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
        return input.resized(this, geometry::outputHeight, geometry::outputWidth, SMALLEST)
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
        x.backend().conv(x, weight.value(), epilogue(bias, f), geometry, y);
        return y;
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass, Wanted wanted) {
        Backend backend = dy.backend();
        Tensor x = pass.kept(this, Tensor.class);
        Checks.gradient(this, dy, outputShape(x.shape()));
        if (wanted.parameters()) {
            weight.accumulate((write, dWeight) -> backend.convWeightGradient(x, dy, geometry, write, dWeight));
            if (bias != null) {
                bias.accumulate((write, dBias) -> backend.columnSums(dy, write, dBias));
            }
        }
        if (!wanted.input()) {
            return null;
        }
        Tensor dx = pass.empty(x.shape());
        backend.convTranspose(dy, weight.value(), Epilogue.NONE, geometry, dx);
        return dx;
    }

    @Override
    public Tensor tangent(Tensor direction, Pass pass) {
        Tensor tangent = pass.empty(outputShape(direction.shape()));
        direction.backend().conv(direction, weight.value(), Epilogue.NONE, geometry, tangent);
        return tangent;
    }

    /**
     * The tangent is the layer without its bias. So dW is as in backward, with the direction in place of x. The result does
     * not depend on x.
     */
    @Override
    public Tensor tangentGradient(Tensor direction, Tensor dy, Pass pass, Wanted wanted) {
        if (wanted.parameters()) {
            weight.accumulate((write, dWeight) ->
                    direction.backend().convWeightGradient(direction, dy, geometry, write, dWeight));
        }
        return null;
    }

    @Override
    public List<Parameter> parameters() {
        return Checks.present(weight, bias);
    }
}
