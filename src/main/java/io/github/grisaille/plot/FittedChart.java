package io.github.grisaille.plot;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.series.Series;
import org.knowm.xchart.style.XYStyler;

/**
 * Changes an XY chart while it is drawn, so that XChart can draw it. NaN and infinite values become gaps. Axes with
 * very large or very small values get a {@linkplain PowerOfTen unit}. Axes whose values are almost equal get a little
 * wider. If there are very many points, only some are drawn. Closing restores the chart.
 */
final class FittedChart implements AutoCloseable {
    /** The number of line segments that XChart draws in a second or two. */
    private static final int MOST_PIECES = 5_000;
    /** The number of markers that XChart draws in a second or two. */
    private static final int MOST_MARKERS = 200_000;

    /** Values whose relative difference is below this are drawn as equal. */
    static final double RESOLUTION = 1e-6;
    /** XChart rounds the step between two labels to ten decimals, so an axis is never narrower than this. */
    static final double NARROWEST = 1e-7;
    /** XChart searches for shorter labels for ever if one is longer than this. */
    private static final int LONGEST_LABEL = 20;
    /** A logarithmic axis shows this many powers of ten below the largest value. */
    private static final double MOST_DECADES = 60;
    /** If there are more powers of ten than this, only some get a label. */
    private static final int LABELLED_DECADES = 12;

    private final XYChart chart;
    private final XYStyler styler;
    private final Set<String> told;
    private final Deque<Runnable> undo = new ArrayDeque<>();
    private final List<String> notes = new ArrayList<>();
    private double leastX;
    private double leastY;

    /**
     * Changes the chart.
     *
     * @param told the names of series that already have a note about their gaps
     */
    FittedChart(XYChart chart, Set<String> told) {
        this.chart = chart;
        this.told = told;
        this.styler = chart.getStyler();
        // if a change fails, the earlier ones must be undone
        try {
            leastX = styler.isXAxisLogarithmic() ? least(XYSeries::getXData) : Double.NEGATIVE_INFINITY;
            leastY = styler.isYAxisLogarithmic() ? least(XYSeries::getYData) : Double.NEGATIVE_INFINITY;
            int pieces = pointsOf(false);
            int markers = pointsOf(true);
            for (XYSeries series : drawn()) {
                int step = Math.max(1, marked(series) ? ceilDiv(markers, MOST_MARKERS) : ceilDiv(pieces, MOST_PIECES));
                clean(series, step);
            }
            fit(ChartAxis.x(chart));
            fit(ChartAxis.y(chart));
        } catch (RuntimeException failed) {
            close();
            throw failed;
        }
    }

    /** The smallest value that a logarithmic axis shows. It is above 0. */
    private double least(Function<XYSeries, double[]> values) {
        double largest = drawn().stream()
                .flatMapToDouble(series -> Arrays.stream(values.apply(series)))
                .filter(Double::isFinite)
                .max()
                .orElse(1);
        return Math.max(Double.MIN_NORMAL, largest * Math.pow(10, -MOST_DECADES));
    }

    private static int ceilDiv(int count, int most) {
        return (int) (((long) count + most - 1) / most);
    }

    private List<XYSeries> drawn() {
        return chart.getSeriesCollection().stream().filter(Series::isEnabled).toList();
    }

    private boolean marked(XYSeries series) {
        return series.getXYSeriesRenderStyle()
                .map(style -> style == XYSeries.XYSeriesRenderStyle.Scatter)
                .orElse(false);
    }

    private int pointsOf(boolean asMarkers) {
        long points = drawn().stream()
                .filter(series -> marked(series) == asMarkers)
                .mapToLong(series -> series.getXData().length)
                .sum();
        return (int) Math.min(Integer.MAX_VALUE, points);
    }

    /** Notes about what was left out. */
    List<String> notes() {
        return notes;
    }

    /** Turns values that cannot be drawn into gaps, and keeps only every {@code step}-th point. */
    private void clean(XYSeries series, int step) {
        double[] allX = series.getXData();
        double[] allY = series.getYData();
        double[] allBars = series.getExtraValues();
        int count = (allX.length + step - 1) / step;
        double[] x = new double[count];
        double[] y = new double[count];
        double[] bars = allBars == null ? null : new double[count];
        int left = 0;
        int odd = 0;
        for (int i = 0; i < allX.length; i++) {
            double bar = allBars == null ? 0 : allBars[i];
            boolean finite = Double.isFinite(allX[i]) && Double.isFinite(allY[i]) && Double.isFinite(bar);
            boolean shown = finite && allX[i] >= leastX && allY[i] - bar >= leastY;
            left += shown ? 0 : 1;
            odd += finite ? 0 : 1;
            if (i % step == 0) {
                x[i / step] = Double.isFinite(allX[i]) ? allX[i] : Double.NaN;
                y[i / step] = shown ? allY[i] : Double.NaN;
                if (bars != null) {
                    bars[i / step] = shown ? bar : Double.NaN;
                }
                if (!shown && styler.isXAxisLogarithmic()) {
                    x[i / step] = Double.NaN;
                }
            }
        }
        if (left > 0 && !told.contains(series.getName())) {
            notes.add(leftOut(series.getName(), left, allX.length, left == odd));
        }
        if (step > 1) {
            notes.add(String.format(
                    Locale.ROOT,
                    "“%s”: one of every %d of its %,d points is drawn",
                    series.getName(),
                    step,
                    allX.length));
        }
        if (left > 0 || step > 1) {
            keep(series);
            series.replaceData(x, y, bars);
        }
    }

