package io.github.grisaille.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The benchmark: {@code ./lab bench}. It prints tables and writes them as CSV to target/bench.
 *
 * <p>Each measurement runs in a new JVM. Both sides take turns in it, so that other load on the machine affects both.
 */
public final class Bench {
    private static final int FRESH_STARTS = 3;
    private static final String THREADS = "grisaille.threads";

    private Bench() {}

    public static void main(String[] arguments) throws Exception {
        List<String> wanted = new ArrayList<>();
        List<String> options = new ArrayList<>();
        int threads = threads();
        boolean narrow = false;
        for (String argument : arguments) {
            if (argument.equals("--avx2")) {
                narrow = true;
                options.add("-XX:UseAVX=2");
            } else if (argument.startsWith("--threads=")) {
                threads = Integer.parseInt(argument.substring("--threads=".length()));
            } else {
                wanted.add(argument);
            }
        }
        options.add("-D" + THREADS + "=" + threads);
        options.add("-Xmx4g");
        wanted = wanted.isEmpty() ? List.of("products", "steps") : wanted;
        check(wanted);
        if (wanted.contains("kernels")) {
            SingleKernels.measure(options);
        }
        if (wanted.contains("accuracy")) {
            Accuracy.measure();
        }
        if (List.of("kernels", "accuracy").containsAll(wanted)) {
            return;
        }
        List<OpenBlasCore> cores = OpenBlasCore.all(narrow);
        System.out.println("JDK " + System.getProperty("java.version") + ", " + count(threads, "thread")
                + (narrow ? ", AVX2" : "") + "; OpenBLAS's kernels that run here: " + cores);
        double peak = wanted.contains("products") ? products(cores, options) : Products.peak(cores, options);
        List<String> ids = Workloads.all().keySet().stream()
                .filter(id -> wantedStep(arguments, id))
                .toList();
        if (!ids.isEmpty()) {
            steps(ids, cores, options, peak);
        }
    }

    private static boolean wantedStep(String[] arguments, String id) {
        List<String> parts = List.of(arguments).stream()
                .filter(argument -> !argument.startsWith("--"))
                .toList();
        return parts.isEmpty() || parts.contains("steps") || parts.contains(id);
    }

    private static void check(List<String> wanted) {
        List<String> parts = new ArrayList<>(List.of("products", "steps", "kernels", "accuracy"));
        parts.addAll(Workloads.all().keySet());
        for (String part : wanted) {
            if (!parts.contains(part)) {
                System.err.println(
                        "bench: there is no part '" + part + "': use one of " + parts + ", --threads=n or --avx2");
                System.exit(1);
            }
        }
    }

    /** The number of threads of this library in this process; the peers get no more. */
    static int threads() {
        return Integer.getInteger(THREADS, Runtime.getRuntime().availableProcessors());
    }

    static String count(int number, String thing) {
        return number + " " + thing + (number == 1 ? "" : "s");
    }

    /** Measures the products and returns OpenBLAS's speed at the square product. */
    private static double products(List<OpenBlasCore> cores, List<String> options) throws Exception {
        Report report = new Report(
                "products",
                "product (rows × columns × inner)",
                "Grisaille, GFLOP/s",
                "OpenBLAS, GFLOP/s",
                "OpenBLAS with",
                "ratio");
        List<Products.Figures> figures = Products.measure(Products.best(cores, options), options);
        for (Products.Figures f : figures) {
            report.row(
                    f.product().toString(),
                    format("%.1f", f.ours() / 1e9),
                    format("%.1f", f.theirs() / 1e9),
                    f.peer().core() + ", " + count(f.peer().threads(), "thread"),
                    format("%.2f", f.ours() / f.theirs()));
        }
        report.write();
        return figures.get(Products.SQUARE).theirs();
    }

    private static void steps(List<String> ids, List<OpenBlasCore> cores, List<String> options, double peak)
            throws Exception {
        String version = PythonPeer.version();
        System.out.println(
                version == null
                        ? "PyTorch from PyPI: not measured, since " + PythonPeer.command() + " cannot import torch"
                        : "PyTorch from PyPI: " + version);
        System.out.println("OpenBLAS's peak: " + format("%.0f", peak / 1e9) + " GFLOP/s");
        Report times = new Report(
                "steps",
                "one training step",
                "Grisaille",
                "libtorch",
                "libtorch with",
                "times faster",
                "PyTorch (PyPI)",
                "PyTorch with",
                "times faster than it",
                "losses differ by");
        Report costs = new Report(
                "costs",
                "one training step",
                "GFLOP",
                "GFLOP/s",
                "share of OpenBLAS's peak",
                "times one thread",
                "allocated",
                "heap used, of 1 GB",
                "first step after");
        for (String id : ids) {
            Workload workload = Workloads.all().get(id).get();
            Steps.Figures f = Steps.measure(id, Steps.best(id, cores, options), options);
            times.row(
                    workload.name(),
                    millis(f.ours()),
                    millis(f.theirs()),
                    f.peer().setting() + ", " + f.peer().core(),
                    format("%.2f", f.theirs() / f.ours()),
                    version == null ? "" : millis(f.python()),
                    version == null ? "" : f.pythonSetting(),
                    version == null ? "" : format("%.2f", f.python() / f.ours()),
                    format("%.0e", f.disagreement()));
            double[] alone = alone(id, options);
            double speed = workload.flop() / f.ours();
            costs.row(
                    workload.name(),
                    format("%.3g", workload.flop() / 1e9),
                    format("%.0f", speed / 1e9),
                    format("%.2f", speed / peak),
                    format("%.2f", f.oneThread() / f.ours()),
                    format("%.2f MB", alone[1] / 1e6),
                    format("%.0f MB", alone[2] / 1e6),
                    format("%.1f s", alone[0]));
        }
        times.write();
        costs.write();
    }

    /**
     * The seconds from the start of a new JVM to the end of its first step, the bytes per step, and the peak of a heap
     * of 1 GB.
     */
    private static double[] alone(String id, List<String> options) throws Exception {
        List<String> small = new ArrayList<>(options);
        small.add("-Xmx1g");
        double[] first = new double[FRESH_STARTS];
        double[] figures = new double[3];
        for (int i = 0; i < FRESH_STARTS; i++) {
            long start = System.nanoTime();
            int run = i;
            String[] arguments = i == 0 ? new String[] {id} : new String[] {id, "first"};
            new Fork(OpenBlasCore.OWN, small)
                    .run(
                            answer -> {
                                if (answer[0].equals("first")) {
                                    first[run] = (System.nanoTime() - start) / 1e9;
                                } else {
                                    figures[1] = Double.parseDouble(answer[0]);
                                    figures[2] = Double.parseDouble(answer[1]);
                                }
                            },
                            Alone.class,
                            arguments);
        }
        figures[0] = Timing.median(first);
        return figures;
    }

    private static String millis(double seconds) {
        double millis = seconds * 1e3;
        return format(millis < 10 ? "%.3f ms" : millis < 100 ? "%.1f ms" : "%.0f ms", millis);
    }

    private static String format(String pattern, double value) {
        return String.format(Locale.ROOT, pattern, value);
    }
}
