package io.github.grisaille.backend.cuda;

import static io.github.grisaille.backend.cuda.CudaDriver.check;

import java.nio.charset.StandardCharsets;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;

/**
 * The first device, its primary context, a stream to compute on and one to copy on.
 *
 * <p>The device is also the lock of a backend. Code that adds launches, allocates memory or calls the driver holds it, so
 * several threads may use one backend.
 */
final class CudaDevice implements AutoCloseable {
    private final CUdevice device = new CUdevice();
    private final CUcontext context = new CUcontext();
    private final CUstream computing = new CUstream();
    private final CUstream copying = new CUstream();
    private final String name;
    private Thread current;
    private volatile boolean closed;

    CudaDevice() {
        check("opening the first device", JCudaDriver.cuDeviceGet(device, 0));
        check("opening the device's context", JCudaDriver.cuDevicePrimaryCtxRetain(context, device));
        enter();
        check("making a stream", JCudaDriver.cuStreamCreate(computing, CUstream_flags.CU_STREAM_NON_BLOCKING));
        check("making a stream", JCudaDriver.cuStreamCreate(copying, CUstream_flags.CU_STREAM_NON_BLOCKING));
        name = readName();
    }

    /**
     * Called before the device is used.
     *
     * @throws IllegalStateException if the device was closed
     */
    void checkOpen() {
        if (closed) {
            throw new IllegalStateException(
                    "the backend on " + name() + " was closed: its tensors are gone; make a new CudaBackend");
        }
    }

    /** Makes the context current in the calling thread, as the driver's calls need. */
    void enter() {
        if (current != Thread.currentThread()) {
            check("entering the device's context", JCudaDriver.cuCtxSetCurrent(context));
            current = Thread.currentThread();
        }
    }

    String name() {
        return name;
    }

    CUstream computing() {
        return computing;
    }

    CUstream copying() {
        return copying;
    }

    private String readName() {
        byte[] text = new byte[256];
        check("reading the device's name", JCudaDriver.cuDeviceGetName(text, text.length, device));
        return new String(text, StandardCharsets.UTF_8).trim().replaceAll("\0.*", "");
    }

    /** The compute capability as a whole number, such as 80 for 8.0. */
    int capability() {
        return 10 * attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)
                + attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
    }

    private int attribute(int attribute) {
        int[] value = new int[1];
        check("reading an attribute of the device", JCudaDriver.cuDeviceGetAttribute(value, attribute, device));
        return value[0];
    }

    /** Waits until the device has done all that it was asked to compute. */
    void await() {
        check("waiting for the device", JCudaDriver.cuStreamSynchronize(computing));
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
        JCudaDriver.cuStreamDestroy(computing);
        JCudaDriver.cuStreamDestroy(copying);
        JCudaDriver.cuDevicePrimaryCtxRelease(device);
    }
}
