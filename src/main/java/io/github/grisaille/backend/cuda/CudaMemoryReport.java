package io.github.grisaille.backend.cuda;

/**
 * Device memory, in bytes.
 *
 * @param used what tensors and the backend's own buffers hold
 * @param allocated what was taken from the device; the part that is not used waits for the next tensors
 * @param peak the most that was used
 */
public record CudaMemoryReport(long used, long allocated, long peak, long freeOnDevice, long totalOnDevice) {
    @Override
    public String toString() {
        return megabytes(used) + " used (at most " + megabytes(peak) + "), "
                + megabytes(allocated) + " allocated, " + megabytes(freeOnDevice) + " of "
                + megabytes(totalOnDevice) + " free";
    }

    static String megabytes(long bytes) {
        return bytes < 1 << 20 ? (bytes + 1023) / 1024 + " KB" : Math.round(bytes / 1048576.0) + " MB";
    }
}
