package io.github.grisaille.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** PyTorch from PyPI, if it is installed. It runs in its own process, which does some steps whenever it is asked. */
final class PythonPeer implements AutoCloseable {
    private static final String READY = "ready ";

    private final Process process;
    private final BufferedReader answers;
    private final PrintWriter wishes;
    private final String setting;

    private PythonPeer(Process process, BufferedReader answers, String setting) {
        this.process = process;
        this.answers = answers;
        this.wishes = process == null ? null : new PrintWriter(process.outputWriter(), true);
        this.setting = setting;
    }

    /** The command for Python: the value of PYTHON, or python3. */
    static String command() {
        return System.getenv().getOrDefault("PYTHON", "python3");
    }

    /** PyTorch's version; null if it is not installed. */
    static String version() throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command(), "-c", "import torch; print(torch.__version__)")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String version = process.inputReader().readLine();
            return process.waitFor() == 0 ? version : null;
        } catch (IOException noPython) {
            return null;
        }
    }

    /** Starts PyTorch on a workload. Without PyTorch all times are NaN. */
    static PythonPeer start(String id, int threads) throws IOException {
        Process process;
        try {
            process = new ProcessBuilder(
                            command(), Path.of("bench", "pytorch_steps.py").toString(), id, String.valueOf(threads))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException noPython) {
            return new PythonPeer(null, null, "none");
        }
        BufferedReader answers = process.inputReader();
        String line = answers.readLine();
        return line != null && line.startsWith(READY)
                ? new PythonPeer(process, answers, line.substring(READY.length()))
                : new PythonPeer(null, null, "none");
    }

    String setting() {
        return setting;
    }

    /** The seconds per step, over this many steps. */
    double seconds(int steps) {
        if (process == null) {
            return Double.NaN;
        }
        wishes.println(steps);
        try {
            return Double.parseDouble(answers.readLine());
        } catch (IOException failed) {
            throw new IllegalStateException("PyTorch's process ended", failed);
        }
    }

    @Override
    public void close() {
        if (process == null) {
            return;
        }
        wishes.close();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroy();
            }
        } catch (InterruptedException interrupted) {
            process.destroy();
            Thread.currentThread().interrupt();
        }
    }
}
