package io.github.grisaille.backend.cpu;

import io.github.grisaille.backend.CheckedBackend;
import io.github.grisaille.backend.Primitives;
import io.github.grisaille.tensor.ElementPrimitives;
import io.github.grisaille.tensor.Storage;

/** The backend on the CPU. The values of a tensor are a Java array, and threads share the loops. */
public final class JavaBackend extends CheckedBackend {
    private final String name;

    /** A backend with its own threads. The result of every primitive is the same for any number of threads. */
    public JavaBackend(int threads) {
        this(threads, LoopChoice.best());
    }

    JavaBackend(int threads, InnerLoops loops) {
        super(loops(threads, loops));
        name = "cpu (" + threads + (threads == 1 ? " thread, " : " threads, ") + loops.name() + ")";
    }

    private static Primitives loops(int threads, InnerLoops loops) {
        if (threads < 1) {
            throw new IllegalArgumentException("a backend needs at least 1 thread; got " + threads);
        }
        WorkerPool pool = new WorkerPool(threads);
        Reductions reductions = new Reductions(pool, loops.columns());
        ElementPrimitives elements = new CpuElements(pool, loops);
        return new Primitives(
                new CpuTransfers(pool),
                elements,
                new CpuBroadcasts(pool, reductions, loops, elements),
                new CpuReductions(pool, reductions, loops),
                new CpuProducts(pool, loops),
                new CpuImages(pool, loops),
                new CpuNormalization(pool, reductions, loops, elements),
                new CpuRandom(pool, loops),
                new CpuLosses(pool, reductions, loops),
                new CpuOptimizers(pool, elements));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Storage allocate(int size) {
        return new HeapStorage(this, new float[size]);
    }
}
