package io.github.grisaille.backend.cuda;

/** How products are computed. */
public enum CudaPrecision {
    /**
     * On tensor cores, with factors rounded to 10 bits after the binary point. Devices with a compute capability below
     * 8.0 compute in float.
     */
    TF32,
    /** In float. */
    FLOAT32
}
