package io.github.grisaille.plot;

import io.github.grisaille.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A chart of lines, points and levels, each with a name in the legend. {@link Figures} makes it. NaN and infinite
 * values, and values that are not above 0 on a logarithmic axis, are gaps. A note below the chart says how many there
 * are.
 */
public final class Plot extends Figure {
    /** A curve with more points is drawn through this many means of its pieces. This is finer than the screen. */
    private static final int MOST_POINTS = 600;

    private static final int SIDE = 300;
    private static final int MARKER = 5;
    /** With more points, smaller markers are used so that others are not hidden. */
    private static final int MANY = 1000;

    private static final int SMALL_MARKER = 4;
    private static final double BEYOND = 1e-3;
    private static final double ROOM = 1.04;

    private final XYChart chart;
    private final double[] commonX;
    private final boolean logarithmic;
    private final boolean oneScale;
    private final Map<String, String> leftOut = new LinkedHashMap<>();
    private int series;
    private double left = Double.POSITIVE_INFINITY;
    private double right = Double.NEGATIVE_INFINITY;
    private double bottom = Double.POSITIVE_INFINITY;
    private double top = Double.NEGATIVE_INFINITY;

    Plot(String title, String xAxis, String yAxis, double[] commonX, boolean logarithmic) {
        this(chart(title, xAxis, yAxis, Style.WIDTH, Style.HEIGHT), commonX, logarithmic, false);
    }

    /** Points in the plane, with the same scale on both axes. */
    static Plot plane(String title, String xAxis, String yAxis) {
        XYChart chart = chart(title, xAxis, yAxis, Style.PLANE_WIDTH, Style.PLANE_HEIGHT);
        return new Plot(chart, new double[0], false, true);
    }

    private static XYChart chart(String title, String xAxis, String yAxis, int width, int height) {
        return new XYChartBuilder()
                .width(width)
                .height(height)
                .title(title)
                .xAxisTitle(xAxis)
                .yAxisTitle(yAxis)
                .build();
    }

