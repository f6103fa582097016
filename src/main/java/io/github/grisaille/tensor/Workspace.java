package io.github.grisaille.tensor;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Free buffers of one backend, by size. A training loop owns a workspace, so each step reuses the buffers of the step
 * before. Not thread-safe.
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

    /** A free buffer or a new one, with undefined values. */
    public Storage take(int size) {
        Deque<Storage> waiting = free.get(size);
        Storage storage = waiting == null ? null : waiting.poll();
        return storage == null ? backend.allocate(size) : storage;
    }

    /** Gives a buffer back. Nobody may use it afterwards. */
    public void give(Storage storage) {
        free.computeIfAbsent(storage.size(), size -> new ArrayDeque<>()).push(storage);
    }
}
