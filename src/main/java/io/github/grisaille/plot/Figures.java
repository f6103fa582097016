package io.github.grisaille.plot;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Charts and rows of pictures, in one style. */
public final class Figures {
    private Figures() {}

    /** Lines over a common x: {@code curves("Losses", "step", "loss", steps).line("G", g).line("D", d)}. */
    public static Plot curves(String title, String xAxis, String yAxis, double[] x) {
        return new Plot(title, xAxis, yAxis, x, false);
    }

    /** Lines over a common x with a logarithmic y axis; what is not above 0 is left out. */
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

    /**
     * How often values fall into each of {@code bins} equal intervals between the smallest and the largest of all. Values
     * that are NaN or infinite are left out, and a line below the chart says so.
     *
     * @param bins at least 1 and at most 1,000
     * @param series each with at least one finite value
     */
    public static Figure histogram(String title, String xAxis, int bins, Map<String, double[]> series) {
        return new Bins(bins, series).figure(title, xAxis);
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
