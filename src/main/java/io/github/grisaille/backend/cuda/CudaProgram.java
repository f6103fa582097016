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

/** The kernels, made for the device by its driver from the PTX that the jar carries. */
final class CudaProgram implements AutoCloseable {
    /** The first compute capability whose tensor cores take TF32. */
    static final int TENSOR_CORES = 80;

    private static final int OLDEST = 60;
    private static final int COMMON_SHARED_BYTES = 48 * 1024;

    private final CUmodule module = new CUmodule();
    private final Map<CudaKernel, CUfunction> functions = new EnumMap<>(CudaKernel.class);

    CudaProgram(int capability) {
        if (capability < OLDEST) {
            throw new IllegalStateException("the GPU has compute capability " + capability / 10.0
                    + ", and needed is 6.0 or newer (Pascal): compute on the CPU");
        }
        boolean ampere = capability >= TENSOR_CORES;
        byte[] text = ptx(ampere ? TENSOR_CORES : OLDEST);
        check(
                "making the kernels for this GPU",
                JCudaDriver.cuModuleLoadData(module, Arrays.copyOf(text, text.length + 1)));
        for (CudaKernel kernel : CudaKernel.values()) {
            if (ampere || kernel.everywhere()) {
                CUfunction function = new CUfunction();
                check(
                        "finding the kernel " + kernel.symbol(),
                        JCudaDriver.cuModuleGetFunction(function, module, kernel.symbol()));
                int shared = kernel.sharedBytes(ampere);
                if (shared > COMMON_SHARED_BYTES) {
                    check(
                            "asking for shared memory for " + kernel.symbol(),
                            JCudaDriver.cuFuncSetAttribute(
                                    function,
                                    CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES,
                                    shared));
                }
                functions.put(kernel, function);
            }
        }
    }

    /** The PTX for devices from this compute capability on: 60 or 80. */
    static byte[] ptx(int capability) {
        String name = "kernels-sm_" + capability + ".ptx";
        try (InputStream stream = CudaProgram.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException("grisaille's jar lacks " + name + ": build it anew");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8).getBytes(StandardCharsets.US_ASCII);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    CUfunction function(CudaKernel kernel) {
        return functions.get(kernel);
    }

    @Override
    public void close() {
        JCudaDriver.cuModuleUnload(module);
    }
}
