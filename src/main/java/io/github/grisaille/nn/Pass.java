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
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One forward through a network, with all that its backward needs: the mode (training or evaluating), the random
 * stream, and a slot for each use of a layer.
 *
 * <p>Slots are grouped in scopes. A composite layer opens a scope for each of its places. So a layer that is used in
 * two places has two slots, and a slice of a network finds the slots of the whole network. A second forward of a layer
 * in the same scope is refused, because it would overwrite what the first one's backward needs. Open another pass for
 * it, or {@link #scope another scope}.
 *
 * <p>A pass can carry the {@linkplain #labels(Tensor) labels} of its batch. Class-conditional layers read them there.
 *
 * <p>Inner tensors ({@link #scratch}, {@link #recycle}) are seen by layers only. Closing the pass returns their memory
 * to the workspace, and the next pass overwrites it. All other tensors, in particular what a network's forward and
 * backward return, belong to the caller for ever. A pass is not thread-safe.
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
        Tensor labels;
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

    /** A pass in training mode. The stream drives dropout and noise. */
    public static Pass training(Workspace workspace, RandomStream random) {
        return new Pass(new Shared(workspace, true, random));
    }

    /** A pass in training mode with a workspace of its own. */
    public static Pass training(Backend backend, long seed) {
        return training(new Workspace(backend), new RandomStream(seed, 0));
    }

    /** A pass in evaluation mode. Dropout does nothing, and normalisation uses running statistics. */
    public static Pass evaluating(Workspace workspace) {
        return new Pass(new Shared(workspace, false, null));
    }

    /** A pass in evaluation mode with a workspace of its own. */
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
            throw new IllegalStateException("a pass in evaluation mode draws no random numbers: use Pass.training");
        }
        return shared.random;
    }

    /**
     * Gives this pass the labels of its batch, for the layers that use labels. All scopes share them. No gradient flows to
     * labels. Call this before the forward.
     *
     * @param labels one row for each item, (batch, classes): a 1 in the column of the item's class and 0 in the others, or
     *     the probability of each class; null for no labels
     * @throws ShapeMismatchException if they are not rows
     */
    public Pass labels(Tensor labels) {
        open();
        if (labels != null && labels.shape().rank() != 2) {
            throw new ShapeMismatchException("labels", labels.shape(), "batch×classes: one row for each item");
        }
        shared.labels = labels;
        return this;
    }

    /**
     * The labels of the batch, (batch, classes).
     *
     * @throws IllegalStateException if the pass has none
     */
    public Tensor labels() {
        if (shared.labels == null) {
            throw new IllegalStateException("this pass has no labels: give them, as in predict(x, labels) or"
                    + " fit(items, labels), or in a pass of your own with pass.labels(…)");
        }
        return shared.labels;
    }

    /** Whether this pass has labels. */
    public boolean labelled() {
        return shared.labels != null;
    }

    /** The scope of one place in a composite layer. The same owner and place always give the same scope. */
    public Pass scope(Layer owner, int place) {
        open();
        return scopes.computeIfAbsent(new Key(owner, place), key -> new Pass(shared));
    }

    /** Stores what a layer's backward will need in the layer's slot of this scope. */
    public void keep(Layer layer, Object memory) {
        open();
        if (kept.putIfAbsent(layer, memory) != null) {
            throw new IllegalStateException(layer.name() + " already had its forward in this scope of the pass: open a "
                    + "new pass for each forward, or a scope of its own for each use with pass.scope(owner, place)");
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

    /** A tensor that belongs to the caller. */
    @Override
    public Tensor empty(Shape shape) {
        open();
        Storage storage = shared.workspace.take(shape.size());
        shared.owned.add(storage);
        return new Tensor(storage, shape);
    }

    /** A tensor for use inside layers. Its memory is reused after this pass. */
    public Tensor scratch(Shape shape) {
        Tensor tensor = empty(shape);
        recycle(tensor);
        return tensor;
    }

    /** Marks a tensor as not needed after the pass is closed. It ignores tensors that did not come from this pass. */
    public void recycle(Tensor tensor) {
        open();
        if (shared.owned.contains(tensor.storage())) {
            shared.recyclable.add(tensor.storage());
        }
    }

    /**
     * Recycles the tensors that a composite layer passed from one of its layers to the next. A layer may return its
     * input or a view of it. So tensors are compared by their storage.
     *
     * @param given what the composite layer was given, which stays the caller's
     * @param returned what it returns, which becomes the caller's; may be null
     */
    void recycleInner(List<Tensor> inner, Tensor given, Tensor returned) {
        for (Tensor tensor : inner) {
            Storage storage = tensor.storage();
            if (storage != given.storage() && (returned == null || storage != returned.storage())) {
                recycle(tensor);
            }
        }
    }

    /** Ends the pass and returns the memory of its inner tensors to the workspace. */
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
            throw new IllegalStateException("this pass is closed: call forward and backward before it is closed");
        }
    }
}
