package io.github.grisaille.backend.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The transforms of F(4, 2) on vectors of channels. Rows of a matrix with common terms share the sums of these terms.
 */
final class VectorWinograd42 extends WinogradTransforms {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final FloatVector TWO = FloatVector.broadcast(SPECIES, 2);
    private static final FloatVector MINUS_TWO = FloatVector.broadcast(SPECIES, -2);
    private static final FloatVector FOUR = FloatVector.broadcast(SPECIES, 4);
    private static final FloatVector EIGHT = FloatVector.broadcast(SPECIES, 8);
    private static final FloatVector THIRD = FloatVector.broadcast(SPECIES, 1f / 3);
    private static final FloatVector SIXTH = FloatVector.broadcast(SPECIES, 1f / 6);
    private static final FloatVector HALF = FloatVector.broadcast(SPECIES, 0.5f);
    private static final FloatVector MINUS_HALF = FloatVector.broadcast(SPECIES, -0.5f);

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
                FloatVector d3 = FloatVector.fromArray(SPECIES, x, at + 3 * step);
                FloatVector d4 = FloatVector.fromArray(SPECIES, x, at + 4 * step);
                FloatVector t3 = d3.sub(d1);
                FloatVector d32 = d3.sub(d2);
                d0.sub(d2).fma(TWO, t3).intoArray(y, target);
                d1.fma(MINUS_TWO, d32).intoArray(y, target + toStep);
                d2.sub(d1).fma(MINUS_TWO, d32).intoArray(y, target + 2 * toStep);
                t3.intoArray(y, target + 3 * toStep);
                t3.fma(MINUS_TWO, d4.sub(d2)).intoArray(y, target + 4 * toStep);
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
                g0.mul(HALF).intoArray(y, target);
                g0.add(g1).mul(MINUS_HALF).intoArray(y, target + toStep);
                g1.sub(g0).mul(SIXTH).intoArray(y, target + 2 * toStep);
                g1.fma(TWO, g0).mul(SIXTH).intoArray(y, target + 3 * toStep);
                g1.intoArray(y, target + 4 * toStep);
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
                FloatVector m3 = FloatVector.fromArray(SPECIES, x, at + 3 * step);
                FloatVector m4 = FloatVector.fromArray(SPECIES, x, at + 4 * step);
                FloatVector sum = m1.add(m2);
                FloatVector difference = m1.sub(m2);
                m0.add(sum).add(m3).intoArray(y, target);
                m3.fma(TWO, difference).intoArray(y, target + toStep);
                m3.fma(FOUR, sum).intoArray(y, target + 2 * toStep);
                m3.fma(EIGHT, difference.add(m4)).intoArray(y, target + 3 * toStep);
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
                FloatVector g2 = FloatVector.fromArray(SPECIES, x, at + 2 * step);
                FloatVector g3 = FloatVector.fromArray(SPECIES, x, at + 3 * step);
                FloatVector even = g0.add(g2);
                FloatVector odd = g1.add(g3);
                g0.intoArray(y, target);
                even.add(odd).intoArray(y, target + toStep);
                even.sub(odd).intoArray(y, target + 2 * toStep);
                g3.fma(EIGHT, g2.fma(FOUR, g1.fma(TWO, g0))).intoArray(y, target + 3 * toStep);
                g3.intoArray(y, target + 4 * toStep);
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
                FloatVector m3 = FloatVector.fromArray(SPECIES, x, at + 3 * step);
                FloatVector m4 = FloatVector.fromArray(SPECIES, x, at + 4 * step);
                m0.sub(m1).fma(HALF, m3.sub(m2).mul(SIXTH)).intoArray(y, target);
                m1.fma(MINUS_HALF, m3.fma(THIRD, m2.fma(SIXTH, m4))).intoArray(y, target + toStep);
            }
        }
    }
}
