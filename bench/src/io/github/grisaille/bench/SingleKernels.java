package io.github.grisaille.bench;

import io.github.grisaille.backend.cpu.KernelBenchmark;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs {@link KernelBenchmark} and reports vector loops and plain loops side by side. */
final class SingleKernels {
    private SingleKernels() {}

    static void measure(List<String> options) throws Exception {
        ChainedOptionsBuilder builder = new OptionsBuilder()
                .include(KernelBenchmark.class.getSimpleName())
                .jvmArgs(options.toArray(String[]::new))
                .verbosity(VerboseMode.SILENT);
        Map<String, double[]> speeds = new LinkedHashMap<>();
        for (RunResult result : new Runner(builder.build()).run()) {
            String label = result.getPrimaryResult().getLabel();
            String loops = result.getParams().getParam("loops");
            double nanos = result.getPrimaryResult().getScore();
            double speed = KernelBenchmark.work(label, loops) / nanos;
            speeds.computeIfAbsent(label, l -> new double[2])[loops.equals("plain") ? 1 : 0] = speed;
        }
        Report report = new Report("kernels", "kernel, one thread", "vectors", "plain loops", "unit", "times faster");
        speeds.forEach((label, pair) -> report.row(
                label,
                format("%.1f", pair[0]),
                format("%.2f", pair[1]),
                KernelBenchmark.arithmetic(label) ? "GFLOP/s" : "GB/s",
                format("%.1f", pair[0] / pair[1])));
        report.write();
    }

    private static String format(String pattern, double value) {
        return String.format(Locale.ROOT, pattern, value);
    }
}
