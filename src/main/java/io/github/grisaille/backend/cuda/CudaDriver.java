package io.github.grisaille.backend.cuda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import jcuda.CudaException;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;

/** NVIDIA's driver, called through JCuda: the first call, which can fail in many ways, and checks of later calls. */
final class CudaDriver {
    /** The version of the driver's interface that JCuda 12.6 is built for: CUDA 12.0. */
    private static final int OLDEST = 12_000;

    private static final String TEMPORARY = "java.io.tmpdir";

    /** The first call, tried only once: after a failure, the JVM reports another error for each use of JCuda's class. */
    private static final class FirstCall {
        static final String ABSENCE = absence(() -> inPrivateFolder(CudaDriver::initialize));
    }

    private CudaDriver() {}

    /** Why there is no GPU to compute on, in one line. Null if there is one. */
    static String absence() {
        return FirstCall.ABSENCE;
    }

    /** What the first call of the driver says, also if it throws. */
    static String absence(Callable<String> firstCall) {
        try {
            return firstCall.call();
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
            return "the NVIDIA driver is for CUDA " + version(version[0]) + ", and Grisaille needs one for CUDA "
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
                ? "the NVIDIA driver sees no device (CUDA_ERROR_NO_DEVICE): check that CUDA_VISIBLE_DEVICES is not empty"
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
            return "JCuda's native library does not load: jcuda-natives for this platform or the NVIDIA driver is missing ("
                    + firstLine(message) + ")";
        }
        return "JCuda does not start (" + cause.getClass().getSimpleName() + ": " + firstLine(message) + ")";
    }

    private static String firstLine(String message) {
        return message.strip().lines().findFirst().orElse("no message");
    }

    /**
     * Gives JCuda a temporary folder of its own for the first call. JCuda unpacks its native library under a fixed name into
     * the temporary folder, and loads any file of that name. In the common folder this can be another JVM's unfinished file,
     * or another user's file.
     */
    private static String inPrivateFolder(Callable<String> call) throws Exception {
        String before = System.getProperty(TEMPORARY);
        Path own = Files.createTempDirectory("grisaille-jcuda-");
        try {
            System.setProperty(TEMPORARY, own.toString());
            return call.call();
        } finally {
            System.setProperty(TEMPORARY, before);
            delete(own);
        }
    }

    /** Windows cannot delete a loaded library. It is then deleted when the JVM ends, or never. */
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

    /** Throws if a call of the driver failed, and says what the call was for. */
    static void check(String what, int status) {
        if (status != CUresult.CUDA_SUCCESS) {
            throw new CudaFailure(what, status);
        }
    }
}
