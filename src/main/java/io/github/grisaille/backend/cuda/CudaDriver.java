package io.github.grisaille.backend.cuda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import jcuda.CudaException;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;

/** NVIDIA's driver through JCuda: the first touch, which may fail in many ways, and checked calls. */
final class CudaDriver {
    /** JCuda 12.6 is built for CUDA 12.0, which is this version of the driver's interface. */
    private static final int OLDEST = 12_000;

    /** Set to true, the backend waits for each kernel, so that a failure names it. */
    static final String WAIT = "grisaille.cuda.wait";

    /** What a kernel does wrong, which the driver tells whoever calls it next. */
    private static final Set<Integer> KERNEL_FAULTS = Set.of(
            CUresult.CUDA_ERROR_ILLEGAL_ADDRESS,
            CUresult.CUDA_ERROR_MISALIGNED_ADDRESS,
            CUresult.CUDA_ERROR_ILLEGAL_INSTRUCTION,
            CUresult.CUDA_ERROR_LAUNCH_TIMEOUT,
            CUresult.CUDA_ERROR_LAUNCH_FAILED);

    private static final String TEMPORARY = "java.io.tmpdir";

    /** A failed initialisation of JCuda's class is remembered by the JVM as another error, so it is tried once only. */
    private static final class FirstTouch {
        static final String ABSENCE = absence(() -> inPrivateFolder(CudaDriver::initialize));
    }

    private CudaDriver() {}

    /** Why there is no GPU to compute on, in one line; null if there is one. */
    static String absence() {
        return FirstTouch.ABSENCE;
    }

    /** What the first touch of the driver says, whatever it throws. */
    static String absence(Callable<String> firstTouch) {
        try {
            return firstTouch.call();
        } catch (Throwable broken) {
            return explain(broken);
        }
    }

    private static String initialize() {
        JCudaDriver.setExceptionsEnabled(false);
        int status = JCudaDriver.cuInit(0);
        if (status != CUresult.CUDA_SUCCESS) {
            return explain(status);
        }
        int[] version = new int[1];
        check("reading the driver's version", JCudaDriver.cuDriverGetVersion(version));
        if (version[0] < OLDEST) {
            return "the NVIDIA driver is for CUDA " + version(version[0]) + ", and needed is one for CUDA "
                    + version(OLDEST) + " or newer (525 or newer): update the driver";
        }
        int[] devices = new int[1];
        check("counting devices", JCudaDriver.cuDeviceGetCount(devices));
        return devices[0] > 0 ? null : explain(CUresult.CUDA_ERROR_NO_DEVICE);
    }

    private static String version(int version) {
        return version / 1000 + "." + version % 1000 / 10;
    }

    static String explain(int status) {
        return status == CUresult.CUDA_ERROR_NO_DEVICE
                ? "the NVIDIA driver sees no device (CUDA_ERROR_NO_DEVICE); is CUDA_VISIBLE_DEVICES set to nothing?"
                : "the NVIDIA driver does not start: " + CUresult.stringFor(status);
    }

    static String explain(Throwable broken) {
        Throwable cause = broken;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        String message = String.valueOf(cause.getMessage());
        if (cause instanceof CudaException) {
            return "JCuda has no library for this system (" + firstLine(message) + ")";
        }
        if (message.contains("libcuda.so") || message.contains("nvcuda")) {
            return "no NVIDIA driver was found (libcuda.so.1 or nvcuda.dll)";
        }
        if (cause instanceof UnsatisfiedLinkError) {
            return "JCuda's native library does not load, for want of jcuda-natives for this platform or of an NVIDIA"
                    + " driver (" + firstLine(message) + ")";
        }
        return "JCuda does not start (" + cause.getClass().getSimpleName() + ": " + firstLine(message) + ")";
    }

    private static String firstLine(String message) {
        return message.strip().lines().findFirst().orElse("no message");
    }

    /**
     * JCuda unpacks its native library under a fixed name into the temporary folder, and loads whatever lies there under
     * that name: another JVM's half-written file, or a stranger's. So it gets a folder of its own.
     */
    private static String inPrivateFolder(Callable<String> touch) throws Exception {
        String before = System.getProperty(TEMPORARY);
        Path own = Files.createTempDirectory("grisaille-jcuda-");
        try {
            System.setProperty(TEMPORARY, own.toString());
            return touch.call();
        } finally {
            System.setProperty(TEMPORARY, before);
            delete(own);
        }
    }

    /** Where a loaded library cannot be deleted (Windows), this happens when the JVM ends, or never. */
    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> all = files.sorted(Comparator.reverseOrder()).toList();
            for (Path path : all) {
                if (!path.toFile().delete()) {
                    path.toFile().deleteOnExit();
                }
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Throws where a call of the driver failed, and says what for. */
    static void check(String what, int status) {
        if (status != CUresult.CUDA_SUCCESS) {
            throw new CudaFailure(what, status);
        }
    }

    static String describe(int status) {
        String[] text = new String[1];
        boolean known = JCudaDriver.cuGetErrorString(status, text) == CUresult.CUDA_SUCCESS && text[0] != null;
        boolean late = KERNEL_FAULTS.contains(status) && !Boolean.getBoolean(WAIT);
        return CUresult.stringFor(status)
                + (known ? ", " + text[0] : "")
                + (late ? "; a kernel may have failed earlier: -D" + WAIT + "=true waits for each, and names it" : "");
    }
}
