package io.github.grisaille.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A set of OpenBLAS's kernels. It has one for each kind of processor and takes the one made for what it finds, which is
 * not always its fastest there: so the benchmark tries all.
 */
record OpenBlasCore(String name) {
    private static final String VARIABLE = "OPENBLAS_CORETYPE";
    private static final String[] AVX512 = {"SkylakeX", "Cooperlake", "SapphireRapids"};
    private static final String[] AVX2 = {"Haswell", "Zen"};
    private static final String[] ARM = {"NEOVERSEN1", "NEOVERSEV1", "NEOVERSEN2", "VORTEX", "ARMV8"};

    /** What OpenBLAS takes by itself. */
    static final OpenBlasCore OWN = new OpenBlasCore("");

    /**
     * Those that run here; only the one that OPENBLAS_CORETYPE names, where it is set.
     *
     * @param narrow no more than AVX2
     */
    static List<OpenBlasCore> all(boolean narrow) throws InterruptedException {
        String wanted = System.getenv(VARIABLE);
        if (wanted != null) {
            return List.of(new OpenBlasCore(wanted));
        }
        List<String> names = new ArrayList<>();
        if (System.getProperty("os.arch").equals("aarch64")) {
            names.addAll(List.of(ARM));
        } else {
            names.addAll(List.of(AVX2));
            if (!narrow) {
                names.addAll(List.of(AVX512));
            }
        }
        List<OpenBlasCore> running = new ArrayList<>();
        for (String name : names) {
            OpenBlasCore core = new OpenBlasCore(name);
            if (core.runs()) {
                running.add(core);
            }
        }
        return running.isEmpty() ? List.of(OWN) : running;
    }

    /** OpenBLAS falls back to another if it does not know the name, and dies if the processor lacks an instruction. */
    private boolean runs() throws InterruptedException {
        List<String> taken = new ArrayList<>();
        try {
            new Fork(this, List.of())
                    .others(line -> {
                        if (line.startsWith("Core: ")) {
                            taken.add(line.substring("Core: ".length()).strip());
                        }
                    })
                    .run(Products.class, "try");
        } catch (IOException died) {
            return false;
        }
        return taken.stream().allMatch(name::equalsIgnoreCase) && !taken.isEmpty();
    }

    /**
     * Sets what a process needs to take it, and to say so. OpenBLAS's idle threads then wait for 2²⁴ ticks (some
     * milliseconds) before they sleep: more than the time between its calls, but less than the {@link Timing#pause} before
     * our turn, in which they would otherwise take half of our processors.
     */
    void set(Map<String, String> environment) {
        environment.putIfAbsent("OPENBLAS_THREAD_TIMEOUT", "24");
        environment.put("OPENBLAS_VERBOSE", "2");
        if (!name.isEmpty()) {
            environment.put(VARIABLE, name);
        }
    }

    @Override
    public String toString() {
        return name.isEmpty() ? "its own choice" : name;
    }
}
