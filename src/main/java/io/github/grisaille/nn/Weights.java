package io.github.grisaille.nn;

import io.github.grisaille.io.SafeTensors;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Reads and writes a network's parameters and buffers as a file in safetensors format. The names are those of {@link
 * Sequential#state()}. The shapes are those of this library: weights of dense layers are (in, out), and weights of
 * convolutions are (kernel height, kernel width, image channels, output channels).
 *
 * <p>A PyTorch network of the same layers needs other axes and two other names. Dense weights are transposed. Weights
 * of {@code Conv2d} and {@code ConvTranspose2d} take their axes in the order (3, 2, 0, 1), which makes them (out, in,
 * height, width) and (in, out, height, width). The {@code gain} of a normalisation is called {@code weight} in PyTorch,
 * and its {@code shift} is called {@code bias}. All other names are the same if the PyTorch network has one number for
 * each layer, with {@code Reshape} and activations counted as layers. If a dense layer follows a flattened image, its
 * inputs have the order (height, width, channel) here, and (channel, height, width) in PyTorch. experiments/README.md
 * has this as ten lines of Python.
 */
public final class Weights {
    private Weights() {}

    /** Writes a network's parameters and buffers to a file. The file is written completely or not at all. */
    public static void save(Sequential network, Path file) {
        collect(network).write(file);
    }

    /**
     * Overwrites a network's parameters and buffers with those of a file. The file must have the same names and shapes.
     */
    public static void load(Sequential network, Path file) {
        load(network, SafeTensors.read(file));
    }

    /** Copies of a network's parameters and buffers. More tensors can be added to them. */
    public static SafeTensors collect(Sequential network) {
        SafeTensors tensors = new SafeTensors();
        network.state().forEach((name, state) -> tensors.put(name, state.value()));
        return tensors;
    }

    /**
     * Overwrites a network's parameters and buffers. It first compares all names and shapes. If any differs, the
     * network stays as it is.
     *
     * @throws IllegalArgumentException if a tensor is missing, left over, of another shape or of a type that is not
     *     read
     */
    public static void load(Sequential network, SafeTensors tensors) {
        Map<String, State> state = network.state();
        Set<String> missing = without(state.keySet(), tensors.names());
        Set<String> extra = without(tensors.names(), state.keySet());
        if (!missing.isEmpty() || !extra.isEmpty()) {
            throw new IllegalArgumentException(tensors.source() + " does not fit " + network + ": "
                    + (missing.isEmpty() ? "" : "it lacks " + missing + "; ")
                    + (extra.isEmpty() ? "" : "the network has no " + extra + "; ")
                    + "build the network with the same layers as when it was saved");
        }
        Map<String, float[]> values = new HashMap<>();
        state.forEach((name, wanted) -> {
            int[] shape = tensors.shape(name);
            if (!Arrays.equals(shape, wanted.shape().toArray())) {
                throw new IllegalArgumentException(tensors.source() + ": " + name + " has shape "
                        + Arrays.toString(shape) + ", but this network wants "
                        + Arrays.toString(wanted.shape().toArray())
                        + ": build the network with the same layers as when it was saved");
            }
            values.put(name, tensors.values(name));
        });
        state.forEach((name, wanted) -> wanted.set(values.get(name)));
    }

    private static Set<String> without(Set<String> all, Set<String> others) {
        Set<String> rest = new LinkedHashSet<>(all);
        rest.removeAll(others);
        return rest;
    }
}
