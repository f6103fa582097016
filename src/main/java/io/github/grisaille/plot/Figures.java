package io.github.grisaille.plot;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.Histogram;

/** Charts and rows of pictures, in one style. */
public final class Figures {
    private Figures() {}

    /** Lines over a common x: {@code curves("Losses", "step", "loss", steps).line("G", g).line("D", d)}. */
    public static Plot curves(String title, String xAxis, String yAxis, double[] x) {
        return new Plot(title, xAxis, yAxis, x, false);
    }

    /** Lines over a common x with a logarithmic y axis; all values must be above 0. */
    public static Plot logCurves(String title, String xAxis, String yAxis, double[] x) {
        return new Plot(title, xAxis, yAxis, x, true);
    }

    /** Points in the plane: {@code scatter("Ring", "x", "y").points("data", xs, ys).points("samples", us, vs)}. */
    public static Plot scatter(String title, String xAxis, String yAxis) {
        return new Plot(title, xAxis, yAxis, new double[0], false);
    }

    /** Points in a plane whose two axes have one scale, so that a circle looks round; as {@link #scatter} otherwise. */
    public static Plot plane(String title, String xAxis, String yAxis) {
        return Plot.plane(title, xAxis, yAxis);
    }

    /**
     * Points in the square from −reach to reach along both axes: {@code plane("step 100", 3).points("samples", z)}. Its
     * axes stay as they are whatever is drawn, so that pictures over time can be compared.
     */
    public static Plot plane(String title, double reach) {
        return new Plot(title, reach);
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

    /** Pictures next to each other, wrapped where the page ends. */
    public static Showable sideBySide(Showable... pictures) {
        return new Arrangement(
                pictures.length,
                () -> Stream.of(pictures)
                        .map(picture -> "<div>" + picture.toHtml() + "</div>")
                        .collect(Collectors.joining(
                                "",
                                "<div style=\"display:flex;flex-wrap:wrap;gap:12px;align-items:flex-start\">",
                                "</div>")));
    }

    /** Pictures under each other, each below its name. */
    public static Showable underEachOther(Map<String, ? extends Showable> pictures) {
        return new Arrangement(
                pictures.size(),
                () -> pictures.entrySet().stream()
                        .map(each -> "<figure style=\"margin:6px 0\"><figcaption>" + Html.escape(each.getKey())
                                + "</figcaption>" + each.getValue().toHtml() + "</figure>")
                        .collect(Collectors.joining()));
    }
}
