package io.github.grisaille.train.gan;

import io.github.grisaille.data.Batches;
import io.github.grisaille.data.Dataset;
import io.github.grisaille.nn.Archive;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.train.BatchReader;
import io.github.grisaille.train.Fingerprint;
import java.util.Arrays;

/**
 * The batches of real items, with their labels if there are any. A discriminator can judge several items at a time, as one
 * pack; each batch is cut to whole packs, and a batch smaller than a pack is left out.
 */
final class RealBatches {
    private final BatchReader itemReader;
    private final BatchReader labelReader;
    private final Batches batches;
    private final int pack;
    private long batchesDone;
    private Tensor items;
    private Tensor labels;

    /**
     * @param labels the items' labels, or null
     * @param pack the number of items in a pack
     */
    RealBatches(Dataset items, Dataset labels, int pack, Batches batches, Backend backend) {
        itemReader = new BatchReader(items, backend);
        labelReader = labels == null ? null : new BatchReader(labels, backend);
        this.pack = pack;
        this.batches = batches;
    }

    /** The number of batches in an epoch, those that are left out among them. */
    long perEpoch() {
        return batches.perEpoch();
    }

    /** Reads the next batch, and begins to read the one after it. */
    void next() {
        batchesDone = nextBatch();
        int[] whole = wholePacks(batchesDone);
        items = itemReader.read(whole);
        labels = labelReader == null ? null : labelReader.read(whole);
        int[] ahead = wholePacks(nextBatch());
        itemReader.readAhead(ahead);
        if (labelReader != null) {
            labelReader.readAhead(ahead);
        }
    }

    /** The number of the next batch that has a pack in it. */
    private long nextBatch() {
        long next = batchesDone + 1;
        while (batches.indices(next).length < pack) {
            next++;
        }
        return next;
    }

    private int[] wholePacks(long number) {
        int[] indices = batches.indices(number);
        return Arrays.copyOf(indices, indices.length - indices.length % pack);
    }

    /** The real items of this batch. */
    Tensor items() {
        return items;
    }

    /** The number of items in this batch. */
    int size() {
        return items.axis(0);
    }

    /** The labels of this batch, one row for each item; null without labels. */
    Tensor labels() {
        return labels;
    }

    /** Tells a checkpoint what the data are. */
    void archiveData(Archive archive) {
        archive.alike("real items", Fingerprint.of(itemReader.data()), Fingerprint.TOLERANCE);
        archive.alike(
                "labels", labelReader == null ? "none" : Fingerprint.of(labelReader.data()), Fingerprint.TOLERANCE);
    }

    /** Tells a checkpoint how many batches are done. */
    void archivePlace(Archive archive) {
        batchesDone = archive.number("batches", batchesDone);
    }
}
