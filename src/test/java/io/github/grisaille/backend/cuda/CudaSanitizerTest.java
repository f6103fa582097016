package io.github.grisaille.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** No kernel uses memory outside its tensors: the stand-in with AddressSanitizer, in a JVM of its own. */
class CudaSanitizerTest {
    /** The runtime of AddressSanitizer, which must be loaded first. Null if the compiler has none. */
    private static String runtime() throws IOException {
        Process process = new ProcessBuilder("g++", "-print-file-name=libasan.so").start();
        String name = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        return Files.exists(Path.of(name)) && Path.of(name).isAbsolute() ? name : null;
    }

    private static String run(String... arguments) throws Exception {
        assumeTrue(!CudaStandIn.realDevice(), "there is a real driver, which comes before the stand-in");
        Path library = CudaStandIn.build(List.of("-fsanitize=address", "-O1"));
        assumeTrue(library != null, "the stand-in needs Linux and g++");
        String runtime = runtime();
        assumeTrue(runtime != null, "g++ has no AddressSanitizer here");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                CudaSanitizerMain.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LD_LIBRARY_PATH", library.getParent().toString());
        builder.environment().put("LD_PRELOAD", runtime);
        // the JVM handles its own signals, and does not free its memory when it ends
        builder.environment().put("ASAN_OPTIONS", "handle_segv=0,detect_leaks=0");
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }

    @Test
    void everyPrimitiveStaysWithinItsTensors() throws Exception {
        assertThat(run()).contains("all within bounds").doesNotContain("AddressSanitizer");
    }

    @Test
    void anAccessOutsideATensorIsFound() throws Exception {
        assertThat(run("one too far"))
                .contains("AddressSanitizer: heap-buffer-overflow")
                .contains("clamp");
    }
}
