package io.github.grisaille.backend.cuda;

import io.github.grisaille.tensor.Shape;
import java.util.Arrays;

/** The launches that wait: their kernels, their grids and where their records begin. */
final class CudaQueue {
    private static final int MOST = 4096;
    /** Integers a launch: kernel, blocks along x, blocks along y, record. */
    private static final int INTS = 4;

    private static final CudaKernel[] KERNELS = CudaKernel.values();

    /** Kernels, grids and places of records, in a form that can be looked up. */
    static final class Sequence {
        private final int[] launches;
        private final int length;

        private Sequence(int[] launches, int length) {
            this.launches = launches;
            this.length = length;
        }

        /** One that stays as it is when the queue changes. */
        Sequence copy() {
            return new Sequence(Arrays.copyOf(launches, length), length);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Sequence sequence
                    && Arrays.equals(launches, 0, length, sequence.launches, 0, sequence.length);
        }

        @Override
        public int hashCode() {
            int hash = length;
            for (int i = 0; i < length; i++) {
                hash = 31 * hash + launches[i];
            }
            return hash;
        }
    }

    private final int[] launches = new int[INTS * MOST];
    private final Shape[] results = new Shape[MOST];
    private int count;

    int count() {
        return count;
    }

    boolean isEmpty() {
        return count == 0;
    }

    boolean isFull() {
        return count == MOST;
    }

    void clear() {
        count = 0;
    }

    /** @param record where the kernel's record begins, in bytes */
    void add(CudaKernel kernel, CudaGrid grid, int record, Shape result) {
        results[count] = result;
        int i = INTS * count++;
        launches[i] = kernel.ordinal();
        launches[i + 1] = grid.x();
        launches[i + 2] = grid.y();
        launches[i + 3] = record;
    }

    /** Gives the last launch another number of blocks. */
    void widenLast(int blocks) {
        launches[INTS * (count - 1) + 1] = blocks;
    }

    CudaKernel kernel(int at) {
        return KERNELS[launches[INTS * at]];
    }

    int gridX(int at) {
        return launches[INTS * at + 1];
    }

    int gridY(int at) {
        return launches[INTS * at + 2];
    }

    int record(int at) {
        return launches[INTS * at + 3];
    }

    /** All that wait. It is valid until the queue changes. */
    Sequence sequence() {
        return new Sequence(launches, INTS * count);
    }

    /** A launch in words, for messages. */
    String describe(int at) {
        return "the kernel " + kernel(at).symbol() + ", which makes " + results[at] + " on " + gridX(at) + " × "
                + gridY(at) + " blocks,";
    }
}
