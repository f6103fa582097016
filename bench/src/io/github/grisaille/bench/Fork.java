package io.github.grisaille.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs a part of the benchmark in its own JVM. This is needed because OpenBLAS chooses its kernels when it is loaded,
 * and because only a new JVM has a first step. The other JVM answers with lines that begin with a mark.
 */
final class Fork {
    private static final String MARK = "= ";
    private static final String SEPARATOR = "\t";
    private static final int MINUTES = 15;

    private final List<String> options;
    private final OpenBlasCore core;
    private Consumer<String> others = line -> {};

    /** @param options further options for the JVM, after those that every part has */
    Fork(OpenBlasCore core, List<String> options) {
        this.core = core;
        this.options = options;
    }

    /** Passes all other lines to a consumer. */
    Fork others(Consumer<String> reader) {
        others = reader;
        return this;
    }

    /** Sends an answer; called in the other JVM. */
    static void answer(Object... fields) {
        List<String> texts = new ArrayList<>();
        for (Object field : fields) {
            texts.add(String.valueOf(field));
        }
        System.out.println(MARK + String.join(SEPARATOR, texts));
        System.out.flush();
    }

    /** Runs the part and returns all answers. */
    List<String[]> run(Class<?> program, String... arguments) throws IOException, InterruptedException {
        List<String[]> answers = new ArrayList<>();
        run(answers::add, program, arguments);
        return answers;
    }

    /** Runs the part and passes on each answer when it comes. */
    void run(Consumer<String[]> answers, Class<?> program, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--add-modules=jdk.incubator.vector");
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        core.set(builder.environment());
        Process process = builder.start();
        StringBuilder said = new StringBuilder();
        try (BufferedReader reader = process.inputReader()) {
            String line;
            while ((line = reader.readLine()) != null) {
                if (line.startsWith(MARK)) {
                    answers.accept(line.substring(MARK.length()).split(SEPARATOR));
                } else {
                    said.append(line).append('\n');
                    others.accept(line);
                }
            }
        } finally {
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
            }
        }
        if (process.exitValue() != 0) {
            throw new IOException(program.getSimpleName() + " " + String.join(" ", arguments) + " ended with "
                    + process.exitValue() + ":\n" + said);
        }
    }
}
