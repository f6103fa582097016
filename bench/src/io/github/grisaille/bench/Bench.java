package io.github.grisaille.bench;

import io.github.grisaille.tensor.Backend;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * The benchmark: {@code ./lab bench}. It prints tables and writes them as CSV to target/bench.
 *
 * <p>Both sides run in this process, in turn, so that whatever else the machine does falls on both.
 */
public final class Bench {
    private static final int ROUNDS = 15;
    private static final Path FOLDER = Path.of("target", "bench");

    private Bench() {}

    public static void main(String[] arguments) throws Exception {
        List<String> wanted = arguments.length == 0 ? List.of("products", "steps") : List.of(arguments);
        Files.createDirectories(FOLDER);
        System.out.println("JDK " + System.getProperty("java.version") + ", "
                + Backend.cpu().name());
        if (wanted.contains("products")) {
            Table products = Products.measure(threads());
            show(products, "products");
        }
        Table steps = Table.create(
                "One training step",
                StringColumn.create("step"),
                StringColumn.create("Grisaille, ms"),
                StringColumn.create("libtorch, ms"),
                StringColumn.create("libtorch with"),
                StringColumn.create("times faster"),
                StringColumn.create("kB allocated"),
                StringColumn.create("peak heap, MB"),
                StringColumn.create("first step after, s"),
                StringColumn.create("losses differ by"));
        for (Map.Entry<String, Supplier<Workload>> entry : Workloads.all().entrySet()) {
            String id = entry.getKey();
            if (wanted.contains("steps") || wanted.contains(id)) {
                Steps.Result r = Steps.measure(entry.getValue().get(), ROUNDS);
                String[] row = {
                    r.name(),
                    format("%.3f", r.ours() * 1e3),
                    format("%.3f", r.theirs() * 1e3),
                    r.setting().toString(),
                    format("%.2f", r.ratio()),
                    format("%.0f", r.bytesPerStep() / 1e3),
                    format("%.0f", r.peakHeap() / 1e6),
                    format("%.1f", firstStep(id)),
                    format("%.1e", r.disagreement())
                };
                for (int i = 0; i < row.length; i++) {
                    steps.stringColumn(i).append(row[i]);
                }
                System.out.println(String.join(" | ", row));
            }
        }
        if (!steps.isEmpty()) {
            show(steps, "steps");
        }
    }

    private static int threads() {
        return Integer.getInteger("grisaille.threads", Runtime.getRuntime().availableProcessors());
    }

    private static void show(Table table, String file) {
        System.out.println(table.printAll());
        table.write().csv(FOLDER.resolve(file + ".csv").toFile());
    }

    private static String format(String pattern, double value) {
        return String.format(Locale.ROOT, pattern, value);
    }

    /** Seconds from the start of a fresh JVM to the end of its first step. */
    private static double firstStep(String id) throws Exception {
        long start = System.nanoTime();
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-modules",
                        "jdk.incubator.vector",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FirstStep.class.getName(),
                        id)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() != 0) {
            throw new IllegalStateException("the first step of " + id + " did not end well");
        }
        return (System.nanoTime() - start) / 1e9;
    }
}
