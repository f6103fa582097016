package io.github.grisaille.bench;

import io.github.grisaille.nn.ConvTranspose2d;
import io.github.grisaille.nn.Layer;
import io.github.grisaille.nn.Layers;
import io.github.grisaille.nn.Parameter;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.tensor.Shape;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.bytedeco.pytorch.AbstractTensor;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** The same network in this library and in libtorch, with the same weights in libtorch's layout. */
final class Twin {
    private static final double MOMENTUM = 0.1;
    private static final double EPSILON = 1e-5;

    /** A layer in libtorch, with its parameters. */
    private interface Operation {
        Tensor apply(Tensor x, List<Tensor> parameters);
    }

    /** Converts a parameter to libtorch's layout. */
    private interface Converter {
        Tensor convert(Tensor ours);
    }

    private record Stage(Layer layer, List<Converter> converters, Operation operation) {}

    /** The number of multiplications of a forward pass for one item: all of them, and those of the first layer. */
    record Multiplications(double all, double first) {}

    private final List<Stage> stages = new ArrayList<>();

    private Twin add(Layer layer, List<Converter> converters, Operation operation) {
        stages.add(new Stage(layer, converters, operation));
        return this;
    }

    private Twin add(Layer layer, Operation operation) {
        return add(layer, List.of(), operation);
    }

    Twin dense(int in, int out) {
        return add(
                Layers.dense(in, out),
                List.of(Tensor::t, b -> b),
                (x, p) -> torch.linear(x, p.get(0), new TensorOptional(p.get(1))));
    }

    /** Flattens images, then a dense layer. The rows of its weights have another order in libtorch. */
    Twin flattenAndDense(int height, int width, int channels, int out) {
        int in = height * width * channels;
        add(Layers.flatten(), (x, none) -> x.contiguous().reshape(x.size(0), in));
        return add(
                Layers.dense(in, out),
                List.of(
                        w -> w.reshape(height, width, channels, out)
                                .permute(2, 0, 1, 3)
                                .reshape(in, out)
                                .t(),
                        b -> b),
                (x, p) -> torch.linear(x, p.get(0), new TensorOptional(p.get(1))));
    }

    /**
     * Reshapes vectors to images of one channel or of one pixel, for which both sides have the same order of values.
     */
    Twin reshape(int height, int width, int channels) {
        return add(Layers.reshape(height, width, channels), (x, none) -> x.reshape(x.size(0), channels, height, width));
    }

    Twin conv2d(int in, int out, int kernel, int stride, int padding, boolean bias) {
        return add(
                Layers.conv2d(in, out, kernel, stride, padding, bias),
                List.of(Twin::kernel, b -> b),
                (x, p) -> torch.conv2d(
                        x,
                        p.get(0),
                        bias ? new TensorOptional(p.get(1)) : new TensorOptional(),
                        new long[] {stride, stride},
                        new long[] {padding, padding},
                        new long[] {1, 1},
                        1));
    }

    Twin convTranspose2d(int in, int out, int kernel, int stride, int padding, boolean bias) {
        return add(
                Layers.convTranspose2d(in, out, kernel, stride, padding, bias),
                List.of(Twin::kernel, b -> b),
                (x, p) -> torch.conv_transpose2d(
                        x,
                        p.get(0),
                        bias ? new TensorOptional(p.get(1)) : new TensorOptional(),
                        new long[] {stride, stride},
                        new long[] {padding, padding},
                        new long[] {0, 0},
                        1,
                        1,
                        1));
    }

    Twin batchNorm(int channels) {
        return add(Layers.batchNorm(channels), List.of(g -> g, s -> s), new Operation() {
            // made late, so that this library's side does not load libtorch
            private Tensor mean;
            private Tensor variance;

            @Override
            public Tensor apply(Tensor x, List<Tensor> p) {
                if (mean == null) {
                    mean = torch.zeros(channels);
                    variance = torch.ones(channels);
                    mean.retainReference();
                    variance.retainReference();
                }
                return torch.batch_norm(
                        x,
                        new TensorOptional(p.get(0)),
                        new TensorOptional(p.get(1)),
                        new TensorOptional(mean),
                        new TensorOptional(variance),
                        true,
                        MOMENTUM,
                        EPSILON,
                        false);
            }
        });
    }

    Twin maxPool2d(int size) {
        return add(Layers.maxPool2d(size), (x, none) -> torch.max_pool2d(x, size, size));
    }

    Twin relu() {
        return add(Layers.relu(), (x, none) -> torch.relu(x));
    }

    Twin leakyRelu(float slope) {
        return add(Layers.leakyRelu(slope), (x, none) -> torch.leaky_relu(x, new Scalar(slope)));
    }

    Twin tanh() {
        return add(Layers.tanh(), (x, none) -> torch.tanh(x));
    }

    /**
     * Each weight is multiplied once for every pixel of a convolution's output, or of a transposed convolution's input.
     */
    Multiplications multiplications(int... item) {
        Shape shape = Shape.of(item).batchOf(1);
        double all = 0;
        double first = 0;
        for (Stage stage : stages) {
            Shape out = stage.layer().outputShape(shape);
            double pixels = (stage.layer() instanceof ConvTranspose2d ? shape : out).rows();
            for (Parameter parameter : stage.layer().parameters()) {
                if (parameter.role() == Parameter.Role.WEIGHT) {
                    double here = pixels * parameter.shape().size();
                    first = all == 0 ? here : first;
                    all += here;
                }
            }
            shape = out;
        }
        return new Multiplications(all, first);
    }

    /** The network in this library. */
    Sequential ours() {
        return Layers.sequential(stages.stream().map(Stage::layer).toArray(Layer[]::new));
    }

    /** The network in libtorch, with the current weights of this library's network. */
    Theirs theirs(boolean channelsLast) {
        return new Theirs(stages, channelsLast);
    }

    private static Tensor kernel(Tensor ours) {
        return ours.permute(3, 2, 0, 1);
    }

    /** The network in libtorch. */
    static final class Theirs {
        private final List<Operation> operations = new ArrayList<>();
        private final List<List<Tensor>> parameters = new ArrayList<>();

        private Theirs(List<Stage> stages, boolean channelsLast) {
            for (Stage stage : stages) {
                operations.add(stage.operation());
                Iterator<Converter> converters = stage.converters().iterator();
                List<Tensor> own = new ArrayList<>();
                for (Parameter parameter : stage.layer().parameters()) {
                    Tensor converted = converters.next().convert(constant(parameter.value()));
                    Tensor laidOut = channelsLast && converted.dim() == 4
                            ? converted.contiguous(torch.MemoryFormat.ChannelsLast)
                            : converted.contiguous();
                    Tensor leaf = laidOut.clone().detach();
                    leaf.set_requires_grad(true);
                    own.add(leaf);
                }
                parameters.add(own);
            }
        }

        Tensor forward(Tensor x) {
            Tensor y = x;
            for (int i = 0; i < operations.size(); i++) {
                y = operations.get(i).apply(y, parameters.get(i));
            }
            return y;
        }

        TensorVector parameters() {
            return new TensorVector(parameters.stream().flatMap(List::stream).toArray(Tensor[]::new));
        }

        void requireGradients(boolean wanted) {
            parameters.forEach(own -> own.forEach(parameter -> parameter.set_requires_grad(wanted)));
        }
    }

    static Tensor constant(io.github.grisaille.tensor.Tensor ours) {
        long[] shape = new long[ours.shape().rank()];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = ours.axis(i);
        }
        return AbstractTensor.create(ours.toArray(), shape);
    }
}
