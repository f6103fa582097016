package io.github.grisaille.train.gan;

import io.github.grisaille.nn.Archive;
import io.github.grisaille.nn.Pass;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.train.Arguments;

/**
 * Experience replay (Shrivastava et al. 2017, section 2.3): in each step of D, some of the fakes are from earlier steps. So D
 * does not forget what G made before, and G cannot return to it. Fakes are stored until the store is full. Then new ones
 * replace random ones. Each fake is stored with its label, if there are labels.
 */
public final class ExperienceReplay implements Stabiliser {
    private final int capacity;
    private final float share;
    private Tensor store;
    private Tensor labelStore;
    private int held;

    /**
     * @param capacity the number of fakes in the store
     * @param share the part of each batch that is replaced by stored fakes, and also the part that is stored; above 0, at
     *     most 1
     */
    public ExperienceReplay(int capacity, float share) {
        this.capacity = Arguments.positive("the capacity of the replay's store", capacity);
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException(
                    "the share of replayed fakes is above 0 and at most 1, and this one is " + share);
        }
        this.share = share;
    }

    @Override
    public void begin(Game game) {
        store = null;
        labelStore = null;
        held = 0;
    }

    @Override
    public void archive(Archive archive, Game game) {
        archive.same("capacity", capacity);
        archive.same("share", share);
        held = (int) archive.number("held", held);
        store = archive.optional("store", store, game.generator().backend());
        labelStore = archive.optional("labels", labelStore, game.generator().backend());
    }

    @Override
    public Tensor fakes(Tensor fresh, Game game, Pass pass) {
        Backend backend = fresh.backend();
        RandomStream random = game.random();
        int items = fresh.axis(0);
        int count = Math.max(1, Math.round(share * items));
        Tensor labels = pass.labelled() ? pass.labels() : null;
        if (store == null) {
            store = backend.empty(fresh.shape().withBatch(capacity));
            labelStore = labels == null ? null : backend.empty(labels.shape().withBatch(capacity));
        }
        Tensor mixed = copy(fresh, pass);
        Tensor mixedLabels = labels == null ? null : copy(labels, pass);
        for (int i = 0; i < count && held > 0; i++) {
            int stored = random.nextInt(held);
            copyItem(store, stored, mixed, i);
            copyItem(labelStore, stored, mixedLabels, i);
        }
        for (int i = 0; i < count; i++) {
            int place = held < capacity ? held++ : random.nextInt(capacity);
            int chosen = random.nextInt(items);
            copyItem(fresh, chosen, store, place);
            copyItem(labels, chosen, labelStore, place);
        }
        pass.labels(mixedLabels);
        return mixed;
    }

    private static Tensor copy(Tensor tensor, Pass pass) {
        Tensor copy = pass.scratch(tensor.shape());
        tensor.backend().copy(tensor, copy);
        return copy;
    }

    /** Copies an item or a label; does nothing if there are no labels. */
    private static void copyItem(Tensor from, int item, Tensor to, int place) {
        if (from == null) {
            return;
        }
        int size = from.size() / from.axis(0);
        from.backend()
                .copyColumns(from.reshape(1, from.size()), item * size, to.reshape(1, to.size()), place * size, size);
    }
}
