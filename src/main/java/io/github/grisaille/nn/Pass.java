package io.github.grisaille.nn;

import io.github.grisaille.tensor.Allocator;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Storage;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Workspace;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/**
 * One forward through a network, with what its backward needs: the mode (training or evaluating), the random stream,
 * and a slot for each use of a layer.
 *
 * <p>Slots lie in scopes. A composite layer opens a scope for each of its places, so a layer that stands in two places
 * has two slots, and a slice of a network finds the slots of the whole. A second forward of one layer in the same scope
 * is refused, since the first one's backward would be lost: open another pass, or {@link #scope another scope}.
 *
 * <p>Tensors that only layers have seen ({@link #scratch}, {@link #recycle}) go back to the workspace when the pass is
 * closed, and the next pass writes over them. All others, in particular whatever a network's forward and backward
 * return, belong to the caller for good. Not thread-safe.
 */
public final class Pass implements Allocator, AutoCloseable {
    private record Key(Layer owner, int place) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && key.owner == owner && key.place == place;
        }

        @Override
        public int hashCode() {
            return 31 * System.identityHashCode(owner) + place;
        }
    }

    /** What all scopes of a pass share. */
    private static final class Shared {
        final Workspace workspace;
        final boolean training;
        final RandomStream random;
        final Set<Storage> owned = Collections.newSetFromMap(new IdentityHashMap<>());
        final Set<Storage> recyclable = Collections.newSetFromMap(new IdentityHashMap<>());
        boolean closed;

        Shared(Workspace workspace, boolean training, RandomStream random) {
            this.workspace = workspace;
            this.training = training;
            this.random = random;
        }
    }

    private final Shared shared;
    private final Map<Key, Pass> scopes = new HashMap<>();
    private final Map<Layer, Object> kept = new IdentityHashMap<>();

    private Pass(Shared shared) {
        this.shared = shared;
    }

    /** A pass in training mode; the stream drives dropout and noise. */
    public static Pass training(Workspace workspace, RandomStream random) {
        return new Pass(new Shared(workspace, true, random));
    }

    /** A pass in training mode with buffers of its own. */
    public static Pass training(Backend backend, long seed) {
        return training(new Workspace(backend), new RandomStream(seed, 0));
    }

    /** A pass in evaluation mode: dropout does nothing, normalisation uses running statistics. */
    public static Pass evaluating(Workspace workspace) {
        return new Pass(new Shared(workspace, false, null));
    }

    /** A pass in evaluation mode with buffers of its own. */
    public static Pass evaluating(Backend backend) {
        return evaluating(new Workspace(backend));
    }

    /** Whether this is a pass in training mode. */
    public boolean training() {
        return shared.training;
    }

    /** The random stream of a training pass. */
    public RandomStream random() {
        if (shared.random == null) {
            throw new IllegalStateException("an evaluating pass draws no random numbers");
        }
        return shared.random;
    }

    /** The scope of one place in a composite layer; the same owner and place give the same scope. */
    public Pass scope(Layer owner, int place) {
        open();
        return scopes.computeIfAbsent(new Key(owner, place), key -> new Pass(shared));
    }

    /** Puts what a layer's backward will need into its slot of this scope. */
    public void keep(Layer layer, Object memory) {
        open();
        if (kept.putIfAbsent(layer, memory) != null) {
            throw new IllegalStateException(layer.name() + " already had its forward in this scope of the pass: open a "
                    + "pass for each forward, or give each use its own pass.scope(owner, place)");
        }
    }

    /** What a layer's forward kept in this scope. */
    public <T> T kept(Layer layer, Class<T> type) {
        open();
        Object memory = kept.get(layer);
        if (memory == null) {
            throw new IllegalStateException(
                    layer.name() + ": backward before forward; this pass holds no forward of this layer");
        }
        return type.cast(memory);
    }

    /** A tensor that belongs to whoever gets it. */
    @Override
    public Tensor empty(Shape shape) {
        open();
        Storage storage = shared.workspace.take(shape.size());
        shared.owned.add(storage);
        return new Tensor(storage, shape);
    }

    /** A tensor that only layers will see; its memory is used again after this pass. */
    public Tensor scratch(Shape shape) {
        Tensor tensor = empty(shape);
        recycle(tensor);
        return tensor;
    }

    /**
     * Says that nobody will read this tensor after the pass is closed. Tensors that did not come from this pass are left
     * alone.
     */
    public void recycle(Tensor tensor) {
        open();
        if (shared.owned.contains(tensor.storage())) {
            shared.recyclable.add(tensor.storage());
        }
    }

    /** Ends the pass and gives the memory of its inner tensors back. */
    @Override
    public void close() {
        if (!shared.closed) {
            shared.closed = true;
            shared.recyclable.forEach(shared.workspace::give);
            shared.recyclable.clear();
            shared.owned.clear();
        }
    }

    private void open() {
        if (shared.closed) {
            throw new IllegalStateException("this pass is closed: backward, like forward, belongs inside it");
        }
    }
}
