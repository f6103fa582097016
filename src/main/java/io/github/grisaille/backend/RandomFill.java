package io.github.grisaille.backend;

import io.github.grisaille.tensor.RandomStream;

/** Random values from a stream's words: value i comes from word i mod 4 of block i / 4, whichever thread makes it. */
final class RandomFill {
    /** 23 random bits and a half: exact in a float, and never 0 or 1. */
    private static final float UNIT = 0x1p-23f;

    private static final long WORTH_SHARING = 10_000;

    /** Writes the values of one block, of which only {@code count} are wanted. */
    private interface BlockWriter {
        void write(int[] words, int offset, int count);
    }

    private final WorkerPool pool;

    RandomFill(WorkerPool pool) {
        this.pool = pool;
    }

    void uniform(RandomStream random, float low, float high, float[] y) {
        float range = high - low;
        fill(random, y.length, (words, offset, count) -> {
            for (int i = 0; i < count; i++) {
                y[offset + i] = low + range * unit(words[i]);
            }
        });
    }

    /** Box and Muller (1958): two words make two normals. */
    void normal(RandomStream random, float mean, float deviation, float[] y) {
        fill(random, y.length, (words, offset, count) -> {
            for (int i = 0; i < count; i++) {
                float radius = (float) Math.sqrt(-2 * FastMath.log(unit(words[i & ~1])));
                float turn = unit(words[i | 1]);
                float unitNormal = radius * ((i & 1) == 0 ? FastMath.cosOfTurn(turn) : FastMath.sinOfTurn(turn));
                y[offset + i] = mean + deviation * unitNormal;
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
        int blocks = Convolution.ceilDiv(length, RandomStream.BLOCK);
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
