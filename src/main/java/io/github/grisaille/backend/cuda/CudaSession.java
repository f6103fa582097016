package io.github.grisaille.backend.cuda;

import io.github.grisaille.backend.Primitives;

/** What a backend holds of the driver, from the device to the primitives. It opens everything, and closes it again. */
final class CudaSession implements AutoCloseable {
    private final CudaDevice device = new CudaDevice();
    private final CudaProgram program;
    private final CudaMemory memory;
    private final CudaLaunches launches;
    private final CudaTransfers transfers;
    private final boolean tf32;

    /**
     * @param sharing whether small tensors share an allocation
     * @param oneByOne whether to wait for each kernel, so that a failure names it
     * @throws IllegalStateException if there is no device, or if it is too old
     */
    CudaSession(CudaPrecision precision, boolean sharing, boolean oneByOne) {
        tf32 = device.capability() >= CudaProgram.TENSOR_CORES && precision == CudaPrecision.TF32;
        try {
            program = new CudaProgram(device.capability());
        } catch (IllegalStateException unusable) {
            device.close();
            throw unusable;
        }
        memory = new CudaMemory(device, sharing, this::settle);
        launches = new CudaLaunches(device, program, memory, oneByOne);
        transfers = new CudaTransfers(device, memory, launches);
    }

    /** Such as {@code NVIDIA H100 (CUDA 9.0, TF32)}. */
    String name() {
        int capability = device.capability();
        return device.name() + " (CUDA " + capability / 10 + "." + capability % 10 + (tf32 ? ", TF32)" : ", float32)");
    }

    Primitives primitives() {
        CudaSums sums = new CudaSums(launches);
        CudaElements elements = new CudaElements(launches);
        return new Primitives(
                transfers,
                elements,
                new CudaBroadcasts(launches, sums, elements),
                new CudaReductions(launches, sums),
                new CudaProducts(launches, elements, sums, tf32),
                new CudaImages(launches),
                new CudaNormalization(launches, sums, elements),
                new CudaRandom(launches),
                new CudaLosses(launches, sums),
                new CudaOptimizers(launches));
    }

    CudaDevice device() {
        return device;
    }

    CudaMemory memory() {
        return memory;
    }

    CudaLaunches launches() {
        return launches;
    }

    /** Submits the launches that wait, and waits until they are done. */
    void settle() {
        synchronized (device) {
            launches.submit();
            device.enter();
            device.await();
        }
    }

    @Override
    public void close() {
        synchronized (device) {
            if (device.isClosed()) {
                return;
            }
            settle();
            launches.close();
            transfers.close();
            memory.close();
            program.close();
            device.close();
        }
    }
}
