package io.github.grisaille.backend.cuda;

import static io.github.grisaille.backend.cuda.CudaDriver.check;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import jcuda.Pointer;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.JCudaDriver;

/**
 * Copies between Java's arrays and the device, through pinned memory. A batch on its way to the device travels beside the
 * computation, on a stream of its own, into a place beside the tensor; only the short way from there waits for its turn.
 */
final class CudaTransfers implements AutoCloseable {
    private static final int PLACES = 2;
    /** Values that travel at a time. */
    private static final int MOST = 1 << 20;

    private static final long BYTES = (long) MOST * Float.BYTES;

    private static final class Place {
        final Pointer pinned = new Pointer();
        final CUevent arrived = new CUevent();
        final CUevent taken = new CUevent();
        final FloatBuffer values;
        final CudaMemory.Block onDevice;

        Place(CudaMemory memory) {
            check("allocating pinned memory", JCudaDriver.cuMemAllocHost(pinned, BYTES));
            check("making an event", JCudaDriver.cuEventCreate(arrived, CUevent_flags.CU_EVENT_DISABLE_TIMING));
            check("making an event", JCudaDriver.cuEventCreate(taken, CUevent_flags.CU_EVENT_DISABLE_TIMING));
            values = pinned.getByteBuffer(0, BYTES)
                    .order(ByteOrder.nativeOrder())
                    .asFloatBuffer();
            onDevice = memory.take(BYTES);
        }
    }

    private final CudaDevice device;
    private final Place[] places = new Place[PLACES];
    private int next;

    CudaTransfers(CudaDevice device, CudaMemory memory) {
        this.device = device;
        for (int i = 0; i < PLACES; i++) {
            places[i] = new Place(memory);
        }
    }

    /** Copies the first {@code count} values after all that was submitted. */
    void write(float[] values, int count, CudaMemory.Block to) {
        device.enter();
        for (int from = 0; from < count; from += MOST) {
            int some = Math.min(MOST, count - from);
            long bytes = (long) some * Float.BYTES;
            Place place = places[next];
            next = (next + 1) % PLACES;
            check("waiting for a copy", JCudaDriver.cuEventSynchronize(place.taken));
            place.values.put(0, values, from, some);
            check(
                    "copying to the GPU",
                    JCudaDriver.cuMemcpyHtoDAsync(place.onDevice.pointer(), place.pinned, bytes, device.copying()));
            check("recording an event", JCudaDriver.cuEventRecord(place.arrived, device.copying()));
            check("waiting for an event", JCudaDriver.cuStreamWaitEvent(device.computing(), place.arrived, 0));
            check(
                    "copying on the GPU",
                    JCudaDriver.cuMemcpyDtoDAsync(
                            to.pointer((long) from * Float.BYTES),
                            place.onDevice.pointer(),
                            bytes,
                            device.computing()));
            check("recording an event", JCudaDriver.cuEventRecord(place.taken, device.computing()));
        }
    }

    /** Waits for all that was submitted, and copies the values out. */
    float[] read(CudaMemory.Block from, int count) {
        device.enter();
        float[] values = new float[count];
        Place place = places[next];
        for (int at = 0; at < count; at += MOST) {
            int some = Math.min(MOST, count - at);
            check("waiting for a copy", JCudaDriver.cuEventSynchronize(place.taken));
            check(
                    "copying from the GPU",
                    JCudaDriver.cuMemcpyDtoHAsync(
                            place.pinned,
                            from.pointer((long) at * Float.BYTES),
                            (long) some * Float.BYTES,
                            device.computing()));
            device.await();
            place.values.get(0, values, at, some);
        }
        return values;
    }

    /** Waits for all that was submitted, and copies the first value of each out. */
    float[] readEach(List<CudaMemory.Block> from) {
        device.enter();
        float[] values = new float[from.size()];
        Place place = places[next];
        check("waiting for a copy", JCudaDriver.cuEventSynchronize(place.taken));
        for (int at = 0; at < values.length; at += MOST) {
            int some = Math.min(MOST, values.length - at);
            for (int i = 0; i < some; i++) {
                check(
                        "copying from the GPU",
                        JCudaDriver.cuMemcpyDtoHAsync(
                                place.pinned.withByteOffset((long) i * Float.BYTES),
                                from.get(at + i).pointer(),
                                Float.BYTES,
                                device.computing()));
            }
            device.await();
            place.values.get(0, values, at, some);
        }
        return values;
    }

    @Override
    public void close() {
        for (Place place : places) {
            JCudaDriver.cuEventDestroy(place.arrived);
            JCudaDriver.cuEventDestroy(place.taken);
            JCudaDriver.cuMemFreeHost(place.pinned);
        }
    }
}
