package io.github.grisaille.tensor;

/**
 * A stream of random words from the counter-based generator Philox4x32-10 (Salmon et al. 2011). Block p of a stream
 * depends on (seed, stream, p) only, so any thread of any backend can compute any part of it.
 *
 * <p>The only state is the position, so a stream is easy to save and to resume.
 */
public final class RandomStream {
    /** The number of 32-bit words in a block. */
    public static final int BLOCK = 4;

    private static final int ROUNDS = 10;
    private static final long MULTIPLIER_0 = 0xD2511F53L;
    private static final long MULTIPLIER_1 = 0xCD9E8D57L;
    private static final int WEYL_0 = 0x9E3779B9;
    private static final int WEYL_1 = 0xBB67AE85;
    private static final long FORK = 0x466F726BL;
    private static final long LOW = 0xFFFFFFFFL;

    private final long seed;
    private final long stream;
    private long position;

    public RandomStream(long seed, long stream) {
        this(seed, stream, 0);
    }

    /** A stream that continues at a position. */
    public RandomStream(long seed, long stream, long position) {
        this.seed = seed;
        this.stream = stream;
        this.position = position;
    }

    public long seed() {
        return seed;
    }

    public long stream() {
        return stream;
    }

    /** The number of the next unused block. */
    public long position() {
        return position;
    }

    /** Another stream of the same seed, for the purpose with this number. The position of this stream stays. */
    public RandomStream fork(long purpose) {
        int[] words = new int[BLOCK];
        philox(stream, FORK, purpose, words, 0);
        return new RandomStream(seed, (words[0] & LOW) << 32 | words[1] & LOW);
    }

    /** Reserves some blocks and returns the number of the first one. */
    public long reserve(long blocks) {
        long first = position;
        position += blocks;
        return first;
    }

    /** Writes the four words of one block. */
    public void block(long number, int[] words, int offset) {
        philox(seed, stream, number, words, offset);
    }

    /** A random integer from 0 (included) to the bound (excluded), all equally likely (Lemire 2019). */
    public int nextInt(int bound) {
        if (bound < 1) {
            throw new IllegalArgumentException("nextInt needs a bound of at least 1; got " + bound);
        }
        int[] words = new int[BLOCK];
        long rejectedBelow = (1L << 32) % bound;
        while (true) {
            block(reserve(1), words, 0);
            for (int word : words) {
                long product = (word & LOW) * bound;
                if ((product & LOW) >= rejectedBelow) {
                    return (int) (product >>> 32);
                }
            }
        }
    }

    /** The numbers 0 … {@code count − 1} in random order (the Fisher–Yates shuffle). */
    public int[] permutation(int count) {
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            int j = nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    /**
     * Ten rounds with a 64-bit key. The counter holds the two words of the block's number, then the two of the stream.
     */
    private static void philox(long key, long stream, long number, int[] words, int offset) {
        int key0 = (int) key;
        int key1 = (int) (key >>> 32);
        int c0 = (int) number;
        int c1 = (int) (number >>> 32);
        int c2 = (int) stream;
        int c3 = (int) (stream >>> 32);
        for (int round = 0; round < ROUNDS; round++) {
            long product0 = MULTIPLIER_0 * (c0 & LOW);
            long product1 = MULTIPLIER_1 * (c2 & LOW);
            c0 = (int) (product1 >>> 32) ^ c1 ^ key0;
            c2 = (int) (product0 >>> 32) ^ c3 ^ key1;
            c1 = (int) product1;
            c3 = (int) product0;
            key0 += WEYL_0;
            key1 += WEYL_1;
        }
        words[offset] = c0;
        words[offset + 1] = c1;
        words[offset + 2] = c2;
        words[offset + 3] = c3;
    }
}
