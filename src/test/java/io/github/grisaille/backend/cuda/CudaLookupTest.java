package io.github.grisaille.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a program gets on machines with and without a GPU. A JVM of its own stands for each machine. */
class CudaLookupTest {
    @TempDir
    Path temporary;

    /** A JVM that asks for the best device. */
    private Process start(boolean withJCuda, Path driver, Map<String, String> environment, String... options)
            throws IOException {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> withJCuda || !entry.contains("jcuda"))
                .collect(Collectors.joining(File.pathSeparator));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + temporary,
                "-Dgrisaille.kernels=plain"));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", classPath, CudaLookupMain.class.getName()));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        if (driver != null) {
            builder.environment().put("LD_LIBRARY_PATH", driver.getParent().toString());
        }
        return builder.redirectErrorStream(true).start();
    }

    private static String said(Process process) throws IOException, InterruptedException {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.lines()
                .filter(line -> !line.isEmpty() && !line.startsWith("WARNING"))
                .collect(Collectors.joining("\n"));
    }

    private String run(boolean withJCuda, Path driver, Map<String, String> environment) throws Exception {
        return said(start(withJCuda, driver, environment));
    }

    private static Path standIn() {
        assumeTrue(!CudaStandIn.realDevice(), "there is a real driver, which comes before the stand-in");
        Path driver = CudaStandIn.build(List.of());
        assumeTrue(driver != null, "the stand-in needs Linux and g++");
        return driver;
    }

    @Test
    void withoutADriver() throws Exception {
        assumeTrue(!CudaStandIn.realDevice());
        assertThat(run(true, null, Map.of()))
                .startsWith("Grisaille computes on the CPU: ")
                .contains("driver")
                .contains("cpu (")
                .contains(": 7.0");
    }

    @Test
    void withoutJCuda() throws Exception {
        assertThat(run(false, null, Map.of()))
                .startsWith("Grisaille computes on the CPU: JCuda is not on the class path")
                .contains("cpu (");
    }

    @Test
    void withADriverAndNoDevice() throws Exception {
        assertThat(run(true, standIn(), Map.of("STAND_IN_DEVICES", "0")))
                .startsWith("Grisaille computes on the CPU: the NVIDIA driver sees no device (CUDA_ERROR_NO_DEVICE)")
                .contains("cpu (");
    }

    @Test
    void withADriverThatIsTooOld() throws Exception {
        assertThat(run(true, standIn(), Map.of("STAND_IN_DRIVER", "11040")))
                .startsWith("Grisaille computes on the CPU: the NVIDIA driver is for CUDA 11.4, and Grisaille needs"
                        + " one for CUDA 12.0 or newer (525 or newer): update the driver");
    }

    @Test
    void withADeviceThatIsTooOld() throws Exception {
        assertThat(run(true, standIn(), Map.of("STAND_IN_CAPABILITY", "52")))
                .startsWith(
                        "Grisaille computes on the CPU: the GPU has compute capability 5.2, and Grisaille needs 6.0 or"
                                + " newer (Pascal): compute on the CPU")
                .contains("cpu (");
    }

    /** In a notebook the reason is the value of a cell. It must not appear in red a second time. */
    @Test
    void aProgramThatAskedForTheReasonIsNotToldAgain() throws Exception {
        assertThat(said(start(false, null, Map.of(), "-Dasked=true")))
                .startsWith("JCuda is not on the class path")
                .doesNotContain("Grisaille computes on the CPU")
                .contains("cpu (");
    }

    @Test
    void withADevice() throws Exception {
        assertThat(run(true, standIn(), Map.of())).startsWith("stand-in (CUDA 8.0, TF32): 7.0");
        assertThat(run(true, standIn(), Map.of("STAND_IN_CAPABILITY", "75")))
                .startsWith("stand-in (CUDA 7.5, float32): 7.0");
    }

    /** On macOS, JCuda's class initialiser throws an exception of JCuda. */
    @Test
    void onMacOs() throws Exception {
        assertThat(said(start(true, null, Map.of(), "-Dos.name=Mac OS X")))
                .startsWith(
                        "Grisaille computes on the CPU: JCuda has no library for this system (This CUDA version is not"
                                + " available on MacOS)")
                .contains("cpu (");
    }

    @Test
    void anyErrorIsSaidInOneLine() {
        assertThat(CudaDriver.absence(() -> {
                    throw new UnsatisfiedLinkError("libcuda.so.1: cannot open shared object file");
                }))
                .isEqualTo("no NVIDIA driver was found (libcuda.so.1 or nvcuda.dll)");
        assertThat(CudaDriver.absence(() -> {
                    throw new IllegalStateException("one\ntwo");
                }))
                .isEqualTo("JCuda does not start (IllegalStateException: one)");
    }

    @Test
    void thePrecisionIsChecked() {
        assertThat(CudaProvider.precision("float32")).isEqualTo(CudaPrecision.FLOAT32);
        assertThatThrownBy(() -> CudaProvider.precision("half"))
                .hasMessage("-Dgrisaille.cuda.precision=half: the precision is tf32 or float32");
    }

    /** JCuda by itself unpacks its library under one name for all JVMs, so the second JVM could load an unfinished file. */
    @Test
    void twoAtOnceTenTimes() throws Exception {
        Path driver = standIn();
        for (int i = 0; i < 10; i++) {
            Process first = start(true, driver, Map.of());
            Process second = start(true, driver, Map.of());
            assertThat(said(first)).as("first of pair " + i).startsWith("stand-in (CUDA 8.0, TF32): 7.0");
            assertThat(said(second)).as("second of pair " + i).startsWith("stand-in (CUDA 8.0, TF32): 7.0");
        }
        try (Stream<Path> left = Files.list(temporary)) {
            assertThat(left.map(path -> path.getFileName().toString()).filter(name -> name.contains("cuda")))
                    .as("what is left in the temporary folder, which was restored after the first call")
                    .isEmpty();
        }
    }
}
