package io.github.grisaille.plot;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.Histogram;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Charts in one call each, in one style. */
public final class Figures {
    /** A curve of more points is drawn by the means of as many pieces, which is finer than the screen. */
    private static final int MOST_POINTS = 600;

    private static final int MARKER = 5;

    private Figures() {}

    /** Lines over a common x. */
    public static Figure curves(String title, String xAxis, String yAxis, double[] x, Map<String, double[]> series) {
        XYChart chart = lines(title, xAxis, yAxis, series.size() > 1);
        series.forEach((name, y) -> addLine(chart, name, x, y));
        return new Figure(chart);
    }

    /** Lines over a common x with a logarithmic y axis; all values must be above 0. */
    public static Figure logCurves(String title, String xAxis, String yAxis, double[] x, Map<String, double[]> series) {
        return logCurves(title, xAxis, yAxis, x, series, Map.of());
    }

    /** The same, with named levels drawn across as thin lines to compare with. */
    public static Figure logCurves(
            String title,
            String xAxis,
            String yAxis,
            double[] x,
            Map<String, double[]> series,
            Map<String, Double> levels) {
        XYChart chart = lines(title, xAxis, yAxis, true);
        chart.getStyler().setYAxisLogarithmic(true);
        series.forEach((name, y) -> {
            if (Arrays.stream(y).anyMatch(value -> !(value > 0))) {
                throw new IllegalArgumentException(
                        "series \"" + name + "\" has values that are not above 0: a logarithmic axis cannot show them");
            }
            addLine(chart, name, x, y);
        });
        addLevels(chart, x, levels);
        return new Figure(chart);
    }

    /** Lines over a common x, with named levels drawn across as thin lines to compare with. */
    public static Figure curves(
            String title,
            String xAxis,
            String yAxis,
            double[] x,
            Map<String, double[]> series,
            Map<String, Double> levels) {
        XYChart chart = lines(title, xAxis, yAxis, true);
        series.forEach((name, y) -> addLine(chart, name, x, y));
        addLevels(chart, x, levels);
        return new Figure(chart);
    }

    /** Points, a colour a group; each group is an array of x and one of y. */
    public static Figure scatter(String title, String xAxis, String yAxis, Map<String, double[][]> groups) {
        XYChart chart = lines(title, xAxis, yAxis, groups.size() > 1);
        chart.getStyler().setDefaultSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
        chart.getStyler().setMarkerSize(MARKER);
        groups.forEach(
                (name, points) -> chart.addSeries(name, points[0], points[1]).setMarker(SeriesMarkers.CIRCLE));
        return new Figure(chart);
    }

    /** How often values fall into each of {@code bins} equal intervals between the smallest and the largest of all. */
    public static Figure histogram(String title, String xAxis, int bins, Map<String, double[]> series) {
        double low = all(series).min().orElseThrow(() -> new IllegalArgumentException("a histogram of no values"));
        double high = all(series).max().orElseThrow();
        CategoryChart chart = new CategoryChartBuilder()
                .width(Style.WIDTH)
                .height(Style.HEIGHT)
                .title(title)
                .xAxisTitle(xAxis)
                .yAxisTitle("count")
                .build();
        Style.apply(chart.getStyler(), series.size() > 1);
        chart.getStyler().setOverlapped(true);
        chart.getStyler().setAvailableSpaceFill(0.96);
        chart.getStyler().setXAxisDecimalPattern("0.##");
        chart.getStyler().setXAxisMaxLabelCount(9);
        series.forEach((name, values) -> {
            Histogram histogram =
                    new Histogram(Arrays.stream(values).boxed().collect(Collectors.toList()), bins, low, high);
            chart.addSeries(name, histogram.getxAxisData(), histogram.getyAxisData());
        });
        return new Figure(chart);
    }

    private static DoubleStream all(Map<String, double[]> series) {
        return series.values().stream().flatMapToDouble(Arrays::stream);
    }

    private static XYChart lines(String title, String xAxis, String yAxis, boolean legend) {
        XYChart chart = new XYChartBuilder()
                .width(Style.WIDTH)
                .height(Style.HEIGHT)
                .title(title)
                .xAxisTitle(xAxis)
                .yAxisTitle(yAxis)
                .build();
        Style.apply(chart.getStyler(), legend);
        return chart;
    }

    private static void addLine(XYChart chart, String name, double[] x, double[] y) {
        if (x.length != y.length || x.length == 0) {
            throw new IllegalArgumentException("series \"" + name + "\" has " + y.length + " values for " + x.length
                    + " places on the x axis: it needs as many, and at least one");
        }
        double[][] thin = thinned(x, y);
        XYSeries line = chart.addSeries(name, thin[0], thin[1]);
        line.setLineWidth(Style.LINE);
        line.setMarker(x.length == 1 ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
    }

    private static void addLevels(XYChart chart, double[] x, Map<String, Double> levels) {
        double[] ends = {x[0], x[x.length - 1]};
        levels.forEach((name, level) -> {
            XYSeries line = chart.addSeries(name, ends, new double[] {level, level});
            line.setMarker(SeriesMarkers.NONE);
            line.setLineWidth(1);
            line.setLineStyle(SeriesLines.DASH_DASH);
        });
    }

    /** The means of equal pieces, where there are more points than can be seen. */
    private static double[][] thinned(double[] x, double[] y) {
        if (x.length <= MOST_POINTS) {
            return new double[][] {x, y};
        }
        double[] thinX = new double[MOST_POINTS];
        double[] thinY = new double[MOST_POINTS];
        for (int i = 0; i < MOST_POINTS; i++) {
            int from = (int) ((long) x.length * i / MOST_POINTS);
            int to = (int) ((long) x.length * (i + 1) / MOST_POINTS);
            thinX[i] = Arrays.stream(x, from, to).average().orElseThrow();
            thinY[i] = Arrays.stream(y, from, to).average().orElseThrow();
        }
        return new double[][] {thinX, thinY};
    }

    /** Pictures next to each other, wrapped where the page ends. */
    public static Showable sideBySide(Showable... pictures) {
        return () -> Stream.of(pictures)
                .map(picture -> "<div>" + picture.toHtml() + "</div>")
                .collect(Collectors.joining(
                        "", "<div style=\"display:flex;flex-wrap:wrap;gap:12px;align-items:flex-start\">", "</div>"));
    }
}
