package io.github.grisaille.backend.cpu;

import javax.annotation.processing.Generated;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The micro-kernel for panels of 3 · LANES columns. The program WriteTiles writes this file. */
@Generated("src/main/codegen/WriteTiles.java")
final class VectorColumnTile3 extends ColumnTile {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int WIDTH = 3 * LANES;

    VectorColumnTile3() {
        super(WIDTH);
    }

    @Override
    void multiply(
            int inner,
            float[] a,
            int aFrom,
            int aStep,
            float[] b,
            int bFrom,
            float[] start,
            int startFrom,
            int startStep,
            float[] c,
            int cFrom,
            int cStep) {
        FloatVector s00 = FloatVector.zero(SPECIES);
        FloatVector s01 = FloatVector.zero(SPECIES);
        FloatVector s02 = FloatVector.zero(SPECIES);
        FloatVector s10 = FloatVector.zero(SPECIES);
        FloatVector s11 = FloatVector.zero(SPECIES);
        FloatVector s12 = FloatVector.zero(SPECIES);
        FloatVector s20 = FloatVector.zero(SPECIES);
        FloatVector s21 = FloatVector.zero(SPECIES);
        FloatVector s22 = FloatVector.zero(SPECIES);
        FloatVector s30 = FloatVector.zero(SPECIES);
        FloatVector s31 = FloatVector.zero(SPECIES);
        FloatVector s32 = FloatVector.zero(SPECIES);
        FloatVector s40 = FloatVector.zero(SPECIES);
        FloatVector s41 = FloatVector.zero(SPECIES);
        FloatVector s42 = FloatVector.zero(SPECIES);
        int at = bFrom;
        for (int k = 0, left = aFrom; k < inner; k++, left += aStep) {
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, at);
            FloatVector b1 = FloatVector.fromArray(SPECIES, b, at + LANES);
            FloatVector b2 = FloatVector.fromArray(SPECIES, b, at + 2 * LANES);
            FloatVector x = FloatVector.broadcast(SPECIES, a[left]);
            s00 = x.fma(b0, s00);
            s01 = x.fma(b1, s01);
            s02 = x.fma(b2, s02);
            x = FloatVector.broadcast(SPECIES, a[left + 1]);
            s10 = x.fma(b0, s10);
            s11 = x.fma(b1, s11);
            s12 = x.fma(b2, s12);
            x = FloatVector.broadcast(SPECIES, a[left + 2]);
            s20 = x.fma(b0, s20);
            s21 = x.fma(b1, s21);
            s22 = x.fma(b2, s22);
            x = FloatVector.broadcast(SPECIES, a[left + 3]);
            s30 = x.fma(b0, s30);
            s31 = x.fma(b1, s31);
            s32 = x.fma(b2, s32);
            x = FloatVector.broadcast(SPECIES, a[left + 4]);
            s40 = x.fma(b0, s40);
            s41 = x.fma(b1, s41);
            s42 = x.fma(b2, s42);
            at += WIDTH;
        }
        s00.add(FloatVector.fromArray(SPECIES, start, startFrom)).intoArray(c, cFrom);
        s01.add(FloatVector.fromArray(SPECIES, start, startFrom + LANES)).intoArray(c, cFrom + LANES);
        s02.add(FloatVector.fromArray(SPECIES, start, startFrom + 2 * LANES)).intoArray(c, cFrom + 2 * LANES);
        s10.add(FloatVector.fromArray(SPECIES, start, startFrom + startStep)).intoArray(c, cFrom + cStep);
        s11.add(FloatVector.fromArray(SPECIES, start, startFrom + startStep + LANES))
                .intoArray(c, cFrom + cStep + LANES);
        s12.add(FloatVector.fromArray(SPECIES, start, startFrom + startStep + 2 * LANES))
                .intoArray(c, cFrom + cStep + 2 * LANES);
        s20.add(FloatVector.fromArray(SPECIES, start, startFrom + 2 * startStep))
                .intoArray(c, cFrom + 2 * cStep);
        s21.add(FloatVector.fromArray(SPECIES, start, startFrom + 2 * startStep + LANES))
                .intoArray(c, cFrom + 2 * cStep + LANES);
        s22.add(FloatVector.fromArray(SPECIES, start, startFrom + 2 * startStep + 2 * LANES))
                .intoArray(c, cFrom + 2 * cStep + 2 * LANES);
        s30.add(FloatVector.fromArray(SPECIES, start, startFrom + 3 * startStep))
                .intoArray(c, cFrom + 3 * cStep);
        s31.add(FloatVector.fromArray(SPECIES, start, startFrom + 3 * startStep + LANES))
                .intoArray(c, cFrom + 3 * cStep + LANES);
        s32.add(FloatVector.fromArray(SPECIES, start, startFrom + 3 * startStep + 2 * LANES))
                .intoArray(c, cFrom + 3 * cStep + 2 * LANES);
        s40.add(FloatVector.fromArray(SPECIES, start, startFrom + 4 * startStep))
                .intoArray(c, cFrom + 4 * cStep);
        s41.add(FloatVector.fromArray(SPECIES, start, startFrom + 4 * startStep + LANES))
                .intoArray(c, cFrom + 4 * cStep + LANES);
        s42.add(FloatVector.fromArray(SPECIES, start, startFrom + 4 * startStep + 2 * LANES))
                .intoArray(c, cFrom + 4 * cStep + 2 * LANES);
    }
}
