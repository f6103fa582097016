package io.github.grisaille.bench;

/** One step of one workload in a JVM of its own. */
public final class FirstStep {
    private FirstStep() {}

    public static void main(String[] arguments) {
        Workloads.all().stream()
                .filter(workload -> workload.name().startsWith(arguments[0]))
                .findFirst()
                .orElseThrow()
                .ours(1, 1, () -> Runtime.getRuntime().halt(0));
    }
}
