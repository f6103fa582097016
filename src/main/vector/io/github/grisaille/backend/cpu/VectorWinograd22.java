package io.github.grisaille.backend.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The transforms of F(2, 2) on vectors of channels. */
final class VectorWinograd22 extends WinogradTransforms {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    @Override
    void window(
            float[] x, int from, int step, int next, float[] y, int to, int toStep, int toNext, int lines, int count) {
        for (int line = 0; line < lines; line++) {
            for (int i = 0; i < count; i += LANES) {
                int at = from + line * next + i;
                int target = to + line * toNext + i;
                FloatVector d0 = FloatVector.fromArray(SPECIES, x, at);
                FloatVector d1 = FloatVector.fromArray(SPECIES, x, at + step);
                FloatVector d2 = FloatVector.fromArray(SPECIES, x, at + 2 * step);
                d1.sub(d0).intoArray(y, target);
                d1.intoArray(y, target + toStep);
                d2.sub(d1).intoArray(y, target + 2 * toStep);
            }
        }
    }

    @Override
    void kernel(
            float[] x, int from, int step, int next, float[] y, int to, int toStep, int toNext, int lines, int count) {
        for (int line = 0; line < lines; line++) {
            for (int i = 0; i < count; i += LANES) {
                int at = from + line * next + i;
                int target = to + line * toNext + i;
                FloatVector g0 = FloatVector.fromArray(SPECIES, x, at);
                FloatVector g1 = FloatVector.fromArray(SPECIES, x, at + step);
                g0.neg().intoArray(y, target);
                g0.add(g1).intoArray(y, target + toStep);
                g1.intoArray(y, target + 2 * toStep);
            }
        }
    }

    @Override
    void output(
            float[] x, int from, int step, int next, float[] y, int to, int toStep, int toNext, int lines, int count) {
        for (int line = 0; line < lines; line++) {
            for (int i = 0; i < count; i += LANES) {
                int at = from + line * next + i;
                int target = to + line * toNext + i;
                FloatVector m0 = FloatVector.fromArray(SPECIES, x, at);
                FloatVector m1 = FloatVector.fromArray(SPECIES, x, at + step);
                FloatVector m2 = FloatVector.fromArray(SPECIES, x, at + 2 * step);
                m0.add(m1).intoArray(y, target);
                m1.add(m2).intoArray(y, target + toStep);
            }
        }
    }

    @Override
    void outputGradient(
            float[] x, int from, int step, int next, float[] y, int to, int toStep, int toNext, int lines, int count) {
        for (int line = 0; line < lines; line++) {
            for (int i = 0; i < count; i += LANES) {
                int at = from + line * next + i;
                int target = to + line * toNext + i;
                FloatVector g0 = FloatVector.fromArray(SPECIES, x, at);
                FloatVector g1 = FloatVector.fromArray(SPECIES, x, at + step);
                g0.intoArray(y, target);
                g0.add(g1).intoArray(y, target + toStep);
                g1.intoArray(y, target + 2 * toStep);
            }
        }
    }

    @Override
    void kernelGradient(
            float[] x, int from, int step, int next, float[] y, int to, int toStep, int toNext, int lines, int count) {
        for (int line = 0; line < lines; line++) {
            for (int i = 0; i < count; i += LANES) {
                int at = from + line * next + i;
                int target = to + line * toNext + i;
                FloatVector m0 = FloatVector.fromArray(SPECIES, x, at);
                FloatVector m1 = FloatVector.fromArray(SPECIES, x, at + step);
                FloatVector m2 = FloatVector.fromArray(SPECIES, x, at + 2 * step);
                m1.sub(m0).intoArray(y, target);
                m1.add(m2).intoArray(y, target + toStep);
            }
        }
    }
}
