package io.github.grisaille.nn;

import io.github.grisaille.tensor.Allocator;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Tensor;

/** A random change of data, value by value. A denoising autoencoder learns to undo it (Vincent et al. 2010). */
public abstract class Corruption {
    private final String name;

    private Corruption(String name) {
        this.name = name;
    }

    /** What messages and summaries call it, such as {@code Gaussian 0.3}. */
    public final String name() {
        return name;
    }

    /**
     * Writes a corrupted copy of x into y.
     *
     * @return the derivative of each value of y with respect to its value of x, or null if it is 1 everywhere
     */
    abstract Tensor corrupt(Tensor x, RandomStream random, Tensor y, Allocator scratch);

    /** A corrupted copy. The same seed gives the same copy. */
    public final Tensor of(Tensor x, long seed) {
        return of(x, new RandomStream(seed, 0));
    }

    /** A corrupted copy, drawn from a stream. */
    public final Tensor of(Tensor x, RandomStream random) {
        Tensor y = x.backend().empty(x.shape());
        corrupt(x, random, y, x.backend());
        return y;
    }

    /**
     * Adds noise from N(0, deviation²).
     *
     * @param deviation the standard deviation, at least 0
     */
    public static Corruption gaussian(float deviation) {
        if (!(deviation >= 0 && deviation < Float.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "the noise's standard deviation must be at least 0 and finite; got " + deviation);
        }
        return new Corruption("Gaussian " + deviation) {
            @Override
            Tensor corrupt(Tensor x, RandomStream random, Tensor y, Allocator scratch) {
                Tensor noise = scratch.empty(x.shape());
                x.backend().normal(random, 0, deviation, noise);
                x.backend().add(x, noise, y);
                return null;
            }
        };
    }

    /**
     * Sets values to 0, each with probability {@code rate}.
     *
     * @param rate from 0 to less than 1
     */
    public static Corruption masking(float rate) {
        checkRate("masking", rate);
        return new Corruption("masking " + rate) {
            @Override
            Tensor corrupt(Tensor x, RandomStream random, Tensor y, Allocator scratch) {
                Tensor kept = kept(x, rate, random, scratch);
                x.backend().multiply(x, kept, y);
                return kept;
            }
        };
    }

    /**
     * Sets values to pepper or to salt, each with probability {@code rate} / 2.
     *
     * @param rate from 0 to less than 1
     * @param pepper the one value, such as black
     * @param salt the other value, such as white
     */
    public static Corruption saltAndPepper(float rate, float pepper, float salt) {
        checkRate("salt and pepper", rate);
        return new Corruption("salt and pepper " + rate) {
            @Override
            Tensor corrupt(Tensor x, RandomStream random, Tensor y, Allocator scratch) {
                Backend backend = x.backend();
                Tensor kept = kept(x, rate, random, scratch);
                // a grain is pepper + (salt − pepper) · (0 or 1)
                Tensor grains = scratch.empty(x.shape());
                backend.bernoulli(random, 0.5f, grains);
                backend.scale(grains, salt - pepper, grains);
                backend.shift(grains, pepper, grains);
                backend.blend(x, grains, kept, y);
                return kept;
            }
        };
    }

    /** Replaces each value x, from 0 to 1, by 1 with probability x and by 0 otherwise. It makes binary images. */
    public static Corruption bernoulli() {
        return new Corruption("Bernoulli") {
            @Override
            Tensor corrupt(Tensor x, RandomStream random, Tensor y, Allocator scratch) {
                // with u uniform from −1 to 0, x + u is above 0 with probability x
                x.backend().uniform(random, -1, 0, y);
                x.backend().add(x, y, y);
                x.backend().step(y, 0, y);
                Tensor none = scratch.empty(x.shape());
                x.backend().fill(0, none);
                return none;
            }
        };
    }

    private static void checkRate(String name, float rate) {
        if (!(rate >= 0 && rate < 1)) {
            throw new IllegalArgumentException(name + ": rate must be from 0 to less than 1; got " + rate);
        }
    }

    /** 1 with probability 1 − rate, and 0 otherwise. */
    private static Tensor kept(Tensor x, float rate, RandomStream random, Allocator scratch) {
        Tensor kept = scratch.empty(x.shape());
        x.backend().bernoulli(random, 1 - rate, kept);
        return kept;
    }
}
