package io.github.grisaille.backend.cuda;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Measures the CUDA backend on this machine, in one call of less than 8 minutes: agreement with the CPU, the time of a
 * training step with and without CUDA graphs, and memory over many steps. If python3 has PyTorch and PyTorch sees the GPU, its
 * time is measured too.
 *
 * <p>Each part is a process of its own, with its own time limit. Its output is written at once to the screen, to
 * gpu-measure.txt and to gpu-measure.csv. So if a part fails or hangs, the results of the others are still there.
 *
 * <p>{@code ./lab bench --device cuda} runs it. bench/cuda/pack makes a folder that runs it on a machine without Java. The
 * exit status is 0 if all parts ended and all numbers are as wanted, 1 if there is no GPU, and 2 otherwise.
 */
public final class CudaMeasure {
    private static final int NO_GPU = 1;
    private static final int NOT_MET = 2;
    /** 8 minutes, without some seconds for the start and the end of the runtime. */
    private static final int SECONDS = 465;

    private static final double TIMES_EAGER_MLP = 5;
    private static final double TIMES_EAGER_DCGAN = 1;
    private static final Pattern PYTORCH = Pattern.compile("(PyTorch \\S+), (\\S+), (.+): ([0-9.]+) ms a step");

    /** What is measured, and how many seconds it may take. */
    private record Part(String name, int seconds, List<String> command) {}

    private record Result(String workload, String what, String precision, String value, String unit, String wanted) {
        boolean met() {
            double number = Double.parseDouble(value);
            if (wanted.startsWith("at most ")) {
                return number <= Double.parseDouble(wanted.substring(8));
            }
            return !wanted.startsWith("at least ") || number >= Double.parseDouble(wanted.substring(9));
        }

        String csv() {
            String verdict = wanted.isEmpty() ? "" : met() ? "met" : "not met";
            return "\"" + String.join("\",\"", workload, what, precision, value, unit, wanted, verdict) + "\"";
        }
    }

    private final PrintWriter text;
    private final PrintWriter csv;
    private final Path script;
    private final boolean small;
    private final long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    private final List<Result> results = new ArrayList<>();
    private int failures;

    private CudaMeasure(PrintWriter text, PrintWriter csv, Path script, boolean small) {
        this.text = text;
        this.csv = csv;
        this.script = script;
        this.small = small;
    }

    /**
     * @param arguments the folder to write to; the path of pytorch_cuda_steps.py; {@code small} for sizes that are fast
     *     enough in the tests' stand-in for the driver
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        String absence = CudaDriver.absence();
        if (absence != null) {
            System.err.println("bench: there is no GPU to measure: " + absence);
            System.exit(NO_GPU);
        }
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        try (PrintWriter text = writer(folder.resolve("gpu-measure.txt"));
                PrintWriter csv = writer(folder.resolve("gpu-measure.csv"))) {
            boolean small = arguments.length > 2 && arguments[2].equals("small");
            CudaMeasure measure = new CudaMeasure(text, csv, Path.of(arguments[1]), small);
            measure.run();
            measure.say("results are in " + folder);
            if (measure.failures > 0) {
                System.exit(NOT_MET);
            }
        }
    }

    private static PrintWriter writer(Path file) throws IOException {
        return new PrintWriter(Files.newBufferedWriter(file, StandardCharsets.UTF_8), true);
    }

    private void run() throws InterruptedException {
        csv.println("workload,what,precision,value,unit,wanted,verdict");
        run(java("primitives", 60));
        run(java("tf32", 30));
        run(java("losses", 45));
        run(java("mlp", 40));
        run(java("dcgan", 75));
        boolean installed = run(pytorch("mlp", "tf32", 40));
        if (installed) {
            run(pytorch("dcgan", "tf32", 45));
            run(pytorch("mlp", "float32", 30));
            run(pytorch("dcgan", "float32", 45));
        }
        run(java("memory", 55));
        if (installed) {
            compare("MLP GAN, batch " + (small ? 4 : 128), TIMES_EAGER_MLP);
            compare("DCGAN 64×64, width " + (small ? "2, batch 2" : "64, batch 128"), TIMES_EAGER_DCGAN);
        }
        say(failures == 0 ? "all numbers are as wanted" : failures + " parts or numbers are not as wanted: see above");
    }

    private Part java(String name, int seconds) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-Dfile.encoding=UTF-8",
                "-Dstdout.encoding=UTF-8",
                "-cp",
                System.getProperty("java.class.path"),
                CudaMeasurePart.class.getName(),
                name));
        if (small) {
            command.add("small");
        }
        return new Part(name, seconds, command);
    }

    private Part pytorch(String workload, String precision, int seconds) {
        String batch = small ? "4" : "128";
        return new Part(
                "PyTorch " + workload + " " + precision,
                seconds,
                List.of("python3", script.toString(), workload, batch, precision));
    }

    /** False if the part could not start or failed. A part of PyTorch that fails is reported, but it is not counted as a failure. */
    private boolean run(Part part) throws InterruptedException {
        long seconds = Math.min(part.seconds, TimeUnit.NANOSECONDS.toSeconds(end - System.nanoTime()));
        if (seconds <= 0) {
            failures++;
            say(part.name + ": left out, because the 8 minutes are over");
            return false;
        }
        say("--- " + part.name);
        boolean peer = part.name.startsWith("PyTorch");
        long start = System.nanoTime();
        boolean stopped = false;
        try {
            Process process =
                    new ProcessBuilder(part.command).redirectErrorStream(true).start();
            Thread reader = new Thread(() -> listen(process, part));
            reader.start();
            boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
            if (!ended) {
                stopped = true;
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
            }
            reader.join(TimeUnit.SECONDS.toMillis(2));
            if (ended && process.exitValue() == 0) {
                say(String.format(Locale.ROOT, "    (%.1f s)", (System.nanoTime() - start) / 1e9));
                return true;
            }
            say("    " + part.name
                    + (ended ? ": ended with status " + process.exitValue() : ": stopped after " + seconds + " s"));
        } catch (IOException missing) {
            say("    " + part.name + " cannot start: " + missing.getMessage());
        }
        if (!peer) {
            failures++;
        }
        return stopped;
    }

