package io.github.grisaille.train.gan;

import io.github.grisaille.data.Dataset;
import io.github.grisaille.nn.Dense;
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
    private final int labelColumns;

    /**
     * @param labels the items' labels, or null
     */
    GanShapes(GanSettings settings, Dataset real, Dataset labels) {
        generator = settings.generator;
        discriminator = settings.discriminator;
        augmentation = settings.augmentation;
        items = real.size();
        item = Shape.of(real.shape());
        labelColumns = labels == null ? 0 : labels.shape()[0];
    }

    /** How many items D judges at a time; every batch is a multiple of it. */
    int pack(int batch) {
        int first = Math.min(batch, items);
        return Math.max(1, first / discriminator.outputShape(joined(first)).axis(0));
    }

    /** Items and labels, before any augmentation. */
    private Shape joined(int batch) {
        return labelColumns == 0 ? item.batchOf(batch) : Shape.of(batch, item.size() + labelColumns);
    }

    private Shape shown(int batch) {
        Shape joined = joined(batch);
        return augmentation == null ? joined : augmentation.outputShape(joined);
    }

    private Shape drawn(int batch, Latent latent) {
        return labelColumns == 0
                ? latent.item().batchOf(batch)
                : Shape.of(batch, latent.item().size() + labelColumns);
    }

    /** Normal vectors of the size that the generator's first layer takes. */
    Latent latent() {
        if (generator.layers().get(0) instanceof Dense dense) {
            return Latent.normal(dense.in() - labelColumns);
        }
        throw new IllegalStateException(
                "the generator starts with " + generator.layers().get(0).name()
                        + ", which does not say what it takes: say latent(Latent.normal(…)) with the shape of one z");
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
                        new BatchSizes.Trained("the generator", generator, size -> drawn(size, latent)),
                        new BatchSizes.Trained("the discriminator", discriminator, this::shown))
                .check(batch, used);
    }
}
