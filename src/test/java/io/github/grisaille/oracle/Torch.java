package io.github.grisaille.oracle;

import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.lang.ref.Reference;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.bytedeco.pytorch.AbstractTensor;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** libtorch in this process, as an independent implementation to compare with. */
public final class Torch {
    static {
        torch.set_num_threads(1);
    }

    private Torch() {}

    /** A leaf of libtorch's graph with a copy of our values, in our layout. */
    public static org.bytedeco.pytorch.Tensor leaf(Tensor ours) {
        org.bytedeco.pytorch.Tensor leaf = constant(ours);
        leaf.set_requires_grad(true);
        return leaf;
    }

    /**
     * The gradient of a leaf, with an owner of its own: the wrapper that grad() returns points into the leaf and becomes
     * invalid when the garbage collector frees it.
     */
    public static org.bytedeco.pytorch.Tensor gradient(org.bytedeco.pytorch.Tensor leaf) {
        org.bytedeco.pytorch.Tensor gradient = new org.bytedeco.pytorch.Tensor(leaf.grad());
        Reference.reachabilityFence(leaf);
        return gradient;
    }

    /** The same without a gradient. */
    public static org.bytedeco.pytorch.Tensor constant(Tensor ours) {
        return AbstractTensor.create(ours.toArray(), longs(ours.shape()));
    }

    public static long[] longs(Shape shape) {
        return Arrays.stream(shape.toArray()).asLongStream().toArray();
    }

    /** Our (batch, height, width, channels) as libtorch's (batch, channels, height, width). */
    public static org.bytedeco.pytorch.Tensor nchw(org.bytedeco.pytorch.Tensor nhwc) {
        return nhwc.permute(0, 3, 1, 2);
    }

    public static org.bytedeco.pytorch.Tensor nhwc(org.bytedeco.pytorch.Tensor nchw) {
        return nchw.permute(0, 2, 3, 1);
    }

    /** Our (height, width, in, out) as libtorch's (out, in, height, width). */
    public static org.bytedeco.pytorch.Tensor kernel(org.bytedeco.pytorch.Tensor ours) {
        return ours.permute(3, 2, 0, 1);
    }

    public static TensorOptional optional(org.bytedeco.pytorch.Tensor tensor) {
        return tensor == null ? new TensorOptional() : new TensorOptional(tensor);
    }

    /** Keeps the type of a reduction's input. */
    public static ScalarTypeOptional none() {
        return new ScalarTypeOptional();
    }

    public static float[] values(org.bytedeco.pytorch.Tensor tensor) {
        org.bytedeco.pytorch.Tensor contiguous = tensor.detach().contiguous();
        FloatBuffer buffer = contiguous.createBuffer();
        float[] values = new float[(int) tensor.numel()];
        buffer.get(values);
        Reference.reachabilityFence(contiguous);
        return values;
    }
}
