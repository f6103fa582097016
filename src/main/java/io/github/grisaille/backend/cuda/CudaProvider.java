package io.github.grisaille.backend.cuda;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Device;

/**
 * Makes an NVIDIA GPU known to the look-up. With {@code -Dgrisaille.cuda.precision=float32}, products are computed in float.
 */
public final class CudaProvider implements Device.Provider {
    private static final String PRECISION = "grisaille.cuda.precision";

    @Override
    public String absence() {
        try {
            return CudaDriver.absence();
        } catch (NoClassDefFoundError missing) {
            return "JCuda is not on the class path: to use an NVIDIA GPU, add org.jcuda:jcuda:12.6.0 with its natives";
        }
    }

    @Override
    public Backend backend() {
        return new CudaBackend(precision(System.getProperty(PRECISION, "tf32")));
    }

    static CudaPrecision precision(String wanted) {
        return switch (wanted) {
            case "tf32" -> CudaPrecision.TF32;
            case "float32" -> CudaPrecision.FLOAT32;
            default ->
                throw new IllegalArgumentException(
                        "-D" + PRECISION + "=" + wanted + ": the precision is tf32 or float32");
        };
    }
}
