package io.github.grisaille.tensor;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Buffers of one backend that wait to be used again, by size. A training loop owns one, so that a step finds the
 * buffers of the step before. Not thread-safe.
 */
public final class Workspace {
    private final Backend backend;
    private final Map<Integer, Deque<Storage>> free = new HashMap<>();

    public Workspace(Backend backend) {
        this.backend = backend;
    }

    public Backend backend() {
        return backend;
    }

    /** A buffer that was given back, or a new one; its values are not defined. */
    public Storage take(int size) {
        Deque<Storage> waiting = free.get(size);
        Storage storage = waiting == null ? null : waiting.poll();
        return storage == null ? backend.allocate(size) : storage;
    }

    /** Gives a buffer back; the caller must be the only one who still holds it. */
    public void give(Storage storage) {
        free.computeIfAbsent(storage.size(), size -> new ArrayDeque<>()).push(storage);
    }
}