    /** A plot of the square from −reach to reach. */
    Plot(String title, double reach) {
        this(chart(title, "x", "y", SIDE, SIDE), new double[0], false, false);
        if (!(reach > 0 && reach < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("a plane's reach must be above 0 and finite; got " + reach);
        }
        chart.getStyler().setXAxisMin(-reach).setXAxisMax(reach);
        chart.getStyler().setYAxisMin(-reach).setYAxisMax(reach);
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
        chart.getStyler().setLegendLayout(Styler.LegendLayout.Horizontal);
    }

    private Plot(XYChart chart, double[] commonX, boolean logarithmic, boolean oneScale) {
        super(chart);
        this.chart = chart;
        this.commonX = commonX;
        this.logarithmic = logarithmic;
        this.oneScale = oneScale;
        Style.apply(chart.getStyler(), false);
        chart.getStyler().setYAxisLogarithmic(logarithmic);
        if (logarithmic) {
            chart.getStyler().setYAxisTickLabelsFormattingFunction(Style::power);
        }
        chart.getStyler().setMarkerSize(MARKER);
    }

    /** Adds a line over the common x, with one value for each x. */
    public Plot line(String name, double[] y) {
        return line(name, commonX, y);
    }

    /** Adds a line through the points (x, y), in their order. */
    public Plot line(String name, double[] x, double[] y) {
        check(name, x, y);
        double[][] thin = thinned(name, x, y);
        XYSeries line = add(name, thin[0], thin[1]);
        line.setLineWidth(Style.LINE);
        line.setMarker(alone(thin) ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
        // for evenly spaced x, XChart labels the data's own values; an end that is not a data value makes it choose
        // round ones
        if (left <= right) {
            chart.getStyler().setXAxisMin(left - BEYOND * (right - left));
        }
        return this;
    }

    /** Adds points (x, y). */
    public Plot points(String name, double[] x, double[] y) {
        check(name, x, y);
        XYSeries points = add(name, x, y);
        points.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
        points.setMarker(SeriesMarkers.CIRCLE);
        return this;
    }

    /** Adds points of (count, 2) as crosses, which differ from the round markers of other points. */
    public Plot crosses(String name, Tensor points) {
        points(name, points);
        chart.getSeries(name).setMarker(SeriesMarkers.CROSS);
        return this;
    }

    /** Adds points of (count, 2): x and y of each. */
    public Plot points(String name, Tensor points) {
        double[][] columns = columns(points);
        return points(name, columns[0], columns[1]);
    }

    /** Adds a line through the points of (count, 2), in their order. */
    public Plot line(String name, Tensor points) {
        double[][] columns = columns(points);
        return line(name, columns[0], columns[1]);
    }

    /** Adds points of (count, 2) with one colour per label. The legend shows the labels. */
    public Plot pointsByLabel(Tensor points, int[] labels) {
        double[][] columns = columns(points);
        if (labels.length != columns[0].length) {
            throw new IllegalArgumentException(columns[0].length + " points need as many labels; got " + labels.length);
        }
        chart.getStyler().setMarkerSize(labels.length > MANY ? SMALL_MARKER : MARKER);
        Arrays.stream(labels).distinct().sorted().forEach(label -> {
            int[] own = IntStream.range(0, labels.length)
                    .filter(i -> labels[i] == label)
                    .toArray();
            points(
                    Integer.toString(label),
                    Arrays.stream(own).mapToDouble(i -> columns[0][i]).toArray(),
                    Arrays.stream(own).mapToDouble(i -> columns[1][i]).toArray());
        });
        return this;
    }

    private static double[][] columns(Tensor points) {
        if (points.shape().rank() != 2 || points.axis(1) != 2) {
            throw new IllegalArgumentException("points in the plane need the shape count×2; got " + points.shape());
        }
        float[] values = points.toArray();
        double[][] columns = new double[2][points.axis(0)];
        for (int i = 0; i < values.length; i++) {
            columns[i % 2][i / 2] = values[i];
        }
        return columns;
    }

    /** Adds a thin horizontal line at y, across the data so far, as a value to compare with. */
    public Plot level(String name, double y) {
        if (series == 0) {
            throw new IllegalStateException(
                    "level \"" + name + "\" needs other data first: add lines or points before it");
        }
        // if nothing could be drawn, the level is alone
        double[] ends = left <= right ? new double[] {left, right} : new double[] {0, 1};
        double[] level = {y, y};
        check(name, ends, level);
        XYSeries line = add(name, ends, level);
        line.setMarker(SeriesMarkers.NONE);
        line.setLineWidth(1);
        line.setLineStyle(SeriesLines.DASH_DASH);
        return this;
    }

    /**
     * Draws the chart. With the same scale on both axes it is drawn twice: the first drawing shows how much space there
     * is, then the axis with free space is made wider.
     */
    @Override
    public BufferedImage image() {
        if (oneScale && left <= right) {
            double longest = Math.max(right - left, top - bottom);
            double some = longest > 0 ? longest : 1;
            double width = right > left ? right - left : some;
            double height = top > bottom ? top - bottom : some;
            range(ROOM * width, ROOM * height);
            super.image();
            double x = (left + right) / 2;
            double y = (bottom + top) / 2;
            PowerOfTen unitX = PowerOfTen.of(x - ROOM * width / 2, x + ROOM * width / 2);
            PowerOfTen unitY = PowerOfTen.of(y - ROOM * height / 2, y + ROOM * height / 2);
            double pixelsX = chart.getScreenXFromChart(unitX.in(x + width / 2))
                    - chart.getScreenXFromChart(unitX.in(x - width / 2));
            double pixelsY = chart.getScreenYFromChart(unitY.in(y - height / 2))
                    - chart.getScreenYFromChart(unitY.in(y + height / 2));
            double unit = Math.min(pixelsX / width, pixelsY / height);
            range(ROOM * pixelsX / unit, ROOM * pixelsY / unit);
        }
        return super.image();
    }

    @Override
    Map<String, String> notes() {
        return leftOut;
    }

    private void range(double width, double height) {
        double x = (left + right) / 2;
        double y = (bottom + top) / 2;
        chart.getStyler().setXAxisMin(x - width / 2).setXAxisMax(x + width / 2);
        chart.getStyler().setYAxisMin(y - height / 2).setYAxisMax(y + height / 2);
    }

    private XYSeries add(String name, double[] x, double[] y) {
        for (int i = 0; i < x.length; i++) {
            if (drawable(x[i], y[i])) {
                left = Math.min(left, x[i]);
                right = Math.max(right, x[i]);
                bottom = Math.min(bottom, y[i]);
                top = Math.max(top, y[i]);
            }
        }
        chart.getStyler().setLegendVisible(++series > 1);
        return chart.addSeries(name, x, y);
    }

    private boolean drawable(double x, double y) {
        return Double.isFinite(x) && Double.isFinite(y) && (!logarithmic || y > 0);
    }

    /** Whether no two neighbouring points can be drawn. Then there is no line to see, and the points get markers. */
    private boolean alone(double[][] line) {
        for (int i = 1; i < line[0].length; i++) {
            if (drawable(line[0][i - 1], line[1][i - 1]) && drawable(line[0][i], line[1][i])) {
                return false;
            }
        }
        return true;
    }

    private void check(String name, double[] x, double[] y) {
        if (x.length != y.length || x.length == 0) {
            throw new IllegalArgumentException("\"" + name + "\" needs one y value for each x value, at least one; got "
                    + x.length + " x values and " + y.length + " y values");
        }
        if (chart.getSeries(name) != null) {
            throw new IllegalArgumentException(
                    "the plot already has \"" + name + "\": give each line and each group of points its own name");
        }
    }

    /**
     * The means of equal pieces, if there are more points than can be seen. Values that cannot be drawn are not part of
     * a mean. A piece with only such values is a gap.
     */
    private double[][] thinned(String name, double[] x, double[] y) {
        if (x.length <= MOST_POINTS) {
            return new double[][] {x, y};
        }
        double[] thinX = new double[MOST_POINTS];
        double[] thinY = new double[MOST_POINTS];
        int shown = 0;
        for (int i = 0; i < MOST_POINTS; i++) {
            int from = (int) ((long) x.length * i / MOST_POINTS);
            int to = (int) ((long) x.length * (i + 1) / MOST_POINTS);
            int[] good =
                    IntStream.range(from, to).filter(k -> drawable(x[k], y[k])).toArray();
            thinX[i] = mean(x, good);
            thinY[i] = mean(y, good);
            shown += good.length;
        }
        if (shown < x.length) {
            boolean finite = IntStream.range(0, x.length)
                    .allMatch(k -> drawable(x[k], y[k]) || !Double.isFinite(x[k]) || !Double.isFinite(y[k]));
            leftOut.put(name, FittedChart.leftOut(name, x.length - shown, x.length, finite));
        }
        return new double[][] {thinX, thinY};
    }

    /**
     * The mean; NaN if there are no values. Each value is divided before it is added, because a sum of large values can
     * overflow.
     */
    private static double mean(double[] values, int[] of) {
        return of.length == 0
                ? Double.NaN
                : Arrays.stream(of).mapToDouble(i -> values[i] / of.length).sum();
    }
}
