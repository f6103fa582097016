package io.github.grisaille.experiments;

import io.github.grisaille.io.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A CSV file that grows run by run. Each run is written at once, and runs that are in the file are not repeated. */
final class RunLines {
    private final Path file;
    private final List<String> lines;

    /**
     * Opens a file.
     *
     * @param file is read if it exists
     * @param header the first line of the file
     */
    RunLines(Path file, String header) {
        this.file = file;
        this.lines = Files.exists(file) ? read(file, header) : new ArrayList<>(List.of(header));
    }

    private static List<String> read(Path file, String header) {
        try {
            List<String> lines = new ArrayList<>(Files.readAllLines(file));
            if (lines.isEmpty() || !lines.get(0).equals(header)) {
                throw new IllegalArgumentException(
                        file + " does not begin with the line \"" + header + "\": move the file, or name another one");
            }
            return lines;
        } catch (IOException failed) {
            throw new UncheckedIOException(file + " could not be read: " + failed, failed);
        }
    }

    /** Whether the file has a line with this beginning. */
    boolean has(String start) {
        return lines.stream().anyMatch(line -> line.startsWith(start));
    }

    /** Adds the lines of one run, writes the file and prints them. */
    void add(List<String> run) {
        lines.addAll(run);
        AtomicFile.write(file, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
        System.out.println(String.join("\n", run));
    }

    /** The number of lines below the header. */
    int count() {
        return lines.size() - 1;
    }
}
