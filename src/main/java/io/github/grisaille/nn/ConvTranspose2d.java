package io.github.grisaille.nn;

import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.Epilogue;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.List;

/**
 * A transposed convolution of images (batch, height, width, in) to (batch, height′, width′, out). Each input pixel
 * stamps its weighted kernel on the output, stride pixels apart. Where stamps overlap, they are added. height′ =
 * (height − 1) · stride − 2·pad + span + output padding, where span = dilation · (kernel − 1) + 1.
 *
 * <p>It is the transpose of a convolution from out channels to in channels. It holds the weights of that convolution:
 * (kernel height, kernel width, out / groups, in), as in Keras. With groups, group k of the output sees group k of the
 * input only.
 *
 * <p>Gradients: the input's gradient is that convolution of dy. The weights' gradient is the weight gradient of that
 * convolution, with the roles of image and gradient exchanged. The bias's gradient is the sum of dy over the batch and
 * all positions.
 */
public final class ConvTranspose2d extends FusesActivation {
    private static final String SMALLEST = "images that are larger than what the padding cuts off";

    private final int in;
    private final int out;
    private final ConvGeometry geometry;
    private final Parameter weight;
    private final Parameter bias;

    /**
     * @param outputPadding the {@linkplain ConvGeometry#outputPadding output padding} of both directions. It takes the
     *     place of the geometry's own
     */
    public ConvTranspose2d(
            int in, int out, ConvGeometry geometry, int outputPadding, boolean withBias, Initializer initializer) {
        this(in, out, geometry.outputPadding(outputPadding), withBias, initializer);
    }

    /** @param geometry its groups divide in and out */
    public ConvTranspose2d(int in, int out, ConvGeometry geometry, boolean withBias, Initializer initializer) {
        Checks.positive("ConvTranspose2d", "in", in);
        Checks.positive("ConvTranspose2d", "out", out);
        Checks.groups("ConvTranspose2d", in, out, geometry);
        this.in = in;
        this.out = out;
        this.geometry = geometry;
        int taps = geometry.taps();
        // about taps / stride² weights of the kernel fall on one output pixel, from every input channel of its group
        int reach = Math.max(1, taps / (geometry.strideHeight() * geometry.strideWidth()));
        int fanIn = reach * (in / geometry.groups());
        int fanOut = taps * (out / geometry.groups());
        Shape shape = Shape.of(geometry.kernelHeight(), geometry.kernelWidth(), out / geometry.groups(), in);
        weight = new Parameter("weight", Parameter.Role.WEIGHT, shape, fanIn, fanOut, initializer);
        bias = withBias ? new Parameter("bias", Parameter.Role.BIAS, Shape.of(out), fanIn, fanOut, initializer) : null;
    }

    @Override
    public String name() {
        return "ConvTranspose2d(" + in + " → " + out + ", " + geometry + (bias == null ? ", no bias)" : ")");
    }

    @Override
    public Shape outputShape(Shape input) {
        Checks.image(this, input, in);
        int height = geometry.transposedHeight(input.axis(1));
        int width = geometry.transposedWidth(input.axis(2));
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
        return input.resized(this, geometry::transposedHeight, geometry::transposedWidth, SMALLEST)
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
        x.backend().convTranspose(x, weight.value(), epilogue(bias, f), geometry, y);
        return y;
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass, Wanted wanted) {
        Backend backend = dy.backend();
        Tensor x = pass.kept(this, Tensor.class);
        Checks.gradient(this, dy, outputShape(x.shape()));
        if (wanted.parameters()) {
            weight.accumulate((write, dWeight) -> backend.convWeightGradient(dy, x, geometry, write, dWeight));
            if (bias != null) {
                bias.accumulate((write, dBias) -> backend.columnSums(dy, write, dBias));
            }
        }
        if (!wanted.input()) {
            return null;
        }
        Tensor dx = pass.empty(x.shape());
        backend.conv(dy, weight.value(), Epilogue.NONE, geometry, dx);
        return dx;
    }

    @Override
    public Tensor tangent(Tensor direction, Pass pass) {
        Tensor tangent = pass.empty(outputShape(direction.shape()));
        direction.backend().convTranspose(direction, weight.value(), Epilogue.NONE, geometry, tangent);
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
                    direction.backend().convWeightGradient(dy, direction, geometry, write, dWeight));
        }
        return null;
    }

    @Override
    public List<Parameter> parameters() {
        return Checks.present(weight, bias);
    }
}
