package io.github.grisaille.backend.cpu;

import io.github.grisaille.backend.Division;

/** Shares element-wise work among threads. */
final class Blocks {
    private static final long WORTH_SHARING = 60_000;
    private static final int BLOCK = 1024;

    private final WorkerPool pool;

    Blocks(WorkerPool pool) {
        this.pool = pool;
    }

    /**
     * Runs a task on ranges of values. A range begins at a multiple of the block length. So the same values share a
     * vector for any number of threads.
     */
    void each(int size, WorkerPool.RangeTask task) {
        pool.split(
                Division.ceil(size, BLOCK),
                size,
                WORTH_SHARING,
                (from, to) -> task.run(from * BLOCK, Math.min(size, to * BLOCK)));
    }
}
