package io.github.grisaille.plot;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.internal.chartpart.AxesChart;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.internal.series.AxesChartSeries;
import org.knowm.xchart.internal.series.AxesChartSeriesCategory;
import org.knowm.xchart.internal.series.AxesChartSeriesNumerical;

/**
 * Draws every chart; only this class lets XChart draw. XChart runs for ever on some values (XChart#334, #510). So it
 * gets only values that it can draw, and at most as many as it draws in a second or two. Notes below the chart say what
 * was left out.
 */
final class ChartPainter {
    private static final int SHARPNESS = 2;
    private static final int NOTE_HEIGHT = 16;
    private static final int NOTE_MARGIN = 10;
    private static final Font NOTE_FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
    private static final Color NOTE = new Color(0x8A2B06);

    private static final int MOST_ITEMS = 5_000;
    private static final double LARGEST = 1e15;

    private ChartPainter() {}

    /**
     * Draws a chart at twice its size.
     *
     * @param known notes about values that the caller left out, by the name of the series
     * @throws IllegalArgumentException if XChart cannot draw the values; the message says which
     * @throws CancellationException if the thread is interrupted
     */
    static BufferedImage paint(Chart<?, ?> chart, Map<String, String> known) {
        return Drawing.apart(name(chart), () -> {
            // an earlier drawing that was given up may still be running
            synchronized (chart) {
                return fitAndDraw(chart, known);
            }
        });
    }

    private static BufferedImage fitAndDraw(Chart<?, ?> chart, Map<String, String> known) {
        List<String> notes = new ArrayList<>(known.values());
        if (chart instanceof XYChart plain) {
            try (FittedChart fitted = new FittedChart(plain, known.keySet())) {
                notes.addAll(fitted.notes());
                return draw(chart, notes);
            }
        }
        if (chart instanceof AxesChart<?, ?> axes) {
            check(axes);
        }
        return draw(chart, notes);
    }

    private static String name(Chart<?, ?> chart) {
        return "the chart \"" + chart.getTitle() + "\"";
    }

    private static BufferedImage draw(Chart<?, ?> chart, List<String> notes) {
        int width = chart.getWidth();
        int height = chart.getHeight();
        int below = notes.isEmpty() ? 0 : notes.size() * NOTE_HEIGHT + NOTE_MARGIN;
        BufferedImage image = Canvas.of(
                name(chart), (long) width * SHARPNESS, ((long) height + below) * SHARPNESS, "make it smaller");
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.scale(SHARPNESS, SHARPNESS);
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, width, height + below);
        chart.paint(graphics, width, height);
        graphics.setColor(NOTE);
        graphics.setFont(NOTE_FONT);
        for (int i = 0; i < notes.size(); i++) {
            graphics.drawString(notes.get(i), NOTE_MARGIN, height + (i + 1) * NOTE_HEIGHT);
        }
        graphics.dispose();
        return image;
    }

    /** Refuses values that XChart cannot draw, in the kinds of chart that {@link FittedChart} does not handle. */
    private static void check(AxesChart<?, ?> chart) {
        double[] x = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
        double[] y = x.clone();
        long items = 0;
        for (AxesChartSeries series : chart.getSeriesCollection()) {
            items += size(series);
            widen(series, "x", series.getXMin(), series.getXMax(), x);
            widen(series, "y", series.getYMin(), series.getYMax(), y);
        }
        if (items > MOST_ITEMS) {
            throw new IllegalArgumentException(name(chart) + " has " + items + " items, but at most " + MOST_ITEMS
                    + " can be drawn in this kind of chart: leave some out");
        }
        checkSpan(chart, "x", x);
        checkSpan(chart, "y", y);
    }

    private static int size(AxesChartSeries series) {
        if (series instanceof AxesChartSeriesCategory categories) {
            return ((Collection<?>) categories.getXData()).size();
        }
        return series instanceof AxesChartSeriesNumerical numbers ? numbers.getXData().length : 0;
    }

    /** An axis of names has NaN for its ends. A series without numbers has a smallest value above its largest. */
    private static void widen(AxesChartSeries series, String axis, double low, double high, double[] range) {
        if (Double.isNaN(low) || Double.isNaN(high) || low > high) {
            return;
        }
        if (Double.isInfinite(low) || Double.isInfinite(high)) {
            throw new IllegalArgumentException("\"" + series.getName() + "\" has an infinite value on the " + axis
                    + " axis, but only finite values can be drawn: leave it out");
        }
        range[0] = Math.min(range[0], low);
        range[1] = Math.max(range[1], high);
    }

    private static void checkSpan(AxesChart<?, ?> chart, String axis, double[] range) {
        double span = range[1] - range[0];
        double largest = Math.max(Math.abs(range[0]), Math.abs(range[1]));
        if (!(span >= 0) || largest == 0) {
            return;
        }
        boolean same = span == 0;
        if (largest > LARGEST
                || largest < FittedChart.NARROWEST
                || !same && span < Math.max(FittedChart.NARROWEST, FittedChart.RESOLUTION * largest)) {
            throw new IllegalArgumentException("the chart \"" + chart.getTitle() + "\" has values from " + range[0]
                    + " to " + range[1] + " on the " + axis + " axis, but XChart can label only values up to " + LARGEST
                    + " that differ by at least " + FittedChart.NARROWEST
                    + " and by at least a millionth of their size: use" + " another unit, differences or logarithms");
        }
    }
}
