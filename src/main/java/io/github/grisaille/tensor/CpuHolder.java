package io.github.grisaille.tensor;

import java.util.ServiceLoader;

/** Finds the CPU backend at its first use. */
final class CpuHolder {
    static final Backend BACKEND = ServiceLoader.load(Backend.Provider.class, Backend.class.getClassLoader())
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("no backend was found: Grisaille's jar should name one in "
                    + "META-INF/services/" + Backend.Provider.class.getName()))
            .backend();

    private CpuHolder() {}
}
