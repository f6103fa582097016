package io.github.grisaille.backend;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The innermost loops in the JDK's Vector API. */
final class VectorKernels extends Kernels {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int BITS_OF_AVX2 = 256;

    @Override
    String name() {
        return "vectors of " + SPECIES.vectorBitSize() + " bits";
    }

    /**
     * A tile of v vectors holds 6v sums, v vectors of the panel and one of the left factor in registers: with the 32
     * registers of AVX-512 and of Arm that is 4 at the most, with the 16 of AVX2 it is 2.
     */
    @Override
    Tile[] tiles() {
        if (SPECIES.vectorBitSize() == BITS_OF_AVX2) {
            return new Tile[] {new VectorTile1(), new VectorTile2()};
        }
        return new Tile[] {new VectorTile1(), new VectorTile2(), new VectorTile3(), new VectorTile4()};
    }
}
