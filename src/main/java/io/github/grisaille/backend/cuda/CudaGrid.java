package io.github.grisaille.backend.cuda;

import io.github.grisaille.backend.Division;

/**
 * The blocks of a launch.
 *
 * @param x at most 2³¹ − 1
 * @param y at most 65,535
 */
record CudaGrid(int x, int y) {
    /** So many blocks in a row. */
    static CudaGrid blocks(int count) {
        return new CudaGrid(count, 1);
    }

    /** Enough blocks to run over this many values, with a few values a thread. */
    static CudaGrid over(int values) {
        return blocks(Math.max(1, Division.ceil(values, CudaKernel.VALUES_A_BLOCK)));
    }
}
