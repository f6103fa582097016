package io.github.grisaille.backend.cpu;

import io.github.grisaille.tensor.Backend;

/**
 * Provides the CPU backend to the look-up in {@link Backend#cpu}. {@code -Dgrisaille.threads=n} sets its number of
 * threads.
 */
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
            // the message below says what is wrong
        }
        throw new IllegalArgumentException(
                "-D" + THREADS + "=" + wanted + ": the number of threads is a whole number of at least 1");
    }
}
