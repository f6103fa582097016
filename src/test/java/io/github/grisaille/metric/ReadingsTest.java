package io.github.grisaille.metric;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.grisaille.metric.VariationalBound.Elbo;
import io.github.grisaille.metric.VariationalBound.Estimate;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.Table;

class ReadingsTest {
    private static final MnistMetrics.Measures MEASURES = new MnistMetrics.Measures(
            3000,
            new FrechetDistance(12.345678, 4, 8.345678, ""),
            new KernelDistance(0.0123456, 0.00054321, 100, 1000, "few items"),
            new InceptionScore(9.5, Double.NaN, 1, ""),
            new PrecisionRecall(0.75, 0.5, 3, ""),
            new DensityCoverage(1, 0.9, 5, ""));

    @Test
    void measuresAreLinesOfText() {
        assertThat(MEASURES).hasToString("""
                        3,000 digits against real digits
                          MNIST-FID  12.35
                          MNIST-KID  0.01235 ± 0.00054; few items
                          MNIST-IS   9.500
                          precision  0.7500
                          recall     0.5000
                          density    1.000
                          coverage   0.9000""");
    }

    @Test
    void measuresAreRowsOfATable() {
        Table table = MEASURES.table();
        assertThat(table.name()).isEqualTo("3,000 digits against real digits");
        assertThat(table.columnNames()).containsExactly("measure", "value", "±", "note");
        assertThat(table.stringColumn("measure").asList())
                .containsExactly("MNIST-FID", "MNIST-KID", "MNIST-IS", "precision", "recall", "density", "coverage");
        assertThat(table.doubleColumn("value").get(0)).isEqualTo(12.345678);
        assertThat(table.doubleColumn("±").get(1)).isEqualTo(0.00054321);
        assertThat(table.stringColumn("note").get(1)).isEqualTo("few items");
    }

    @Test
    void aColumnThatWouldBeEmptyIsLeftOut() {
        assertThat(new StackedMnist(980, 0.1, 26_000).table().columnNames()).containsExactly("measure", "value");
        assertThat(new StackedMnist(980, 0.1, 26).table().columnNames()).containsExactly("measure", "value", "note");
        assertThat(new Estimate(90, Double.NaN).table().columnNames()).containsExactly("measure", "value");
    }

    @Test
    void boundsAreSaidInNats() {
        assertThat(new Estimate(90.125, 0.5)).hasToString("90.13 ± 0.50 nats per item");
        assertThat(new Estimate(90.125, Double.NaN)).hasToString("90.13 nats per item");
        assertThat(new Elbo(100, 80, 20, new double[] {19.995, 0.005})).hasToString("""
                        negative evidence lower bound, in nats per item
                          bound                   100.0
                          reconstruction          80.00
                          divergence              20.00
                          active dimensions of 2  1""");
    }
}
