package io.github.grisaille.backend.cuda;

import static io.github.grisaille.backend.cuda.CudaDriver.check;

import java.nio.charset.StandardCharsets;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;

/** The first device, its primary context, a stream to compute on and one to copy on. */
final class CudaDevice implements AutoCloseable {
    private final CUdevice device = new CUdevice();
    private final CUcontext context = new CUcontext();
    private final CUstream computing = new CUstream();
    private final CUstream copying = new CUstream();
    private Thread current;

    CudaDevice() {
        check("opening the first device", JCudaDriver.cuDeviceGet(device, 0));
        check("opening the device's context", JCudaDriver.cuDevicePrimaryCtxRetain(context, device));
        enter();
        check("making a stream", JCudaDriver.cuStreamCreate(computing, CUstream_flags.CU_STREAM_NON_BLOCKING));
        check("making a stream", JCudaDriver.cuStreamCreate(copying, CUstream_flags.CU_STREAM_NON_BLOCKING));
    }

    /** Makes the context the calling thread's, as every call of the driver wants it. */
    void enter() {
        if (current != Thread.currentThread()) {
            check("entering the device's context", JCudaDriver.cuCtxSetCurrent(context));
            current = Thread.currentThread();
        }
    }

    CUstream computing() {
        return computing;
    }

    CUstream copying() {
        return copying;
    }

    String name() {
        byte[] name = new byte[256];
        check("reading the device's name", JCudaDriver.cuDeviceGetName(name, name.length, device));
        return new String(name, StandardCharsets.UTF_8).trim().replaceAll("\0.*", "");
    }

    /** Such as 80 for the compute capability 8.0. */
    int capability() {
        return 10 * attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)
                + attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
    }

    private int attribute(int attribute) {
        int[] value = new int[1];
        check("reading an attribute of the device", JCudaDriver.cuDeviceGetAttribute(value, attribute, device));
        return value[0];
    }

    /** Waits for all that was asked of the device. */
    void await() {
        check("waiting for the device", JCudaDriver.cuStreamSynchronize(computing));
    }

    @Override
    public void close() {
        JCudaDriver.cuStreamDestroy(computing);
        JCudaDriver.cuStreamDestroy(copying);
        JCudaDriver.cuDevicePrimaryCtxRelease(device);
    }
}
