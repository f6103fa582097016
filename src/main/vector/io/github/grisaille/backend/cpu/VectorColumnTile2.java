package io.github.grisaille.backend.cpu;

import javax.annotation.processing.Generated;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The micro-kernel for panels of 2 · LANES columns. The program WriteTiles writes this file. */
@Generated("src/main/codegen/WriteTiles.java")
final class VectorColumnTile2 extends ColumnTile {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int WIDTH = 2 * LANES;

    VectorColumnTile2() {
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
        FloatVector s10 = FloatVector.zero(SPECIES);
        FloatVector s11 = FloatVector.zero(SPECIES);
        FloatVector s20 = FloatVector.zero(SPECIES);
        FloatVector s21 = FloatVector.zero(SPECIES);
        FloatVector s30 = FloatVector.zero(SPECIES);
        FloatVector s31 = FloatVector.zero(SPECIES);
        FloatVector s40 = FloatVector.zero(SPECIES);
        FloatVector s41 = FloatVector.zero(SPECIES);
        int at = bFrom;
        for (int k = 0, left = aFrom; k < inner; k++, left += aStep) {
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, at);
            FloatVector b1 = FloatVector.fromArray(SPECIES, b, at + LANES);
            FloatVector x = FloatVector.broadcast(SPECIES, a[left]);
            s00 = x.fma(b0, s00);
            s01 = x.fma(b1, s01);
            x = FloatVector.broadcast(SPECIES, a[left + 1]);
            s10 = x.fma(b0, s10);
            s11 = x.fma(b1, s11);
            x = FloatVector.broadcast(SPECIES, a[left + 2]);
            s20 = x.fma(b0, s20);
            s21 = x.fma(b1, s21);
            x = FloatVector.broadcast(SPECIES, a[left + 3]);
            s30 = x.fma(b0, s30);
            s31 = x.fma(b1, s31);
            x = FloatVector.broadcast(SPECIES, a[left + 4]);
            s40 = x.fma(b0, s40);
            s41 = x.fma(b1, s41);
            at += WIDTH;
        }
        s00.add(FloatVector.fromArray(SPECIES, start, startFrom)).intoArray(c, cFrom);
        s01.add(FloatVector.fromArray(SPECIES, start, startFrom + LANES)).intoArray(c, cFrom + LANES);
        s10.add(FloatVector.fromArray(SPECIES, start, startFrom + startStep)).intoArray(c, cFrom + cStep);
        s11.add(FloatVector.fromArray(SPECIES, start, startFrom + startStep + LANES))
                .intoArray(c, cFrom + cStep + LANES);
        s20.add(FloatVector.fromArray(SPECIES, start, startFrom + 2 * startStep))
                .intoArray(c, cFrom + 2 * cStep);
        s21.add(FloatVector.fromArray(SPECIES, start, startFrom + 2 * startStep + LANES))
                .intoArray(c, cFrom + 2 * cStep + LANES);
        s30.add(FloatVector.fromArray(SPECIES, start, startFrom + 3 * startStep))
                .intoArray(c, cFrom + 3 * cStep);
        s31.add(FloatVector.fromArray(SPECIES, start, startFrom + 3 * startStep + LANES))
                .intoArray(c, cFrom + 3 * cStep + LANES);
        s40.add(FloatVector.fromArray(SPECIES, start, startFrom + 4 * startStep))
                .intoArray(c, cFrom + 4 * cStep);
        s41.add(FloatVector.fromArray(SPECIES, start, startFrom + 4 * startStep + LANES))
                .intoArray(c, cFrom + 4 * cStep + LANES);
    }
}
