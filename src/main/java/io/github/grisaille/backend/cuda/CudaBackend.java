package io.github.grisaille.backend.cuda;

import io.github.grisaille.backend.CheckedBackend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Storage;
import io.github.grisaille.tensor.Tensor;

/**
 * The backend on an NVIDIA GPU of compute capability 6.0 or newer. It needs the driver (525 or newer) and nothing else.
 *
 * <p>A primitive returns before its kernel has run; {@link Tensor#toArray} waits. {@link CudaLaunches} says how the kernels
 * of a training step become one CUDA graph. Some primitives that follow each other become one kernel: a product or a
 * normalisation with the activation of its result; the steps of an optimiser for all parameters; the checks of all gradients
 * for values that are not finite; small simple operations.
 *
 * <p>Operations value by value and random numbers give the same bits as the Java backend's plain loops. Sums are taken in
 * another order, which is fixed. Products are in TF32 if that is asked for and if the device's tensor cores have it: factors
 * are rounded to 10 bits after the binary point, and sums are in float. The same seed gives the same bits on the same device.
 */
public final class CudaBackend extends CheckedBackend implements AutoCloseable {
    private final CudaSession session;
    private final String name;

    /**
     * A backend on the first device.
     *
     * @throws IllegalStateException if there is no device to compute on; the message says why
     */
    public CudaBackend(CudaPrecision precision) {
        this(open(precision, true));
    }

    private CudaBackend(CudaSession session) {
        super(session.primitives());
        this.session = session;
        name = session.name();
    }

    /** A backend in which each tensor has an allocation of its own, for tools that check accesses to memory. */
    static CudaBackend withSeparateAllocations(CudaPrecision precision) {
        return new CudaBackend(open(precision, false));
    }

    private static CudaSession open(CudaPrecision precision, boolean sharing) {
        String absence = CudaDriver.absence();
        if (absence != null) {
            throw new IllegalStateException("there is no GPU: " + absence);
        }
        return new CudaSession(precision, sharing, Boolean.getBoolean(CudaFailure.WAIT));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    protected void checkOpen() {
        session.device().checkOpen();
    }

    @Override
    public Storage allocate(int size) {
        Tensor zeros = empty(Shape.of(size));
        fill(0, zeros);
        return zeros.storage();
    }

    /** The values are not defined, unlike those of {@link #allocate}. */
    @Override
    public Tensor empty(Shape shape) {
        synchronized (session.device()) {
            checkOpen();
            return new Tensor(session.memory().values(this, shape.size()), shape);
        }
    }

    /** What the device's memory holds. Waits for nothing. */
    public CudaMemoryReport memory() {
        synchronized (session.device()) {
            checkOpen();
            return session.memory().report();
        }
    }

    /** How many times launches went to the device as a graph. */
    public long graphsLaunched() {
        return session.launches().replays();
    }

    /** How many kernels went to the device, alone or within a graph. */
    public long kernelsLaunched() {
        return session.launches().launched();
    }

    /**
     * Whether launches that came before in the same order go to the device as one graph. They do unless this says otherwise.
     * Without graphs the driver is asked for each kernel by itself, and every result is the same. This is for comparison.
     */
    public void useGraphs(boolean wanted) {
        session.launches().replay(wanted);
    }

    /** Submits the launches that wait, and waits until they are done. */
    public void synchronize() {
        synchronized (session.device()) {
            checkOpen();
            session.settle();
        }
    }

    /** Gives all memory back, also that of tensors: they cannot be used any more. */
    @Override
    public void close() {
        session.close();
    }

    CudaLaunches launches() {
        return session.launches();
    }
}
