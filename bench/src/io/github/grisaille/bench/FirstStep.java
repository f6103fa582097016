package io.github.grisaille.bench;

/** One step of one workload in a JVM of its own. */
public final class FirstStep {
    private FirstStep() {}

    public static void main(String[] arguments) {
        Workloads.all()
                .get(arguments[0])
                .get()
                .ours(1, 1, () -> Runtime.getRuntime().halt(0));
    }
}
