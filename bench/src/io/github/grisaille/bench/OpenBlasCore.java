package io.github.grisaille.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A set of OpenBLAS's kernels. OpenBLAS has one for each kind of processor and chooses by the processor that it finds.
 * Its choice is not always the fastest, so the benchmark tries all sets.
 */
record OpenBlasCore(String name) {
    private static final String VARIABLE = "OPENBLAS_CORETYPE";
    private static final String[] AVX512 = {"SkylakeX", "Cooperlake", "SapphireRapids"};
    private static final String[] AVX2 = {"Haswell", "Zen"};
    private static final String[] ARM = {"NEOVERSEN1", "NEOVERSEV1", "NEOVERSEN2", "VORTEX", "ARMV8"};

    /** OpenBLAS's own choice. */
    static final OpenBlasCore OWN = new OpenBlasCore("");

    /**
     * The sets that run on this machine. If OPENBLAS_CORETYPE is set, only that one.
     *
     * @param narrow whether to use at most AVX2
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

    /**
     * Whether this set runs here. OpenBLAS uses another set if it does not know the name, and crashes if the processor
     * lacks an instruction.
     */
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
     * Sets the environment with which a process uses this set and reports it. OpenBLAS's idle threads then wait for 2²⁴
     * ticks (some milliseconds) before they sleep. This is longer than the time between its calls, but shorter than
     * {@link Timing#pause}. Otherwise they would take processor time from the other side's turn.
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