    private void listen(Process process, Part part) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                hear(line, part);
            }
        } catch (IOException stopped) {
            say("    (the output of " + part.name + " ended: " + stopped.getMessage() + ")");
        }
    }

    private synchronized void hear(String line, Part part) {
        if (line.startsWith(CudaMeasurePart.ROW)) {
            String[] f = line.substring(CudaMeasurePart.ROW.length()).split("\t", -1);
            add(new Result(f[0], f[1], f[2], f[3], f[4], f[5]));
            return;
        }
        if (!line.startsWith("WARNING: Using incubator modules")) {
            say("    " + line);
        }
        Matcher pytorch = PYTORCH.matcher(line);
        if (pytorch.matches()) {
            String workload = part.name.contains("mlp")
                    ? "MLP GAN, batch " + (small ? 4 : 128)
                    : "DCGAN 64×64, width 64, batch " + (small ? 4 : 128);
            String precision = pytorch.group(2).equals("tf32") ? "TF32" : "float32";
            add(new Result(
                    workload,
                    pytorch.group(1) + ", " + pytorch.group(3),
                    precision,
                    pytorch.group(4),
                    "ms a step",
                    ""));
        }
    }

    private void add(Result result) {
        results.add(result);
        csv.println(result.csv());
        if (!result.met()) {
            failures++;
            say("    NOT MET: " + result.workload + ", " + result.precision + ": " + result.what + " " + result.value
                    + ", wanted is " + result.wanted);
        }
    }

    /** The speed as a multiple of PyTorch's without graphs, in the same precision. */
    private void compare(String workload, double wanted) {
        for (String precision : List.of("TF32", "float32")) {
            Double ours = time(workload, precision, "Grisaille, CUDA graph");
            Double eager = time(workload, precision, "eager");
            if (ours != null && eager != null) {
                double times = eager / ours;
                say(String.format(
                        Locale.ROOT, "%s, %s: %.2f times as fast as PyTorch eager", workload, precision, times));
                add(new Result(
                        workload,
                        "times as fast as PyTorch eager",
                        precision,
                        String.format(Locale.ROOT, "%.4g", times),
                        "",
                        "at least " + wanted));
            }
        }
    }

    private Double time(String workload, String precision, String what) {
        return results.stream()
                .filter(result -> result.workload.equals(workload)
                        && result.precision.equals(precision)
                        && result.what.endsWith(what))
                .map(result -> Double.valueOf(result.value))
                .findFirst()
                .orElse(null);
    }

    private synchronized void say(String line) {
        System.out.println(line);
        text.println(line);
    }
}
