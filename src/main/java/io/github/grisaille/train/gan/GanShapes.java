package io.github.grisaille.train.gan;

import io.github.grisaille.data.Dataset;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.train.BatchSizes;
import io.github.grisaille.train.Latent;

/** The shapes of a game: what both networks get for a batch, and how many items D judges at a time. */
final class GanShapes {
    private final Sequential generator;
    private final Sequential discriminator;
    private final Sequential augmentation;
    private final int items;
    private final Shape item;

    GanShapes(GanSettings settings, Dataset real) {
        generator = settings.generator;
        discriminator = settings.discriminator;
        augmentation = settings.augmentation;
        items = real.size();
        item = Shape.of(real.shape());
    }

    /** How many items D judges at a time; every batch is a multiple of it. */
    int pack(int batch) {
        int first = Math.min(batch, items);
        return Math.max(
                1, first / discriminator.outputShape(item.batchOf(first)).axis(0));
    }

    private Shape shown(int batch) {
        return augmentation == null ? item.batchOf(batch) : augmentation.outputShape(item.batchOf(batch));
    }

    /**
     * Normal numbers in the shape that the generator takes. Where it takes images of any size, z is an image of one pixel,
     * as before a first transposed convolution.
     */
    Latent latent() {
        Shape taken = generator.takes().smallestItem();
        if (taken == null) {
            throw new IllegalStateException(
                    "the generator starts with " + generator.layers().get(0).name()
                            + ", which does not say what it takes: say latent(Latent.normal(…)) with the shape of one"
                            + " z");
        }
        Shape made = generator.outputShape(taken.batchOf(1)).item();
        if (!made.equals(item)) {
            throw new IllegalStateException("the generator makes " + made + " of a z of shape " + taken
                    + ", and a real item has the shape " + item
                    + ": change the generator, or say latent(Latent.normal(…)) with the shape of one z");
        }
        return Latent.normal(taken.toArray());
    }

    /**
     * Refuses batch sizes on which one of the networks cannot be trained.
     *
     * @param used the number of batches that the run gets to
     */
    void check(int batch, long used, Latent latent) {
        new BatchSizes(
                        items,
                        pack(batch),
                        new BatchSizes.Trained(
                                "the generator",
                                generator,
                                size -> latent.item().batchOf(size)),
                        new BatchSizes.Trained("the discriminator", discriminator, this::shown))
                .check(batch, used);
    }
}