    /** A note about values that cannot be drawn. */
    static String leftOut(String name, int left, int all, boolean notFinite) {
        return String.format(
                Locale.ROOT,
                "“%s”: %,d of %,d values are left out (%s)",
                name,
                left,
                all,
                notFinite ? "NaN or infinite" : "NaN, infinite, or too small for a logarithmic axis");
    }

    /** Makes {@link #close} restore the current data of a series. */
    private void keep(XYSeries series) {
        double[] x = series.getXData();
        double[] y = series.getYData();
        double[] bars = series.getExtraValues();
        undo.push(() -> series.replaceData(x, y, bars));
    }

    private void fit(ChartAxis axis) {
        Double oldLow = axis.low();
        Double oldHigh = axis.high();
        Function<Double, String> oldLabels = axis.labels();
        String oldTitle = axis.title();
        boolean oldGridLines = axis.gridLines();
        undo.push(() -> {
            axis.ends(oldLow, oldHigh);
            axis.labels(oldLabels);
            axis.title(oldTitle);
            axis.gridLines(oldGridLines);
        });
        Double low = finite(oldLow);
        Double high = finite(oldHigh);
        double[] range = range(axis, low, high);
        boolean plain = !axis.logarithmic() && !axis.dates();
        PowerOfTen unit = plain ? PowerOfTen.of(range[0], range[1]) : PowerOfTen.ONE;
        checkPattern(axis, unit, range);
        if (unit.exponent() != 0) {
            for (XYSeries series : drawn()) {
                keep(series);
                axis.replace(series, unit);
            }
        }
        setEnds(axis, low, high, range, unit);
        axis.labels(labels(axis, oldLabels, unit, range));
        if (oldLabels == null) {
            axis.title(unit.name(oldTitle));
        }
        if (decades(axis, range) > LABELLED_DECADES) {
            // the grid lines of that many decades would form a gray area
            axis.gridLines(false);
        }
    }

    private static Double finite(Double bound) {
        return bound == null || !Double.isFinite(bound) ? null : bound;
    }

    /** The smallest and the largest value that the axis shows; 0 and 1 if there are no values. */
    private double[] range(ChartAxis axis, Double low, Double high) {
        double from = Double.POSITIVE_INFINITY;
        double to = Double.NEGATIVE_INFINITY;
        for (XYSeries series : drawn()) {
            double min = axis.smallest(series);
            double max = axis.largest(series);
            // if a series has only gaps, its smallest value is above its largest
            if (min <= max) {
                from = Math.min(from, min);
                to = Math.max(to, max);
            }
        }
        from = low == null ? from : low;
        to = high == null ? to : high;
        if (from <= to) {
            return new double[] {from, to};
        }
        return Double.isFinite(from) ? new double[] {from, from} : new double[] {0, 1};
    }

    /** Sets the ends of the axis in its unit, or lets XChart choose them. */
    private static void setEnds(ChartAxis axis, Double low, Double high, double[] range, PowerOfTen unit) {
        double left = unit.in(range[0]);
        double right = unit.in(range[1]);
        double least = Math.max(RESOLUTION * Math.max(Math.abs(left), Math.abs(right)), NARROWEST);
        if (!axis.logarithmic() && !axis.dates() && right > left && right - left < least) {
            double middle = left + (right - left) / 2;
            axis.ends(middle - least, middle + least);
        } else {
            axis.ends(
                    low == null ? null : Double.valueOf(unit.in(low)),
                    high == null ? null : Double.valueOf(unit.in(high)));
        }
    }

    /** Refuses a user's pattern that makes too long labels, because XChart would run for ever. */
    private static void checkPattern(ChartAxis axis, PowerOfTen unit, double[] range) {
        String pattern = axis.pattern();
        if (pattern == null || axis.labels() != null) {
            return;
        }
        DecimalFormat format = new DecimalFormat(pattern, DecimalFormatSymbols.getInstance(Locale.ROOT));
        for (double end : range) {
            String label = format.format(unit.in(end));
            if (label.length() > LONGEST_LABEL) {
                throw new IllegalArgumentException("the pattern \"" + pattern + "\" of the " + axis.letter()
                        + " axis makes labels such as " + label + ", but a label may have at most " + LONGEST_LABEL
                        + " letters: set a pattern with fewer digits");
            }
        }
    }

    private static Function<Double, String> labels(
            ChartAxis axis, Function<Double, String> own, PowerOfTen unit, double[] range) {
        if (own == null) {
            return null;
        }
        int every = 1 + decades(axis, range) / LABELLED_DECADES;
        return value -> {
            if (every > 1 && Math.round(Math.log10(value)) % every != 0) {
                return " ";
            }
            String label = own.apply(unit.out(value));
            return label != null && label.length() > LONGEST_LABEL ? label.substring(0, LONGEST_LABEL) : label;
        };
    }

    private static int decades(ChartAxis axis, double[] range) {
        return axis.logarithmic() ? (int) Math.ceil(Math.log10(range[1] / range[0])) : 0;
    }

    @Override
    public void close() {
        while (!undo.isEmpty()) {
            undo.pop().run();
        }
    }
}
