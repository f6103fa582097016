package io.github.grisaille.train;

import io.github.grisaille.plot.Doubles;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.Table;

/** The tables of a history. */
final class HistoryTables {
    private HistoryTables() {}

    /**
     * One row for each recorded step.
     *
     * @param series the values of all steps, by the name of the series
     */
    static Table steps(List<Long> steps, Map<String, List<Double>> series) {
        Table table =
                Table.create("history", LongColumn.create("step", steps.stream().mapToLong(Long::longValue)));
        series.forEach((name, values) -> table.addColumns(Doubles.column(name, array(values))));
        return table;
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /**
     * One row for each epoch: the mean of each series over the epoch's steps.
     *
     * @param series the values of all steps, by the name of the series
     * @param stepsPerEpoch the number of steps in an epoch; the last epoch may have fewer
     */
    static Table epochs(int steps, Map<String, List<Double>> series, long stepsPerEpoch) {
        int epochs = (int) ((steps + stepsPerEpoch - 1) / stepsPerEpoch);
        Table table = Table.create(
                "epochs",
                LongColumn.create("epoch", LongStream.rangeClosed(1, epochs).toArray()));
        series.forEach((name, recorded) -> {
            double[] values = array(recorded);
            DoubleColumn means = Doubles.column(name);
            for (int epoch = 0; epoch < epochs; epoch++) {
                int from = (int) (epoch * stepsPerEpoch);
                int to = (int) Math.min(values.length, from + stepsPerEpoch);
                means.append(Arrays.stream(values, from, to).average().orElse(Double.NaN));
            }
            table.addColumns(means);
        });
        return table;
    }
}
