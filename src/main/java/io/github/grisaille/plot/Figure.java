package io.github.grisaille.plot;

import java.awt.image.BufferedImage;
import java.util.Map;
import org.knowm.xchart.internal.chartpart.Chart;

/** An XChart chart as a picture. It is drawn at twice its size, so it is sharp on high-resolution screens. */
public class Figure implements Picture {
    private final Chart<?, ?> chart;

    /** A figure of any XChart chart. Charts made by {@link Figures} share one style. */
    public Figure(Chart<?, ?> chart) {
        this.chart = chart;
    }

    /** The XChart chart, for settings that {@link Figures} does not offer. */
    public Chart<?, ?> chart() {
        return chart;
    }

    /**
     * The picture, at twice the chart's size. NaN and infinite values are left out, and a note below the chart says so.
     *
     * @throws IllegalArgumentException if XChart cannot draw the values; the message says which
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    @Override
    public BufferedImage image() {
        return ChartPainter.paint(chart, notes());
    }

    /** Notes about values that were left out before the chart got its data, by the name of the series. */
    Map<String, String> notes() {
        return Map.of();
    }

    @Override
    public int width() {
        return chart.getWidth();
    }

    @Override
    public String description() {
        return chart.getTitle();
    }

    @Override
    public String toString() {
        return "Figure: " + chart.getTitle();
    }
}
