package io.github.grisaille.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import jcuda.driver.JCudaDriver;

/**
 * The driver that the backend's tests run on: the real one if there is a device, and otherwise the stand-in of src/test/cuda,
 * which g++ builds when its sources change. If there is neither, the tests are skipped.
 */
final class CudaStandIn {
    /** The order in which threads and blocks take turns. */
    enum Order {
        FORWARDS,
        BACKWARDS,
        SHUFFLED
    }

    /** The limits of a context through which tests read and set the stand-in. */
    private static final int ORDER = 1000;

    private static final int MEMORY = 1001;
    private static final int LIVE_BYTES = 1002;
    private static final int LAUNCHES = 1003;
    private static final int FAILING_LAUNCH = 1005;

    private static final Path SOURCES = Path.of("src/test/cuda");
    private static final Path KERNELS = Path.of("src/main/cuda");

    private static Boolean loaded;

    private CudaStandIn() {}

    static boolean realDevice() {
        return Files.exists(Path.of("/dev/nvidia0")) || Files.exists(Path.of("/dev/dxg"));
    }

    /** Makes sure that this JVM has a driver, or skips the test. */
    static synchronized void orSkip() {
        if (loaded == null) {
            loaded = realDevice() || load();
        }
        assumeTrue(loaded, "there is no GPU, and no Linux with g++ to build the stand-in");
    }

    /** Makes sure that the driver is the stand-in, or skips the test: for what a real device does not show. */
    static void itselfOrSkip() {
        assumeTrue(!realDevice(), "there is a GPU, and this test is about the stand-in");
        orSkip();
    }

    private static boolean load() {
        Path library = build(List.of());
        if (library == null) {
            return false;
        }
        // JCuda's library needs a library of this name, and takes the one that is loaded
        System.load(library.toString());
        return true;
    }

    /** The stand-in's library, built if it is not there yet. Null without Linux or g++. */
    static synchronized Path build(List<String> options) {
        if (!System.getProperty("os.name").equals("Linux")) {
            return null;
        }
        try {
            List<Path> sources = new ArrayList<>();
            for (Path folder : List.of(SOURCES, KERNELS)) {
                try (Stream<Path> files = Files.list(folder)) {
                    files.filter(file -> file.toString().matches(".*\\.(cpp|h|cu|cuh)"))
                            .sorted()
                            .forEach(sources::add);
                }
            }
            Path folder =
                    Path.of("target/cuda-stand-in", digest(sources, options)).toAbsolutePath();
            Path library = folder.resolve("libcuda.so.1");
            if (!Files.exists(library)) {
                Files.createDirectories(folder);
                Path made = Files.createTempFile(folder, "made", ".so");
                if (!compile(sources, options, made)) {
                    return null;
                }
                Files.move(made, library);
            }
            return library;
        } catch (IOException | InterruptedException broken) {
            throw new IllegalStateException("the stand-in could not be built", broken);
        }
    }

    private static boolean compile(List<Path> sources, List<String> options, Path library)
            throws IOException, InterruptedException {
        // contraction would fuse operations that the kernels keep apart
        List<String> command = new ArrayList<>(List.of(
                "g++",
                "-std=c++17",
                "-O2",
                "-g1",
                "-fPIC",
                "-shared",
                "-ffp-contract=off",
                "-Wl,-soname,libcuda.so.1"));
        command.addAll(options);
        command.addAll(List.of("-DGRISAILLE_STAND_IN", "-Wno-unknown-pragmas", "-I" + KERNELS, "-I" + SOURCES));
        command.addAll(List.of("-o", library.toString()));
        sources.stream()
                .map(Path::toString)
                .filter(name -> name.endsWith(".cpp"))
                .forEach(command::add);
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException noCompiler) {
            return false;
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("g++ said: " + said).isZero();
        return true;
    }

    private static String digest(List<Path> sources, List<String> options) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(String.join(" ", options).getBytes(StandardCharsets.UTF_8));
            for (Path source : sources) {
                digest.update(Files.readAllBytes(source));
            }
            return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static void order(Order order) {
        set(ORDER, order.ordinal());
    }

    /** How much memory the device has. */
    static void memory(long bytes) {
        set(MEMORY, bytes);
    }

    /** The n-th launch from now on fails; 0 for none. */
    static void failingLaunch(long n) {
        set(FAILING_LAUNCH, n);
    }

    /** Bytes that were allocated and not freed. */
    static long liveBytes() {
        return get(LIVE_BYTES);
    }

    /** Kernels that have run. */
    static long launches() {
        return get(LAUNCHES);
    }

    private static void set(int limit, long value) {
        CudaDriver.check("setting up the stand-in", JCudaDriver.cuCtxSetLimit(limit, value));
    }

    private static long get(int limit) {
        long[] value = new long[1];
        CudaDriver.check("asking the stand-in", JCudaDriver.cuCtxGetLimit(value, limit));
        return value[0];
    }
}
