package io.github.grisaille.train;

import io.github.grisaille.nn.Sequential;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.function.Supplier;

/** Where the inputs of a generator come from: fresh random vectors, or a fixed set of them. */
public final class Latent {
    /** The number of samples that a generator makes at a time. */
    private static final int BATCH = 250;

    /** Fills a batch of inputs. */
    private interface Source {
        void fill(RandomStream random, Tensor z);
    }

    private final Supplier<String> name;
    private final Shape item;
    private final Source source;

    private Latent(Supplier<String> name, Shape item, Source source) {
        this.name = name;
        this.item = item;
        this.source = source;
    }

    /** Vectors from N(0, I), drawn anew for each item of each batch. */
    public static Latent normal(int... item) {
        return new Latent(
                () -> "normal", Shape.of(item), (random, z) -> z.backend().normal(random, 0, 1, z));
    }

    /** Vectors whose numbers are uniform in [−1, 1), drawn anew for each item of each batch. */
    public static Latent uniform(int... item) {
        return new Latent(
                () -> "uniform", Shape.of(item), (random, z) -> z.backend().uniform(random, -1, 1, z));
    }

    /** Vectors whose numbers are 1 or −1, each with probability ½, drawn anew for each item of each batch. */
    public static Latent signs(int... item) {
        return new Latent(() -> "signs", Shape.of(item), (random, z) -> {
            Backend backend = z.backend();
            backend.bernoulli(random, 0.5f, z);
            backend.scale(z, 2, z);
            backend.shift(z, -1, z);
        });
    }

    /**
     * Joins each of these vectors with one of the others, as in {@code Latent.normal(2).with(Latent.signs(6))}. A continuous
     * z has to be stretched over the gaps between the modes of the data. Signs are discrete, as the modes are.
     */
    public Latent with(Latent other) {
        if (item.rank() != 1 || other.item.rank() != 1) {
            throw new IllegalArgumentException(
                    "with() joins vectors, and these items have the shapes " + item + " and " + other.item);
        }
        int own = item.size();
        int more = other.item.size();
        return new Latent(() -> this + " with " + other, Shape.of(own + more), (random, z) -> {
            z.backend().copyColumns(draw(z.axis(0), random, z.backend()), 0, z, 0, own);
            z.backend().copyColumns(other.draw(z.axis(0), random, z.backend()), 0, z, own, more);
        });
    }

    /**
     * Items drawn from a tensor; each is equally likely.
     *
     * @param items (number of items, shape of an item)
     */
    public static Latent among(Tensor items) {
        Supplier<String> name = () -> "among " + items.axis(0) + ", " + Fingerprint.sums(items.toArray()) + ",";
        return new Latent(name, items.shape().item(), (random, z) -> {
            int[] rows = new int[z.axis(0)];
            for (int i = 0; i < rows.length; i++) {
                rows[i] = random.nextInt(items.axis(0));
            }
            z.backend().gatherRows(items.backend() == z.backend() ? items : items.to(z.backend()), rows, z);
        });
    }

    /** A fixed number of vectors from N(0, I), drawn once from a seed. Batches draw from these vectors. */
    public static Latent fixed(int count, long seed, int... item) {
        return among(normal(item).draw(count, seed));
    }

    /** The shape of one item. */
    public Shape item() {
        return item;
    }

    /** A batch of inputs, (batch, shape of an item). */
    public Tensor draw(int batch, RandomStream random, Backend backend) {
        Tensor z = backend.empty(item.batchOf(batch));
        source.fill(random, z);
        return z;
    }

    /** A batch of inputs on the CPU, from a seed of its own. Use it for a fixed z whose pictures are compared over time. */
    public Tensor draw(int batch, long seed) {
        return draw(batch, new RandomStream(seed, 0), Backend.cpu());
    }

    /**
     * What a generator makes from these vectors, in evaluation mode, as in {@code Latent.uniform(100).sample(generator, 64,
     * 1)}. For vectors from N(0, I), {@link Sequential#sample} does the same.
     *
     * @param count the number of samples, at least 1
     * @return (count, shape of a sample), on the generator's backend
     */
    public Tensor sample(Sequential generator, int count, long seed) {
        return generator.predict(
                draw(
                        Arguments.positive("the number of samples", count),
                        new RandomStream(seed, 0),
                        generator.backend()),
                BATCH);
    }

    /** The shape of an item and the kind of vectors, such as {@code 100 normal}. */
    @Override
    public String toString() {
        return item + " " + name.get();
    }
}
