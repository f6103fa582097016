package io.github.grisaille.tensor;

import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Consumer;

/**
 * The catalogue of primitives that layers, losses and optimisers are made of. All loops over values are behind it.
 *
 * <p>The primitives are in groups, one interface each. They share these rules:
 *
 * <ul>
 *   <li>A primitive writes its last tensor or tensors, and only reads the others. The shapes of what it writes decide
 *       how much it computes.
 *   <li>The destination may be one of the operands only where the primitive says "in place".
 *   <li>{@link Write} says whether the result replaces the values of the destination or is added to them. Formulas
 *       write this as (+)=.
 *   <li>A primitive refuses an operand of another backend, or one whose shape does not fit, with an {@link
 *       IllegalArgumentException}. It then writes nothing.
 *   <li>Results have the same bits for any number of threads.
 *   <li>The columns of a tensor are its last axis (the channels of an image, the features of a vector). Its rows are
 *       all other axes taken as one.
 * </ul>
 */
public interface Backend
        extends Allocator,
                ElementPrimitives,
                BroadcastPrimitives,
                ReductionPrimitives,
                ProductPrimitives,
                ImagePrimitives,
                NormalizationPrimitives,
                RandomPrimitives,
                LossPrimitives,
                OptimizerPrimitives {
    /** The CPU backend. A {@link ServiceLoader} finds its {@link Provider} once. */
    static Backend cpu() {
        return CpuHolder.BACKEND;
    }

    /** A service that provides a backend. The look-up finds it with {@link ServiceLoader}. */
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
                    "a tensor of shape " + shape + " needs " + shape.size() + " values; got " + values.length);
        }
        Tensor tensor = empty(shape);
        write(values, tensor);
        return tensor;
    }

    /** Copies the first {@code y.size()} values of an array into a tensor. */
    void write(float[] values, Tensor y);

    /**
     * Lets a function write all values of a tensor into an array. On the CPU the array is the memory of the tensor
     * itself. The array is at least as long as the tensor, and its initial values are not defined. The function must
     * not keep it. If the function throws, the values of the tensor are not defined.
     */
    default void write(Consumer<float[]> writer, Tensor y) {
        float[] values = new float[y.size()];
        writer.accept(values);
        write(values, y);
    }

    /**
     * Writes items from an array that holds each value as a byte: y[n,i] = levels[bytes[items[n] · width + i]]. The
     * width is the number of values in an item of y. Bytes count from 0 to 255.
     *
     * @param levels the value for each byte, at least 256 of them
     * @throws IllegalArgumentException if there are fewer levels, or if y has another number of items
     * @throws IndexOutOfBoundsException if an item is not among the bytes
     */
    void writeBytes(byte[] bytes, int[] items, float[] levels, Tensor y);

    /** Copies the values of a tensor into a new array. Waits until they are computed. */
    float[] read(Tensor x);

    /** The values of tensors that hold one value each, in the same order. Waits once for all of them. */
    default float[] readEach(List<Tensor> ones) {
        float[] values = new float[ones.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = ones.get(i).item();
        }
        return values;
    }
}
