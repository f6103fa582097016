package io.github.grisaille.backend;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** {@link WinogradTransforms}, a vector of channels at a time; {@code count} is a whole number of vectors. */
final class VectorWinograd {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    private VectorWinograd() {}

    static void window(float[] x, int from, int rowStep, int columnStep, int count, float[] y, int to, int step) {
        for (int i = 0; i < count; i += LANES) {
            int at = from + i;
            int target = to + i;
            FloatVector d00 = FloatVector.fromArray(SPECIES, x, at);
            FloatVector d01 = FloatVector.fromArray(SPECIES, x, at + columnStep);
            FloatVector d02 = FloatVector.fromArray(SPECIES, x, at + 2 * columnStep);
            FloatVector d10 = FloatVector.fromArray(SPECIES, x, at + rowStep);
            FloatVector d11 = FloatVector.fromArray(SPECIES, x, at + rowStep + columnStep);
            FloatVector d12 = FloatVector.fromArray(SPECIES, x, at + rowStep + 2 * columnStep);
            FloatVector d20 = FloatVector.fromArray(SPECIES, x, at + 2 * rowStep);
            FloatVector d21 = FloatVector.fromArray(SPECIES, x, at + 2 * rowStep + columnStep);
            FloatVector d22 = FloatVector.fromArray(SPECIES, x, at + 2 * rowStep + 2 * columnStep);
            FloatVector a0 = d00.sub(d10);
            FloatVector b0 = d10.sub(d20);
            FloatVector a1 = d01.sub(d11);
            FloatVector b1 = d11.sub(d21);
            FloatVector a2 = d02.sub(d12);
            FloatVector b2 = d12.sub(d22);
            a0.sub(a1).intoArray(y, target);
            a1.intoArray(y, target + step);
            a1.sub(a2).intoArray(y, target + 2 * step);
            d10.sub(d11).intoArray(y, target + 3 * step);
            d11.intoArray(y, target + 4 * step);
            d11.sub(d12).intoArray(y, target + 5 * step);
            b0.sub(b1).intoArray(y, target + 6 * step);
            b1.intoArray(y, target + 7 * step);
            b1.sub(b2).intoArray(y, target + 8 * step);
        }
    }

    static void kernel(float[] x, int from, int rowStep, int columnStep, int count, float[] y, int to, int step) {
        for (int i = 0; i < count; i += LANES) {
            int at = from + i;
            int target = to + i;
            FloatVector g00 = FloatVector.fromArray(SPECIES, x, at);
            FloatVector g01 = FloatVector.fromArray(SPECIES, x, at + columnStep);
            FloatVector g10 = FloatVector.fromArray(SPECIES, x, at + rowStep);
            FloatVector g11 = FloatVector.fromArray(SPECIES, x, at + rowStep + columnStep);
            FloatVector s0 = g00.add(g10);
            FloatVector s1 = g01.add(g11);
            g00.intoArray(y, target);
            g00.add(g01).intoArray(y, target + step);
            g01.intoArray(y, target + 2 * step);
            s0.intoArray(y, target + 3 * step);
            s0.add(s1).intoArray(y, target + 4 * step);
            s1.intoArray(y, target + 5 * step);
            g10.intoArray(y, target + 6 * step);
            g10.add(g11).intoArray(y, target + 7 * step);
            g11.intoArray(y, target + 8 * step);
        }
    }

    static void output(float[] x, int from, int step, int count, float[] y, int to, int rowStep, int columnStep) {
        for (int i = 0; i < count; i += LANES) {
            int at = from + i;
            int target = to + i;
            FloatVector m0 = FloatVector.fromArray(SPECIES, x, at);
            FloatVector m1 = FloatVector.fromArray(SPECIES, x, at + step);
            FloatVector m2 = FloatVector.fromArray(SPECIES, x, at + 2 * step);
            FloatVector m3 = FloatVector.fromArray(SPECIES, x, at + 3 * step);
            FloatVector m4 = FloatVector.fromArray(SPECIES, x, at + 4 * step);
            FloatVector m5 = FloatVector.fromArray(SPECIES, x, at + 5 * step);
            FloatVector m6 = FloatVector.fromArray(SPECIES, x, at + 6 * step);
            FloatVector m7 = FloatVector.fromArray(SPECIES, x, at + 7 * step);
            FloatVector m8 = FloatVector.fromArray(SPECIES, x, at + 8 * step);
            FloatVector p0 = m0.add(m3);
            FloatVector q0 = m3.sub(m6);
            FloatVector p1 = m1.add(m4);
            FloatVector q1 = m4.sub(m7);
            FloatVector p2 = m2.add(m5);
            FloatVector q2 = m5.sub(m8);
            p0.add(p1).intoArray(y, target);
            p1.sub(p2).intoArray(y, target + columnStep);
            q0.add(q1).intoArray(y, target + rowStep);
            q1.sub(q2).intoArray(y, target + rowStep + columnStep);
        }
    }
}
