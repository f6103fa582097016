package io.github.grisaille.backend.cpu;

import io.github.grisaille.backend.Division;
import io.github.grisaille.tensor.RandomStream;

/**
 * Fills arrays with random values from the words of a stream. Value i comes from word i mod 4 of block i / 4. It does
 * not matter which thread makes it.
 */
final class RandomFill {
    /**
     * The step of a uniform value: it is 23 random bits and a half, times this step. It is exact in a float, and never
     * 0 or 1.
     */
    private static final float UNIT = 0x1p-23f;

    private static final long WORTH_SHARING = 10_000;
    /**
     * From this number of normals on, the plain loops make them. Such large draws are initial weights. They are made
     * once, at the start, when the JIT has not yet compiled the vector loops. Until then the vector loops are far
     * slower than the plain ones.
     */
    private static final int MANY = 1 << 18;

    /** The number of normals that are made at a time. */
    private static final int CHUNK = 1024;

    private static final int PAIRS = CHUNK / 2;

    /** Writes the first {@code count} values of one block. */
    private interface BlockWriter {
        void write(int[] words, int offset, int count);
    }

    private final WorkerPool pool;
    private final InnerLoops loops;

    RandomFill(WorkerPool pool, InnerLoops loops) {
        this.pool = pool;
        this.loops = loops;
    }

    void uniform(RandomStream random, float low, float high, float[] y) {
        float range = high - low;
        fill(random, y.length, (words, offset, count) -> {
            for (int i = 0; i < count; i++) {
                y[offset + i] = low + range * unit(words[i]);
            }
        });
    }

    /** Normal values by the method of Box and Muller (1958): two words make two normals. */
    void normal(RandomStream random, float mean, float deviation, float[] y) {
        int length = y.length;
        int blocks = Division.ceil(length, RandomStream.BLOCK);
        long first = random.reserve(blocks);
        pool.split(Division.ceil(length, CHUNK), length, WORTH_SHARING, (from, to) -> {
            Scratch scratch = Scratch.own();
            int[] words = scratch.ints(Scratch.Use.WORDS, CHUNK);
            float[] radii = scratch.floats(Scratch.Use.RADII, PAIRS);
            float[] turns = scratch.floats(Scratch.Use.TURNS, PAIRS);
            for (int chunk = from; chunk < to; chunk++) {
                int start = chunk * CHUNK;
                int count = Math.min(CHUNK, length - start);
                for (int at = 0; at < count; at += RandomStream.BLOCK) {
                    random.block(first + (start + at) / RandomStream.BLOCK, words, at);
                }
                units(words, radii, turns);
                // this replaces the radii by the cosines and the turns by the sines, each multiplied by its radius
                if (length < MANY) {
                    loops.boxMuller(radii, turns, PAIRS);
                } else {
                    FastMath.boxMuller(radii, turns, PAIRS);
                }
                write(radii, turns, mean, deviation, y, start, count);
            }
        });
    }

    /** Makes two uniform numbers from 0 to 1 from each pair of words. Two normals are made from them later. */
    private static void units(int[] words, float[] radii, float[] turns) {
        for (int i = 0; i < PAIRS; i++) {
            radii[i] = unit(words[2 * i]);
            turns[i] = unit(words[2 * i + 1]);
        }
    }

    /** Writes normals. Those with an even index are in one array, and those with an odd index in the other. */
    private static void write(float[] even, float[] odd, float mean, float deviation, float[] y, int start, int count) {
        for (int i = 0; i < count; i++) {
            y[start + i] = mean + deviation * ((i & 1) == 0 ? even[i / 2] : odd[i / 2]);
        }
    }

    void bernoulli(RandomStream random, float probability, float[] y) {
        // unit(word) < rate, as a comparison of whole numbers. A branch would be guessed wrong, since the words are
        // random.
        int limit = (int) Math.ceil((1 - probability) / (double) UNIT - 0.5);
        fill(random, y.length, (words, offset, count) -> {
            for (int i = 0; i < count; i++) {
                y[offset + i] = 1 + ((words[i] >>> 9) - limit >> 31);
            }
        });
    }

    void dropout(RandomStream random, float rate, float[] x, float[] mask, float[] y) {
        float kept = 1 / (1 - rate);
        fill(random, y.length, (words, offset, count) -> {
            for (int i = 0; i < count; i++) {
                mask[offset + i] = unit(words[i]) < rate ? 0 : kept;
                y[offset + i] = x[offset + i] * mask[offset + i];
            }
        });
    }

    private void fill(RandomStream random, int length, BlockWriter writer) {
        int blocks = Division.ceil(length, RandomStream.BLOCK);
        long first = random.reserve(blocks);
        pool.split(blocks, length, WORTH_SHARING, (from, to) -> {
            int[] words = new int[RandomStream.BLOCK];
            for (int block = from; block < to; block++) {
                random.block(first + block, words, 0);
                int offset = block * RandomStream.BLOCK;
                writer.write(words, offset, Math.min(RandomStream.BLOCK, length - offset));
            }
        });
    }

    private static float unit(int word) {
        return ((word >>> 9) + 0.5f) * UNIT;
    }
}
