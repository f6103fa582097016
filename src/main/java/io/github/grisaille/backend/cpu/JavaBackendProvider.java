package io.github.grisaille.backend.cpu;

import io.github.grisaille.tensor.Backend;

/** Makes the CPU backend known to the look-up; {@code -Dgrisaille.threads=n} sets its number of threads. */
public final class JavaBackendProvider implements Backend.Provider {
    private static final String THREADS = "grisaille.threads";

    @Override
    public Backend backend() {
        return new JavaBackend(threads(System.getProperty(THREADS)));
    }

    static int threads(String wanted) {
        if (wanted == null) {
            return Runtime.getRuntime().availableProcessors();
        }
        try {
            int threads = Integer.parseInt(wanted.strip());
            if (threads >= 1) {
                return threads;
            }
        } catch (NumberFormatException notANumber) {
            // the message below says it
        }
        throw new IllegalArgumentException(
                "-D" + THREADS + "=" + wanted + ": the number of threads is a whole number of at least 1");
    }
}
