package io.github.grisaille.backend.cuda;

/** A call of NVIDIA's driver that failed: what was wanted, and the driver's reason. */
public final class CudaFailure extends IllegalStateException {
    private static final long serialVersionUID = 1;

    private final int status;

    CudaFailure(String what, int status) {
        super(what + " failed: " + CudaDriver.describe(status));
        this.status = status;
    }

    CudaFailure(String message, CudaFailure cause) {
        super(message, cause);
        this.status = cause.status;
    }

    /** The driver's number for the reason, a {@code CUresult}. */
    public int status() {
        return status;
    }
}
