package io.github.grisaille.backend.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The transforms of F(2, 5) on vectors of channels. The rows of a matrix for the points p and −p share their even and
 * odd terms.
 */
final class VectorWinograd25 extends WinogradTransforms {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final FloatVector TWO = FloatVector.broadcast(SPECIES, 2);
    private static final FloatVector MINUS_TWO = FloatVector.broadcast(SPECIES, -2);
    private static final FloatVector FOUR = FloatVector.broadcast(SPECIES, 4);
    private static final FloatVector MINUS_FOUR = FloatVector.broadcast(SPECIES, -4);
    private static final FloatVector MINUS_FIVE = FloatVector.broadcast(SPECIES, -5);
    private static final FloatVector EIGHT = FloatVector.broadcast(SPECIES, 8);
    private static final FloatVector SIXTEEN = FloatVector.broadcast(SPECIES, 16);
    private static final FloatVector QUARTER = FloatVector.broadcast(SPECIES, 0.25f);
    private static final FloatVector MINUS_SIXTH = FloatVector.broadcast(SPECIES, -1f / 6);
    private static final FloatVector TWENTY_FOURTH = FloatVector.broadcast(SPECIES, 1f / 24);

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
                FloatVector d5 = FloatVector.fromArray(SPECIES, x, at + 5 * step);
                FloatVector even1 = d2.fma(MINUS_FOUR, d4);
                FloatVector odd1 = d1.fma(MINUS_FOUR, d3);
                FloatVector even2 = d4.sub(d2);
                FloatVector odd2 = d3.sub(d1).mul(TWO);
                d0.fma(FOUR, d2.fma(MINUS_FIVE, d4)).intoArray(y, target);
                even1.add(odd1).intoArray(y, target + toStep);
                even1.sub(odd1).intoArray(y, target + 2 * toStep);
                even2.add(odd2).intoArray(y, target + 3 * toStep);
                even2.sub(odd2).intoArray(y, target + 4 * toStep);
                d1.fma(FOUR, d3.fma(MINUS_FIVE, d5)).intoArray(y, target + 5 * toStep);
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
                FloatVector g2 = FloatVector.fromArray(SPECIES, x, at + 2 * step);
                FloatVector g3 = FloatVector.fromArray(SPECIES, x, at + 3 * step);
                FloatVector g4 = FloatVector.fromArray(SPECIES, x, at + 4 * step);
                FloatVector even1 = g0.add(g2).add(g4).mul(MINUS_SIXTH);
                FloatVector odd1 = g1.add(g3).mul(MINUS_SIXTH);
                FloatVector even2 = g4.fma(SIXTEEN, g2.fma(FOUR, g0)).mul(TWENTY_FOURTH);
                FloatVector odd2 = g3.fma(EIGHT, g1.mul(TWO)).mul(TWENTY_FOURTH);
                g0.mul(QUARTER).intoArray(y, target);
                even1.add(odd1).intoArray(y, target + toStep);
                even1.sub(odd1).intoArray(y, target + 2 * toStep);
                even2.add(odd2).intoArray(y, target + 3 * toStep);
                even2.sub(odd2).intoArray(y, target + 4 * toStep);
                g4.intoArray(y, target + 5 * toStep);
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
                FloatVector m5 = FloatVector.fromArray(SPECIES, x, at + 5 * step);
                m0.add(m1.add(m2)).add(m3.add(m4)).intoArray(y, target);
                m3.sub(m4).fma(TWO, m1.sub(m2)).add(m5).intoArray(y, target + toStep);
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
                g0.sub(g1).intoArray(y, target + 2 * toStep);
                g1.fma(TWO, g0).intoArray(y, target + 3 * toStep);
                g1.fma(MINUS_TWO, g0).intoArray(y, target + 4 * toStep);
                g1.intoArray(y, target + 5 * toStep);
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
                FloatVector m5 = FloatVector.fromArray(SPECIES, x, at + 5 * step);
                FloatVector even1 = m1.add(m2).mul(MINUS_SIXTH);
                FloatVector odd1 = m1.sub(m2).mul(MINUS_SIXTH);
                FloatVector even2 = m3.add(m4).mul(TWENTY_FOURTH);
                FloatVector odd2 = m3.sub(m4).mul(TWENTY_FOURTH);
                m0.fma(QUARTER, even1.add(even2)).intoArray(y, target);
                odd2.fma(TWO, odd1).intoArray(y, target + toStep);
                even2.fma(FOUR, even1).intoArray(y, target + 2 * toStep);
                odd2.fma(EIGHT, odd1).intoArray(y, target + 3 * toStep);
                even2.fma(SIXTEEN, even1.add(m5)).intoArray(y, target + 4 * toStep);
            }
        }
    }
}
