package io.github.grisaille.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicBoolean;

/** Where to compute. {@code model.to(Device.best())} moves a model; it then computes where its parameters are. */
public final class Device {
    /** Tells whether an accelerator is there. A service, found by {@link ServiceLoader}. */
    public interface Provider {
        /** Why it cannot be used and what to do, in one line; null if it can be used. */
        String absence();

        /**
         * The backend of the accelerator. It is called at most once, and only if {@link #absence} is null.
         *
         * @throws IllegalStateException if it cannot be used after all; the message says why
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
     * The GPU if there is one, otherwise the CPU. Without a GPU the first call prints the reason in one line on
     * standard error, unless {@link #absence} was called before.
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

    /** Why there is no GPU and what to do, in one line; empty if there is one. */
    public static Optional<String> absence() {
        TOLD.set(true);
        return hasGpu() ? Optional.empty() : Optional.of(Best.ABSENCE);
    }

    /** Whether {@link #best} returns a GPU. */
    public static boolean hasGpu() {
        return Best.ACCELERATOR != null;
    }

    /**
     * The GPU.
     *
     * @throws IllegalStateException if there is none; the message says why
     */
    public static Backend gpu() {
        if (Best.ACCELERATOR == null) {
            throw new IllegalStateException("there is no GPU: " + Best.ABSENCE);
        }
        return Best.ACCELERATOR;
    }
}
