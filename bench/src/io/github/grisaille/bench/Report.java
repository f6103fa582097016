package io.github.grisaille.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** A table that is printed as Markdown and written as CSV to target/bench. */
final class Report {
    private static final Path FOLDER = Path.of("target", "bench");

    private final String name;
    private final Table table;
    private final List<String> lines = new ArrayList<>();

    Report(String name, String... columns) {
        this.name = name;
        this.table = Table.create(
                name, Arrays.stream(columns).map(StringColumn::create).toArray(StringColumn[]::new));
        lines.add(line(columns));
        lines.add("|" + "---|".repeat(columns.length));
    }

    /** Adds a row and prints it at once. */
    void row(String... fields) {
        for (int i = 0; i < fields.length; i++) {
            table.stringColumn(i).append(fields[i]);
        }
        lines.add(line(fields));
        System.err.println(lines.get(lines.size() - 1));
    }

    private static String line(String... fields) {
        return "| " + String.join(" | ", fields) + " |";
    }

    void write() throws IOException {
        Files.createDirectories(FOLDER);
        table.write().csv(FOLDER.resolve(name + ".csv").toFile());
        System.out.println("\n" + String.join("\n", lines) + "\n");
    }
}
