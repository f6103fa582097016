package io.github.grisaille.nn;

import io.github.grisaille.io.SafeTensors;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * A network's parameters and buffers as a file in safetensors format, under the names of {@link Sequential#state()}.
 * They lie there as in this library: weights of dense layers are (in, out), of convolutions (kernel height, kernel
 * width, image channels, output channels).
 *
 * <p>For a PyTorch network of the same layers, dense weights are transposed, and those of {@code Conv2d} and {@code
 * ConvTranspose2d} alike take their axes in the order (3, 2, 0, 1), which makes them (out, in, height, width) and (in, out,
 * height, width). Of a normalisation {@code gain} is called {@code weight} there, and {@code shift} {@code bias}; all other
 * names are the same, with one number for each layer, {@code Reshape} and activations included. The columns of a dense
 * layer behind a flattened image come in the order (height, width, channel) here and (channel, height, width) there.
 * training/README.md has this as ten lines of Python.
 */
public final class Weights {
    private Weights() {}

    /** Writes a network's parameters and buffers to a file, whole or not at all. */
    public static void save(Sequential network, Path file) {
        collect(network).write(file);
    }

    /** Overwrites a network's parameters and buffers by those of a file of the same names and shapes. */
    public static void load(Sequential network, Path file) {
        load(network, SafeTensors.read(file));
    }

    /** Copies of a network's parameters and buffers, which more can be added to. */
    public static SafeTensors collect(Sequential network) {
        SafeTensors tensors = new SafeTensors();
        network.state().forEach((name, state) -> tensors.put(name, state.value()));
        return tensors;
    }

    /**
     * Overwrites a network's parameters and buffers. All names and shapes are compared first: if any is wrong, the
     * network stays as it is.
     *
     * @throws IllegalArgumentException if a tensor is missing, left over, of another shape or of a type that is not read
     */
    public static void load(Sequential network, SafeTensors tensors) {
        Map<String, State> state = network.state();
        Set<String> missing = without(state.keySet(), tensors.names());
        Set<String> extra = without(tensors.names(), state.keySet());
        if (!missing.isEmpty() || !extra.isEmpty()) {
            throw new IllegalArgumentException(tensors.source() + " does not fit " + network + ": "
                    + (missing.isEmpty() ? "" : "it lacks " + missing + "; ")
                    + (extra.isEmpty() ? "" : "the network has no " + extra + "; ")
                    + "build the network as it was when it was saved");
        }
        Map<String, float[]> values = new HashMap<>();
        state.forEach((name, wanted) -> {
            int[] shape = tensors.shape(name);
            if (!Arrays.equals(shape, wanted.shape().toArray())) {
                throw new IllegalArgumentException(tensors.source() + ": " + name + " has shape "
                        + Arrays.toString(shape) + ", and this network wants "
                        + Arrays.toString(wanted.shape().toArray())
                        + ": build the network as it was when it was saved");
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
