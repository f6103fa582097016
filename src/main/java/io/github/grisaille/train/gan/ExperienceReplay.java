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
 * replace random ones.
 */
public final class ExperienceReplay implements Stabiliser {
    private final int capacity;
    private final float share;
    private Tensor store;
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
        held = 0;
    }

    @Override
    public void archive(Archive archive, Game game) {
        archive.same("capacity", capacity);
        archive.same("share", share);
        held = (int) archive.number("held", held);
        store = archive.optional("store", store, game.generator().backend());
    }

    @Override
    public Tensor fakes(Tensor fresh, Game game, Pass pass) {
        Backend backend = fresh.backend();
        RandomStream random = game.random();
        int items = fresh.axis(0);
        int count = Math.max(1, Math.round(share * items));
        if (store == null) {
            store = backend.empty(fresh.shape().withBatch(capacity));
        }
        Tensor mixed = pass.scratch(fresh.shape());
        backend.copy(fresh, mixed);
        for (int i = 0; i < count && held > 0; i++) {
            copyItem(store, random.nextInt(held), mixed, i);
        }
        for (int i = 0; i < count; i++) {
            int place = held < capacity ? held++ : random.nextInt(capacity);
            copyItem(fresh, random.nextInt(items), store, place);
        }
        return mixed;
    }

    private static void copyItem(Tensor from, int item, Tensor to, int place) {
        int size = from.size() / from.axis(0);
        from.backend()
                .copyColumns(from.reshape(1, from.size()), item * size, to.reshape(1, to.size()), place * size, size);
    }
}
