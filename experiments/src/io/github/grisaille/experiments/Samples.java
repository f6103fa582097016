package io.github.grisaille.experiments;

import io.github.grisaille.io.AtomicFile;
import io.github.grisaille.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.stream.IntStream;
import tech.tablesaw.api.Table;

/** Functions that all runs with shipped results share. */
final class Samples {
    private Samples() {}

    /** The first items of a batch. */
    static Tensor first(Tensor items, int count) {
        Tensor first = items.backend().empty(items.shape().withBatch(count));
        items.backend().gatherRows(items, IntStream.range(0, count).toArray(), first);
        return first;
    }

    /** Writes a table as CSV, whole or not at all. */
    static void writeCsv(Table table, Path file) {
        ByteArrayOutputStream csv = new ByteArrayOutputStream();
        table.write().csv(csv);
        AtomicFile.write(file, csv.toByteArray());
    }

    /** The processor time of this process so far, in seconds. It hardly depends on other programs. */
    static double coreSeconds() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis() / 1e3;
    }
}
