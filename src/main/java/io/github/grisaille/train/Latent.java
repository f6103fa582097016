package io.github.grisaille.train;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;

/** Where a generator's inputs come from: fresh random vectors, or a fixed choice of them. */
public final class Latent {
    private final Shape item;
    private final Tensor choice;

    private Latent(Shape item, Tensor choice) {
        this.item = item;
        this.choice = choice;
    }

    /** Fresh vectors from N(0, I), another for each item of each batch. */
    public static Latent normal(int... item) {
        return new Latent(Shape.of(item), null);
    }

    /** Items drawn from the rows of a tensor, each as likely. */
    public static Latent among(Tensor items) {
        return new Latent(items.shape().item(), items);
    }

    /** So many vectors from N(0, I), drawn once from a seed; batches choose among them. */
    public static Latent fixed(int count, long seed, int... item) {
        Tensor items = normal(item).draw(count, new RandomStream(seed, 0), Backend.cpu());
        return among(items);
    }

    /** The shape of one item. */
    public Shape item() {
        return item;
    }

    /** A batch of inputs. */
    public Tensor draw(int batch, RandomStream random, Backend backend) {
        Tensor z = backend.empty(item.batchOf(batch));
        if (choice == null) {
            backend.normal(random, 0, 1, z);
        } else {
            int[] rows = new int[batch];
            for (int i = 0; i < batch; i++) {
                rows[i] = random.nextInt(choice.axis(0));
            }
            backend.gatherRows(choice.backend() == backend ? choice : choice.to(backend), rows, z);
        }
        return z;
    }

    /** A batch of inputs on the CPU, from a seed of its own: the fixed z whose pictures are compared over time. */
    public Tensor draw(int batch, long seed) {
        return draw(batch, new RandomStream(seed, 0), Backend.cpu());
    }
}
