package io.github.grisaille.plot;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.Histogram;

/** The finite values of a histogram and its intervals. */
final class Bins {
    private static final int MOST = 1_000;
    /** The relative width of the whole range if all values are equal. */
    private static final double NARROW = 1e-6;

    private final int bins;
    private final Map<String, double[]> finite = new LinkedHashMap<>();
    private final Map<String, String> leftOut = new LinkedHashMap<>();

    Bins(int bins, Map<String, double[]> series) {
        if (bins < 1 || bins > MOST) {
            throw new IllegalArgumentException("a histogram needs 1 to " + MOST + " intervals; got " + bins);
        }
        if (series.isEmpty()) {
            throw new IllegalArgumentException("a histogram needs at least one series of values; got none");
        }
        this.bins = bins;
        series.forEach(this::add);
    }

    private void add(String name, double[] values) {
        double[] good = Arrays.stream(values).filter(Double::isFinite).toArray();
        if (good.length == 0) {
            throw new IllegalArgumentException("\"" + name + "\" has "
                    + (values.length == 0 ? "no values" : "only NaN and infinite values, " + values.length + " of them")
                    + ": a histogram needs at least one finite value in each series");
        }
        finite.put(name, good);
        int left = values.length - good.length;
        if (left > 0) {
            leftOut.put(name, FittedChart.leftOut(name, left, values.length, true));
        }
    }

    /** The number of decimals with which neighbouring labels differ. */
    private static int decimals(double span) {
        return Math.max(2, (int) Math.ceil(-Math.log10(span)) + 1);
    }

    Figure figure(String title, String xAxis) {
        double low =
                finite.values().stream().flatMapToDouble(Arrays::stream).min().orElseThrow();
        double high =
                finite.values().stream().flatMapToDouble(Arrays::stream).max().orElseThrow();
        PowerOfTen unit = PowerOfTen.of(low, high);
        double from = unit.in(low);
        double to = unit.in(high);
        double least = NARROW * Math.max(1, Math.max(Math.abs(from), Math.abs(to)));
        if (to - from < least) {
            from -= least / 2;
            to += least / 2;
        }
        CategoryChart chart = new CategoryChartBuilder()
                .width(Style.WIDTH)
                .height(Style.HEIGHT)
                .title(title)
                .xAxisTitle(unit.name(xAxis))
                .yAxisTitle("count")
                .build();
        Style.apply(chart.getStyler(), finite.size() > 1);
        chart.getStyler().setOverlapped(true);
        chart.getStyler().setAvailableSpaceFill(0.96);
        chart.getStyler().setXAxisDecimalPattern("0." + "#".repeat(decimals(to - from)));
        chart.getStyler().setXAxisMaxLabelCount(9);
        for (Map.Entry<String, double[]> each : finite.entrySet()) {
            Histogram histogram = new Histogram(
                    Arrays.stream(unit.in(each.getValue())).boxed().collect(Collectors.toList()), bins, from, to);
            chart.addSeries(each.getKey(), histogram.getxAxisData(), histogram.getyAxisData());
        }
        return new Figure(chart) {
            @Override
            Map<String, String> notes() {
                return leftOut;
            }
        };
    }
}
