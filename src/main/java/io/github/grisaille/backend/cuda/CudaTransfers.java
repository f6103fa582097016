package io.github.grisaille.backend.cuda;

import static io.github.grisaille.backend.cuda.CudaDriver.check;

import io.github.grisaille.backend.ByteLevels;
import io.github.grisaille.backend.Transfers;
import io.github.grisaille.tensor.Tensor;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.Consumer;
import jcuda.Pointer;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.JCudaDriver;

/**
 * Copies between Java's arrays and the device, through pinned memory. A batch is first copied to a place beside the tensor, on
 * a stream of its own, while the device computes. Only the copy from there to the tensor waits for earlier launches.
 */
final class CudaTransfers implements Transfers, AutoCloseable {
    private static final int PLACES = 2;
    /** Values that are copied at a time. */
    private static final int MOST = 1 << 20;

    private static final long BYTES = (long) MOST * Float.BYTES;

    /** Pinned memory, and memory of the device for the same values. */
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
    private final CudaLaunches launches;
    private final Place[] places = new Place[PLACES];
    private int next;
    private float[] hostValues = {};

    CudaTransfers(CudaDevice device, CudaMemory memory, CudaLaunches launches) {
        this.device = device;
        this.launches = launches;
        for (int i = 0; i < PLACES; i++) {
            places[i] = new Place(memory);
        }
    }

    /** Also submits all launches that wait: they end with the step before this batch. */
    @Override
    public void write(float[] values, Tensor y) {
        synchronized (device) {
            launches.submit();
            device.enter();
            CudaMemory.Block to = CudaMemory.block(y);
            for (int from = 0; from < y.size(); from += MOST) {
                write(values, from, Math.min(MOST, y.size() - from), to);
            }
        }
    }

    private void write(float[] values, int from, int count, CudaMemory.Block to) {
        long bytes = (long) count * Float.BYTES;
        Place place = places[next];
        next = (next + 1) % PLACES;
        check("waiting for a copy", JCudaDriver.cuEventSynchronize(place.taken));
        place.values.put(0, values, from, count);
        check(
                "copying to the GPU",
                JCudaDriver.cuMemcpyHtoDAsync(place.onDevice.pointer(), place.pinned, bytes, device.copying()));
        check("recording an event", JCudaDriver.cuEventRecord(place.arrived, device.copying()));
        check("waiting for an event", JCudaDriver.cuStreamWaitEvent(device.computing(), place.arrived, 0));
        check(
                "copying on the GPU",
                JCudaDriver.cuMemcpyDtoDAsync(
                        to.pointer((long) from * Float.BYTES), place.onDevice.pointer(), bytes, device.computing()));
        check("recording an event", JCudaDriver.cuEventRecord(place.taken, device.computing()));
    }

    /** The array is kept for the next call, because each step writes a batch. */
    @Override
    public void write(Consumer<float[]> writer, Tensor y) {
        synchronized (device) {
            if (hostValues.length < y.size()) {
                hostValues = new float[y.size()];
            }
            writer.accept(hostValues);
            write(hostValues, y);
        }
    }

    /** The bytes become values on the host, because the pinned memory is for values. */
    @Override
    public void writeBytes(byte[] bytes, int[] items, int width, float[] levels, Tensor y) {
        write(
                values -> {
                    for (int n = 0; n < items.length; n++) {
                        ByteLevels.write(bytes, items[n] * width, levels, values, n * width, (n + 1) * width);
                    }
                },
                y);
    }

    /** Submits all launches that wait, and waits for them. */
    @Override
    public float[] read(Tensor x) {
        float[] values = new float[x.size()];
        synchronized (device) {
            launches.submit();
            device.enter();
            CudaMemory.Block from = CudaMemory.block(x);
            Place place = places[next];
            for (int at = 0; at < values.length; at += MOST) {
                int some = Math.min(MOST, values.length - at);
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
        }
        return values;
    }

    /** Waits once for all of them. If each copy waited by itself, the device would have nothing to do between them. */
    @Override
    public float[] readEach(List<Tensor> ones) {
        float[] values = new float[ones.size()];
        synchronized (device) {
            launches.submit();
            device.enter();
            Place place = places[next];
            check("waiting for a copy", JCudaDriver.cuEventSynchronize(place.taken));
            for (int at = 0; at < values.length; at += MOST) {
                int some = Math.min(MOST, values.length - at);
                for (int i = 0; i < some; i++) {
                    check(
                            "copying from the GPU",
                            JCudaDriver.cuMemcpyDtoHAsync(
                                    place.pinned.withByteOffset((long) i * Float.BYTES),
                                    CudaMemory.block(ones.get(at + i)).pointer(),
                                    Float.BYTES,
                                    device.computing()));
                }
                device.await();
                place.values.get(0, values, at, some);
            }
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
