package io.github.grisaille.backend.cuda;

import static io.github.grisaille.backend.cuda.CudaDriver.check;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import jcuda.driver.CUfunction;
import jcuda.driver.CUfunction_attribute;
import jcuda.driver.CUmodule;
import jcuda.driver.JCudaDriver;

/** The kernels. The driver makes them for its device from the PTX in the jar. */
final class CudaProgram implements AutoCloseable {
    /** The first compute capability whose tensor cores take TF32: 8.0. */
    static final int TENSOR_CORES = 80;

    private static final int OLDEST = 60;
    private static final int COMMON_SHARED_BYTES = 48 * 1024;

    private final CUmodule module = new CUmodule();
    private final Map<CudaKernel, CUfunction> functions = new EnumMap<>(CudaKernel.class);
    private final boolean ampere;

    /**
     * @param capability as {@link CudaDevice#capability} says it
     * @throws IllegalStateException if the device is too old
     */
    CudaProgram(int capability) {
        if (capability < OLDEST) {
            throw new IllegalStateException("the GPU has compute capability " + capability / 10.0
                    + ", and Grisaille needs 6.0 or newer (Pascal): compute on the CPU");
        }
        ampere = capability >= TENSOR_CORES;
        byte[] text = ptx(ampere ? TENSOR_CORES : OLDEST);
        check(
                "making the kernels for this GPU",
                JCudaDriver.cuModuleLoadData(module, Arrays.copyOf(text, text.length + 1)));
        for (CudaKernel kernel : CudaKernel.values()) {
            if (ampere || kernel.everywhere()) {
                functions.put(kernel, find(kernel));
            }
        }
    }

    private CUfunction find(CudaKernel kernel) {
        CUfunction function = new CUfunction();
        check(
                "finding the kernel " + kernel.symbol(),
                JCudaDriver.cuModuleGetFunction(function, module, kernel.symbol()));
        int shared = sharedBytes(kernel);
        if (shared > COMMON_SHARED_BYTES) {
            check(
                    "asking for shared memory for " + kernel.symbol(),
                    JCudaDriver.cuFuncSetAttribute(
                            function, CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, shared));
        }
        return function;
    }

    /** The PTX for devices of this compute capability or newer: 60 or 80. */
    static byte[] ptx(int capability) {
        String name = "kernels-sm_" + capability + ".ptx";
        try (InputStream stream = CudaProgram.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException("grisaille's jar lacks " + name + ": build the jar again");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8).getBytes(StandardCharsets.US_ASCII);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    CUfunction function(CudaKernel kernel) {
        return functions.get(kernel);
    }

    /** Bytes of shared memory that a launch asks for. */
    int sharedBytes(CudaKernel kernel) {
        return kernel.sharedBytes(ampere);
    }

    @Override
    public void close() {
        JCudaDriver.cuModuleUnload(module);
    }
}
