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

    /** Lines over a common x with a logarithmic y axis. Values that are not above 0 are left out. */
    public static Plot logCurves(String title, String xAxis, String yAxis, double[] x) {
        return new Plot(title, xAxis, yAxis, x, true);
    }

    /** Points in the plane: {@code scatter("Ring", "x", "y").points("data", xs, ys).points("samples", us, vs)}. */
    public static Plot scatter(String title, String xAxis, String yAxis) {
        return new Plot(title, xAxis, yAxis, new double[0], false);
    }

    /** Points in the plane, as {@link #scatter}, but with the same scale on both axes, so that a circle looks round. */
    public static Plot plane(String title, String xAxis, String yAxis) {
        return Plot.plane(title, xAxis, yAxis);
    }

    /**
     * Points in the square from −reach to reach: {@code plane("step 100", 3).points("samples", z)}. The axes never
     * change, so pictures of different steps can be compared.
     */
    public static Plot plane(String title, double reach) {
        return new Plot(title, reach);
    }

    /**
     * A histogram with {@code bins} equal intervals between the smallest and the largest value. NaN and infinite values
     * are left out, and a note below the chart says so.
     *
     * @param bins at least 1 and at most 1,000
     * @param series each with at least one finite value
     */
    public static Figure histogram(String title, String xAxis, int bins, Map<String, double[]> series) {
        return new Bins(bins, series).figure(title, xAxis);
    }

    /** Pictures side by side. A full row continues on the next line. */
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

    /** Pictures one below another, each with its name above it. */
    public static Showable underEachOther(Map<String, ? extends Showable> pictures) {
        return new Arrangement(
                pictures.size(),
                () -> pictures.entrySet().stream()
                        .map(each -> "<figure style=\"margin:6px 0\"><figcaption>" + Html.escape(each.getKey())
                                + "</figcaption>" + each.getValue().toHtml() + "</figure>")
                        .collect(Collectors.joining()));
    }
}
