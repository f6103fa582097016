package io.github.grisaille.plot;

import java.awt.Color;
import java.awt.Font;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * The style of all charts: white background, thin grid, and colours that colour-blind people can distinguish (Okabe and
 * Ito 2008).
 */
final class Style {
    static final int WIDTH = 720;
    static final int HEIGHT = 380;
    static final int PLANE_WIDTH = 640;
    static final int PLANE_HEIGHT = 460;
    static final float LINE = 1.6f;

    private static final Color[] PALETTE = {
        new Color(0x0072B2), new Color(0xD55E00), new Color(0x009E73), new Color(0xCC79A7),
        new Color(0xE69F00), new Color(0x56B4E9), new Color(0x000000), new Color(0x8C6D31),
        new Color(0x999999), new Color(0x5B3A9B)
    };
    private static final Color GRID = new Color(0xE6E6E6);
    private static final Color TEXT = new Color(0x333333);

    private static final String DECIMALS = "#,##0.######";
    private static final double LEAST_DECIMAL = 1e-5;
    private static final double MOST_DECIMAL = 1e9;

    private Style() {}

    /** A label of a logarithmic axis, such as 1e12, or 1e-7, which would be 0 with six decimals. */
    static String power(double value) {
        String pattern = value < LEAST_DECIMAL || value >= MOST_DECIMAL ? "0E0" : DECIMALS;
        return new DecimalFormat(pattern, DecimalFormatSymbols.getInstance(Locale.ROOT))
                .format(value)
                .replace('E', 'e');
    }

    static void apply(AxesChartStyler styler, boolean legend) {
        styler.setSeriesColors(PALETTE);
        styler.setSeriesMarkers(new Marker[] {SeriesMarkers.NONE});
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setPlotBackgroundColor(Color.WHITE);
        styler.setPlotBorderVisible(false);
        styler.setPlotGridLinesColor(GRID);
        styler.setChartFontColor(TEXT);
        styler.setAxisTickLabelsColor(TEXT);
        styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 15));
        styler.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
        styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
        styler.setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
        styler.setLegendBorderColor(Color.WHITE);
        styler.setLegendPosition(Styler.LegendPosition.OutsideE);
        styler.setLegendVisible(legend);
        styler.setDecimalPattern(DECIMALS);
    }

    static Color color(int index) {
        return PALETTE[index % PALETTE.length];
    }
}
