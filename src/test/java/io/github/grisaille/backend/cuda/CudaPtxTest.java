package io.github.grisaille.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jcuda.nvptxcompiler.JNvPTXCompiler;
import jcuda.nvptxcompiler.nvPTXCompilerHandle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** NVIDIA's own assembler accepts the committed PTX for every generation of devices. It needs no driver. */
class CudaPtxTest {
    /** The values of a thread that do not fit into registers go to memory, which makes a product slow. */
    private static final Pattern SPILLED = Pattern.compile("(\\d+) bytes spill stores");

    private static final int FEW_BYTES = 32;

    @ParameterizedTest(name = "sm_{1} from the PTX for sm_{0}")
    @CsvSource({"60,60", "60,75", "80,80", "80,90"})
    void itAssembles(int ptx, int device) {
        assumeTrue(
                System.getProperty("os.name").matches("(Linux|Windows).*")
                        && System.getProperty("os.arch").equals("amd64"),
                "JCuda has natives for Linux and Windows on x86-64");
        JNvPTXCompiler.setExceptionsEnabled(false);
        byte[] text = CudaProgram.ptx(ptx);
        nvPTXCompilerHandle compiler = new nvPTXCompilerHandle();
        assertThat(JNvPTXCompiler.nvPTXCompilerCreate(compiler, text.length, Arrays.copyOf(text, text.length + 1)))
                .isZero();
        String[] options = {"--gpu-name=sm_" + device, "--verbose"};
        int status = JNvPTXCompiler.nvPTXCompilerCompile(compiler, options.length, options);
        long[] size = new long[1];
        JNvPTXCompiler.nvPTXCompilerGetErrorLogSize(compiler, size);
        byte[] errors = new byte[(int) size[0] + 1];
        JNvPTXCompiler.nvPTXCompilerGetErrorLog(compiler, errors);
        assertThat(status).as(new String(errors)).isZero();
        JNvPTXCompiler.nvPTXCompilerGetCompiledProgramSize(compiler, size);
        assertThat(size[0]).isGreaterThan(100_000);
        JNvPTXCompiler.nvPTXCompilerGetInfoLogSize(compiler, size);
        byte[] said = new byte[(int) size[0] + 1];
        JNvPTXCompiler.nvPTXCompilerGetInfoLog(compiler, said);
        Matcher spilled = SPILLED.matcher(new String(said));
        while (spilled.find()) {
            assertThat(Integer.parseInt(spilled.group(1))).as(new String(said)).isLessThan(FEW_BYTES);
        }
        JNvPTXCompiler.nvPTXCompilerDestroy(compiler);
    }

    @Test
    void everyKernelIsThere() {
        for (int capability : new int[] {60, 80}) {
            String ptx = new String(CudaProgram.ptx(capability));
            for (CudaKernel kernel : CudaKernel.values()) {
                assertThat(ptx.contains(".entry " + kernel.symbol() + "("))
                        .as(kernel + " for sm_" + capability)
                        .isEqualTo(capability == 80 || kernel.everywhere());
            }
        }
    }
}
