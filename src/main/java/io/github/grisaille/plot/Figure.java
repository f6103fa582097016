package io.github.grisaille.plot;

import java.awt.image.BufferedImage;
import java.util.Map;
import org.knowm.xchart.internal.chartpart.Chart;

/** An XChart chart as a picture, drawn at twice its size so that it stays sharp on fine screens. */
public class Figure implements Picture {
    private final Chart<?, ?> chart;

    /** Any XChart chart; those of {@link Figures} have the house's look. */
    public Figure(Chart<?, ?> chart) {
        this.chart = chart;
    }

    /** The chart itself, for what {@link Figures} has no word for. */
    public Chart<?, ?> chart() {
        return chart;
    }

    /**
     * The picture, at twice the chart's size. Values that are NaN or infinite are left out, and a line below the chart says
     * so.
     *
     * @throws IllegalArgumentException if XChart cannot draw such values; the message says which
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    @Override
    public BufferedImage image() {
        return ChartPainter.paint(chart, notes());
    }

    /** What was left out before the chart got its values: a sentence for the name of each such series. */
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
