package io.github.grisaille.backend.cuda;

import io.github.grisaille.backend.Division;
import java.util.List;

/**
 * How the products of one launch are divided among blocks.
 *
 * @param tile the extent of the square tile that a block makes
 * @param down tiles down the result of the largest product
 * @param across tiles across it
 * @param problems the number of products
 * @param splits into how many blocks each tile's sums are split; the last block adds them up
 */
record CudaTiling(int tile, int down, int across, int problems, int splits) {
    private static final int LARGE = 128;
    private static final int SMALL = 64;
    /** Terms of the sums in a step. */
    private static final int DEPTH = 16;
    /** Blocks that keep a large device busy. */
    private static final int ENOUGH_BLOCKS = 256;

    private static final int MOST_SPLITS = 32;
    /** Steps that are worth a split. */
    private static final int LEAST_STEPS = 8;
    /** Each tile that is split needs a counter. */
    private static final int MOST_TILES_IN_SPLITS = 512;

    static CudaTiling of(List<CudaProblem> problems) {
        int m = 0;
        int k = 0;
        for (CudaProblem problem : problems) {
            m = Math.max(m, problem.m());
            k = Math.max(k, problem.k());
        }
        int n = problems.get(0).n();
        int steps = Division.ceil(k, DEPTH);
        int mostSplits = Math.max(1, Math.min(MOST_SPLITS, steps / LEAST_STEPS));
        boolean large =
                m >= LARGE && n >= LARGE && tiles(m, n, LARGE) * problems.size() * mostSplits >= ENOUGH_BLOCKS / 2;
        int tile = large ? LARGE : SMALL;
        long tiles = tiles(m, n, tile) * problems.size();
        return new CudaTiling(
                tile, Division.ceil(m, tile), Division.ceil(n, tile), problems.size(), splits(tiles, mostSplits));
    }

    private static int splits(long tiles, int mostSplits) {
        if (tiles >= ENOUGH_BLOCKS / 2) {
            return 1;
        }
        int possible = (int) Math.max(1, Math.min(mostSplits, MOST_TILES_IN_SPLITS / tiles));
        return Math.min(possible, Division.ceil(ENOUGH_BLOCKS, (int) tiles));
    }

    private static long tiles(int m, int n, int tile) {
        return (long) Division.ceil(m, tile) * Division.ceil(n, tile);
    }

    CudaGrid grid() {
        return new CudaGrid(down * across, problems * splits);
    }

    /** Bytes for the partial sums of all splits; 0 if there are none. */
    long partialBytes() {
        return splits == 1 ? 0 : (long) down * across * problems * splits * tile * tile * Float.BYTES;
    }
}
