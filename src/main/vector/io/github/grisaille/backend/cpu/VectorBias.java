package io.github.grisaille.backend.cpu;

import io.github.grisaille.tensor.Activation;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The loops of {@link Pointwise#addBias} on vectors. */
final class VectorBias {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    private VectorBias() {}

    static void add(float[] bias, int from, Activation f, float[] y, int at, int count) {
        if (f == null) {
            VectorPointwise.add(bias, from, y, at, y, at, count);
        } else if (f.kind() == Activation.Kind.RELU) {
            biasAndRelu(bias, from, y, at, count);
        } else {
            biasAndLeakyRelu(f.slope(), bias, from, y, at, count);
        }
    }

    private static void biasAndRelu(float[] bias, int from, float[] y, int at, int count) {
        int end = SPECIES.loopBound(count);
        for (int i = 0; i < end; i += LANES) {
            FloatVector.fromArray(SPECIES, y, at + i)
                    .add(FloatVector.fromArray(SPECIES, bias, from + i))
                    .max(0)
                    .intoArray(y, at + i);
        }
        for (int i = end; i < count; i++) {
            y[at + i] = Math.max(y[at + i] + bias[from + i], 0);
        }
    }

    /** The rest has the bits of the vectors, as in {@link VectorPointwise#activate}. */
    private static void biasAndLeakyRelu(float slope, float[] bias, int from, float[] y, int at, int count) {
        int end = SPECIES.loopBound(count);
        for (int i = 0; i < end; i += LANES) {
            FloatVector v =
                    FloatVector.fromArray(SPECIES, y, at + i).add(FloatVector.fromArray(SPECIES, bias, from + i));
            v.max(0).add(v.min(0).mul(slope)).intoArray(y, at + i);
        }
        for (int i = end; i < count; i++) {
            float v = y[at + i] + bias[from + i];
            y[at + i] = Math.max(v, 0) + Math.min(v, 0) * slope;
        }
    }
}
