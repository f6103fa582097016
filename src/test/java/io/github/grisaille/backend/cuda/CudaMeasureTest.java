package io.github.grisaille.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The measurement without a GPU, and with the stand-in and a script in the place of PyTorch. */
class CudaMeasureTest {
    @TempDir
    Path folder;

    private String said;

    /** As bench/cuda/pack makes it: without JUnit. */
    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("junit"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private int measure(Path driver, Path script) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Dstdout.encoding=UTF-8",
                        "-Dfile.encoding=UTF-8",
                        "-cp",
                        classPath(),
                        CudaMeasure.class.getName(),
                        folder.resolve("out").toString(),
                        script.toString(),
                        "small")
                .redirectErrorStream(true);
        if (driver != null) {
            builder.environment().put("LD_LIBRARY_PATH", driver.getParent().toString());
        }
        Process process = builder.start();
        said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor();
    }

    @Test
    void withoutAGpuItSaysSoAndWritesNothing() throws Exception {
        assumeTrue(!CudaStandIn.realDevice());
        assertThat(measure(null, folder)).isEqualTo(1);
        assertThat(said).contains("bench: there is no GPU to measure: no NVIDIA driver was found");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    /** One number is not as wanted. It is reported and counted, and everything else is still measured. */
    @Test
    void everyPartIsMeasuredAndComparedThroughTheStandIn() throws Exception {
        assumeTrue(!CudaStandIn.realDevice(), "there is a real driver, which comes before the stand-in");
        Path driver = CudaStandIn.build(List.of());
        assumeTrue(driver != null, "the stand-in needs Linux and g++");
        Path script = folder.resolve("peer.py");
        Files.writeString(script, """
                import sys
                if sys.argv[1] == "dcgan" and sys.argv[3] == "tf32":
                    sys.exit("out of memory")
                time = 1e6 if sys.argv[3] == "tf32" else 1e-3
                print(f"PyTorch 9.9, {sys.argv[3]}, eager: {time:.3f} ms a step")
                """);
        assertThat(measure(driver, script)).as(said).isEqualTo(2);
        assertThat(Files.readString(folder.resolve("out/gpu-measure.txt")))
                .contains("every primitive agrees")
                .contains("PyTorch dcgan tf32: ended with status 1")
                .contains("NOT MET: MLP GAN, batch 4, float32: times as fast as PyTorch eager")
                .contains("1 parts or numbers are not as wanted")
                .doesNotContain("stopped after");
        assertThat(Files.readAllLines(folder.resolve("out/gpu-measure.csv")))
                .startsWith("workload,what,precision,value,unit,wanted,verdict")
                .anyMatch(row -> row.matches("\"MLP GAN, batch 4\",\"Grisaille, CUDA graph\",\"TF32\",\"[0-9.]+\".*"))
                .anyMatch(row -> row.matches("\"DCGAN 64×64, width 2, batch 2\",\"losses of step 1.*\"met\""))
                .anyMatch(
                        row -> row.matches("\"MLP GAN, batch 4\",\"times as fast as PyTorch eager\",\"TF32\".*\"met\""))
                .anyMatch(row -> row.matches("\"MLP GAN.*times as fast.*\"float32\".*\"at least 5.0\",\"not met\""))
                .anyMatch(row -> row.matches("\"MLP GAN.*more memory used.*\"at most 1.0\",\"met\""));
    }
}
