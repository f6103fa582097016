package io.github.grisaille.backend.cpu;

import javax.annotation.processing.Generated;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The micro-kernel for panels of 1 · LANES columns. The program WriteTiles writes this file. */
@Generated("src/main/codegen/WriteTiles.java")
final class VectorRowTile1 extends RowTile {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int WIDTH = 1 * LANES;

    VectorRowTile1() {
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
        FloatVector s10 = FloatVector.fromArray(SPECIES, start, i1);
        FloatVector s20 = FloatVector.fromArray(SPECIES, start, i2);
        FloatVector s30 = FloatVector.fromArray(SPECIES, start, i3);
        FloatVector s40 = FloatVector.fromArray(SPECIES, start, i4);
        FloatVector s50 = FloatVector.fromArray(SPECIES, start, i5);
        int at = bFrom;
        for (int k = 0; k < inner; k++) {
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, at);
            FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + k]);
            s00 = x.fma(b0, s00);
            x = FloatVector.broadcast(SPECIES, a[a1 + k]);
            s10 = x.fma(b0, s10);
            x = FloatVector.broadcast(SPECIES, a[a2 + k]);
            s20 = x.fma(b0, s20);
            x = FloatVector.broadcast(SPECIES, a[a3 + k]);
            s30 = x.fma(b0, s30);
            x = FloatVector.broadcast(SPECIES, a[a4 + k]);
            s40 = x.fma(b0, s40);
            x = FloatVector.broadcast(SPECIES, a[a5 + k]);
            s50 = x.fma(b0, s50);
            at += WIDTH;
        }
        s00.intoArray(c, c0);
        s10.intoArray(c, c1);
        s20.intoArray(c, c2);
        s30.intoArray(c, c3);
        s40.intoArray(c, c4);
        s50.intoArray(c, c5);
    }
}
