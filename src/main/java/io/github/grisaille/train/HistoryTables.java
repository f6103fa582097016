package io.github.grisaille.train;

import io.github.grisaille.plot.Doubles;
import java.util.Arrays;
import java.util.stream.LongStream;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.Table;

/** The tables of a history. */
final class HistoryTables {
    private HistoryTables() {}

    /** One row for each recorded step. */
    static Table steps(History history) {
        long[] steps =
                Arrays.stream(history.steps()).mapToLong(step -> (long) step).toArray();
        Table table = Table.create("history", LongColumn.create("step", steps));
        for (String name : history.series()) {
            table.addColumns(Doubles.column(name, history.values(name)));
        }
        return table;
    }

    /**
     * One row for each epoch: the mean of each series over the epoch's steps.
     *
     * @param stepsPerEpoch the number of steps in an epoch; the last epoch may have fewer
     */
    static Table epochs(History history, long stepsPerEpoch) {
        int epochs = (int) ((history.size() + stepsPerEpoch - 1) / stepsPerEpoch);
        Table table = Table.create(
                "epochs",
                LongColumn.create("epoch", LongStream.rangeClosed(1, epochs).toArray()));
        for (String name : history.series()) {
            double[] values = history.values(name);
            DoubleColumn means = Doubles.column(name);
            for (int epoch = 0; epoch < epochs; epoch++) {
                int from = (int) (epoch * stepsPerEpoch);
                int to = (int) Math.min(values.length, from + stepsPerEpoch);
                means.append(Arrays.stream(values, from, to).average().orElse(Double.NaN));
            }
            table.addColumns(means);
        }
        return table;
    }
}
