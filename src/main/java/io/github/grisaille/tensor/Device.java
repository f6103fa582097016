package io.github.grisaille.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Where to compute. A model is moved by one line, {@code model.to(Device.best())}, and computes where its parameters are.
 */
public final class Device {
    /** How an accelerator makes itself known, whether it is there or not. */
    public interface Provider {
        /** Why it cannot be used, in one line that says what to do; null if it can. */
        String absence();

        /**
         * The backend of the accelerator; called at most once, and only if it is there.
         *
         * @throws IllegalStateException if it turns out to be of no use after all, and then says why
         */
        Backend backend();
    }

    private static final class Best {
        static final Backend ACCELERATOR;
        static final String ABSENCE;

        static {
            List<String> absences = new ArrayList<>();
            Backend found = null;
            for (Provider provider : ServiceLoader.load(Provider.class, Backend.class.getClassLoader())) {
                String absence = provider.absence();
                if (absence == null) {
                    try {
                        found = provider.backend();
                        break;
                    } catch (IllegalStateException unusable) {
                        absence = unusable.getMessage();
                    }
                }
                absences.add(absence);
            }
            ACCELERATOR = found;
            ABSENCE = absences.isEmpty() ? "no accelerator is known to this build" : String.join("; ", absences);
        }
    }

    private static final AtomicBoolean TOLD = new AtomicBoolean();

    private Device() {}

    /**
     * The GPU if there is one, and otherwise the CPU; then the first call says why in one line on standard error, unless
     * {@link #absence} was asked before.
     */
    public static Backend best() {
        if (Best.ACCELERATOR != null) {
            return Best.ACCELERATOR;
        }
        if (!TOLD.getAndSet(true)) {
            System.err.println("Grisaille computes on the CPU: " + Best.ABSENCE);
        }
        return Backend.cpu();
    }

    /** Why there is no GPU, in one line that says what to do; empty if there is one. */
    public static Optional<String> absence() {
        TOLD.set(true);
        return hasGpu() ? Optional.empty() : Optional.of(Best.ABSENCE);
    }

    /** Whether {@link #best} is a GPU. */
    public static boolean hasGpu() {
        return Best.ACCELERATOR != null;
    }

    /**
     * The GPU.
     *
     * @throws IllegalStateException if there is none, and then says why
     */
    public static Backend gpu() {
        if (Best.ACCELERATOR == null) {
            throw new IllegalStateException("there is no GPU: " + Best.ABSENCE);
        }
        return Best.ACCELERATOR;
    }
}
