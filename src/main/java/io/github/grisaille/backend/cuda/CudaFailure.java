package io.github.grisaille.backend.cuda;

import java.util.Set;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;

/** A call of NVIDIA's driver failed. The message says what the call was for, and the driver's reason. */
public final class CudaFailure extends IllegalStateException {
    private static final long serialVersionUID = 1;

    /** If this system property is true, the backend waits for each kernel, so that a failure names its kernel. */
    static final String WAIT = "grisaille.cuda.wait";

    /** Errors of a kernel. The driver reports them at any later call. */
    private static final Set<Integer> KERNEL_FAULTS = Set.of(
            CUresult.CUDA_ERROR_ILLEGAL_ADDRESS,
            CUresult.CUDA_ERROR_MISALIGNED_ADDRESS,
            CUresult.CUDA_ERROR_ILLEGAL_INSTRUCTION,
            CUresult.CUDA_ERROR_LAUNCH_TIMEOUT,
            CUresult.CUDA_ERROR_LAUNCH_FAILED);

    private final int status;

    CudaFailure(String what, int status) {
        super(what + " failed: " + describe(status));
        this.status = status;
    }

    CudaFailure(String message, CudaFailure cause) {
        super(message, cause);
        this.status = cause.status;
    }

    /** The driver's number for the reason: a value of {@code CUresult}. */
    public int status() {
        return status;
    }

    private static String describe(int status) {
        String[] text = new String[1];
        boolean known = JCudaDriver.cuGetErrorString(status, text) == CUresult.CUDA_SUCCESS && text[0] != null;
        boolean late = KERNEL_FAULTS.contains(status) && !Boolean.getBoolean(WAIT);
        return CUresult.stringFor(status)
                + (known ? ", " + text[0] : "")
                + (late
                        ? "; an earlier kernel may have failed: start Java with -D" + WAIT + "=true to see which one"
                        : "");
    }
}
