package io.github.grisaille.plot;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import org.knowm.xchart.internal.chartpart.Chart;

/** An XChart chart as a picture, drawn at twice its size so that it stays sharp on fine screens. */
public class Figure implements Picture {
    private static final int SHARPNESS = 2;

    private final Chart<?, ?> chart;

    /** Any XChart chart; those of {@link Figures} have the house's look. */
    public Figure(Chart<?, ?> chart) {
        this.chart = chart;
    }

    /** The chart itself, for what {@link Figures} has no word for. */
    public Chart<?, ?> chart() {
        return chart;
    }

    /** The picture, at twice the chart's size. */
    @Override
    public BufferedImage image() {
        BufferedImage image = new BufferedImage(
                chart.getWidth() * SHARPNESS, chart.getHeight() * SHARPNESS, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.scale(SHARPNESS, SHARPNESS);
        chart.paint(graphics, chart.getWidth(), chart.getHeight());
        graphics.dispose();
        return image;
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
