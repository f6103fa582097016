package io.github.grisaille.backend.cpu;

import javax.annotation.processing.Generated;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The micro-kernel for panels of 3 · LANES columns. The program WriteTiles writes this file. */
@Generated("src/main/codegen/WriteTiles.java")
final class VectorRowTile3 extends RowTile {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int WIDTH = 3 * LANES;

    VectorRowTile3() {
        super(WIDTH);
    }

    @Override
    void multiply(
            int inner,
            float[] a,
            int[] aPlaces,
            int row,
            int aFrom,
            float[] b,
            int bFrom,
            float[] start,
            int[] startPlaces,
            int startFrom,
            float[] c,
            int[] cPlaces,
            int cFrom) {
        int a0 = aPlaces[row] + aFrom;
        int a1 = aPlaces[row + 1] + aFrom;
        int a2 = aPlaces[row + 2] + aFrom;
        int a3 = aPlaces[row + 3] + aFrom;
        int a4 = aPlaces[row + 4] + aFrom;
        int a5 = aPlaces[row + 5] + aFrom;
        int c0 = cPlaces[row] + cFrom;
        int c1 = cPlaces[row + 1] + cFrom;
        int c2 = cPlaces[row + 2] + cFrom;
        int c3 = cPlaces[row + 3] + cFrom;
        int c4 = cPlaces[row + 4] + cFrom;
        int c5 = cPlaces[row + 5] + cFrom;
        int i0 = startPlaces[row] + startFrom;
        int i1 = startPlaces[row + 1] + startFrom;
        int i2 = startPlaces[row + 2] + startFrom;
        int i3 = startPlaces[row + 3] + startFrom;
        int i4 = startPlaces[row + 4] + startFrom;
        int i5 = startPlaces[row + 5] + startFrom;
        FloatVector s00 = FloatVector.fromArray(SPECIES, start, i0);
        FloatVector s01 = FloatVector.fromArray(SPECIES, start, i0 + LANES);
        FloatVector s02 = FloatVector.fromArray(SPECIES, start, i0 + 2 * LANES);
        FloatVector s10 = FloatVector.fromArray(SPECIES, start, i1);
        FloatVector s11 = FloatVector.fromArray(SPECIES, start, i1 + LANES);
        FloatVector s12 = FloatVector.fromArray(SPECIES, start, i1 + 2 * LANES);
        FloatVector s20 = FloatVector.fromArray(SPECIES, start, i2);
        FloatVector s21 = FloatVector.fromArray(SPECIES, start, i2 + LANES);
        FloatVector s22 = FloatVector.fromArray(SPECIES, start, i2 + 2 * LANES);
        FloatVector s30 = FloatVector.fromArray(SPECIES, start, i3);
        FloatVector s31 = FloatVector.fromArray(SPECIES, start, i3 + LANES);
        FloatVector s32 = FloatVector.fromArray(SPECIES, start, i3 + 2 * LANES);
        FloatVector s40 = FloatVector.fromArray(SPECIES, start, i4);
        FloatVector s41 = FloatVector.fromArray(SPECIES, start, i4 + LANES);
        FloatVector s42 = FloatVector.fromArray(SPECIES, start, i4 + 2 * LANES);
        FloatVector s50 = FloatVector.fromArray(SPECIES, start, i5);
        FloatVector s51 = FloatVector.fromArray(SPECIES, start, i5 + LANES);
        FloatVector s52 = FloatVector.fromArray(SPECIES, start, i5 + 2 * LANES);
        int at = bFrom;
        for (int k = 0; k < inner; k++) {
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, at);
            FloatVector b1 = FloatVector.fromArray(SPECIES, b, at + LANES);
            FloatVector b2 = FloatVector.fromArray(SPECIES, b, at + 2 * LANES);
            FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + k]);
            s00 = x.fma(b0, s00);
            s01 = x.fma(b1, s01);
            s02 = x.fma(b2, s02);
            x = FloatVector.broadcast(SPECIES, a[a1 + k]);
            s10 = x.fma(b0, s10);
            s11 = x.fma(b1, s11);
            s12 = x.fma(b2, s12);
            x = FloatVector.broadcast(SPECIES, a[a2 + k]);
            s20 = x.fma(b0, s20);
            s21 = x.fma(b1, s21);
            s22 = x.fma(b2, s22);
            x = FloatVector.broadcast(SPECIES, a[a3 + k]);
            s30 = x.fma(b0, s30);
            s31 = x.fma(b1, s31);
            s32 = x.fma(b2, s32);
            x = FloatVector.broadcast(SPECIES, a[a4 + k]);
            s40 = x.fma(b0, s40);
            s41 = x.fma(b1, s41);
            s42 = x.fma(b2, s42);
            x = FloatVector.broadcast(SPECIES, a[a5 + k]);
            s50 = x.fma(b0, s50);
            s51 = x.fma(b1, s51);
            s52 = x.fma(b2, s52);
            at += WIDTH;
        }
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + LANES);
        s02.intoArray(c, c0 + 2 * LANES);
        s10.intoArray(c, c1);
        s11.intoArray(c, c1 + LANES);
        s12.intoArray(c, c1 + 2 * LANES);
        s20.intoArray(c, c2);
        s21.intoArray(c, c2 + LANES);
        s22.intoArray(c, c2 + 2 * LANES);
        s30.intoArray(c, c3);
        s31.intoArray(c, c3 + LANES);
        s32.intoArray(c, c3 + 2 * LANES);
        s40.intoArray(c, c4);
        s41.intoArray(c, c4 + LANES);
        s42.intoArray(c, c4 + 2 * LANES);
        s50.intoArray(c, c5);
        s51.intoArray(c, c5 + LANES);
        s52.intoArray(c, c5 + 2 * LANES);
    }
}
