package io.github.grisaille.plot;

import java.util.function.Function;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.series.Series;
import org.knowm.xchart.style.XYStyler;

/** One axis of a chart. XChart has separate methods for x and y; here both axes have the same methods. */
interface ChartAxis {
    /** Its name in messages. */
    String letter();

    boolean logarithmic();

    /** Whether the axis shows dates. */
    boolean dates();

    /** The lower end of the axis; null if XChart chooses it. */
    Double low();

    /** The upper end of the axis; null if XChart chooses it. */
    Double high();

    void ends(Double low, Double high);

    /** The function that writes the labels; null if XChart writes them. */
    Function<Double, String> labels();

    void labels(Function<Double, String> wanted);

    String title();

    void title(String wanted);

    /** Whether the axis has grid lines. */
    boolean gridLines();

    void gridLines(boolean wanted);

    /** The pattern of the labels; null if XChart chooses it. */
    String pattern();

    double smallest(XYSeries series);

    double largest(XYSeries series);

    /** Converts a series' values along this axis to a unit. */
    void replace(XYSeries series, PowerOfTen unit);

    static ChartAxis x(XYChart chart) {
        XYStyler styler = chart.getStyler();
        return new ChartAxis() {
            @Override
            public String letter() {
                return "x";
            }

            @Override
            public boolean logarithmic() {
                return styler.isXAxisLogarithmic();
            }

            @Override
            public boolean dates() {
                return chart.getSeriesCollection().stream()
                        .anyMatch(series -> series.getxAxisDataType() == Series.DataType.Date);
            }

            @Override
            public Double low() {
                return styler.getXAxisMin();
            }

            @Override
            public Double high() {
                return styler.getXAxisMax();
            }

            @Override
            public void ends(Double low, Double high) {
                styler.setXAxisMin(low).setXAxisMax(high);
            }

            @Override
            public Function<Double, String> labels() {
                return styler.getXAxisTickLabelsFormattingFunction();
            }

            @Override
            public void labels(Function<Double, String> wanted) {
                styler.setXAxisTickLabelsFormattingFunction(wanted);
            }

            @Override
            public String title() {
                return chart.getXAxisTitle();
            }

            @Override
            public void title(String wanted) {
                chart.setXAxisTitle(wanted);
            }

            @Override
            public boolean gridLines() {
                return styler.isPlotGridVerticalLinesVisible();
            }

            @Override
            public void gridLines(boolean wanted) {
                styler.setPlotGridVerticalLinesVisible(wanted);
            }

            @Override
            public String pattern() {
                String own = styler.getXAxisDecimalPattern();
                return own == null ? styler.getDecimalPattern() : own;
            }

            @Override
            public double smallest(XYSeries series) {
                return series.getXMin();
            }

            @Override
            public double largest(XYSeries series) {
                return series.getXMax();
            }

            @Override
            public void replace(XYSeries series, PowerOfTen unit) {
                series.replaceData(unit.in(series.getXData()), series.getYData(), series.getExtraValues());
            }
        };
    }

    static ChartAxis y(XYChart chart) {
        XYStyler styler = chart.getStyler();
        return new ChartAxis() {
            @Override
            public String letter() {
                return "y";
            }

            @Override
            public boolean logarithmic() {
                return styler.isYAxisLogarithmic();
            }

            @Override
            public boolean dates() {
                return false;
            }

            @Override
            public Double low() {
                return styler.getYAxisMin();
            }

            @Override
            public Double high() {
                return styler.getYAxisMax();
            }

            @Override
            public void ends(Double low, Double high) {
                styler.setYAxisMin(low).setYAxisMax(high);
            }

            @Override
            public Function<Double, String> labels() {
                return styler.getYAxisTickLabelsFormattingFunction();
            }

            @Override
            public void labels(Function<Double, String> wanted) {
                styler.setYAxisTickLabelsFormattingFunction(wanted);
            }

            @Override
            public String title() {
                return chart.getYAxisTitle();
            }

            @Override
            public void title(String wanted) {
                chart.setYAxisTitle(wanted);
            }

            @Override
            public boolean gridLines() {
                return styler.isPlotGridHorizontalLinesVisible();
            }

            @Override
            public void gridLines(boolean wanted) {
                styler.setPlotGridHorizontalLinesVisible(wanted);
            }

            @Override
            public String pattern() {
                String own = styler.getYAxisDecimalPattern();
                return own == null ? styler.getDecimalPattern() : own;
            }

            @Override
            public double smallest(XYSeries series) {
                return series.getYMin();
            }

            @Override
            public double largest(XYSeries series) {
                return series.getYMax();
            }

            @Override
            public void replace(XYSeries series, PowerOfTen unit) {
                double[] bars = series.getExtraValues();
                series.replaceData(series.getXData(), unit.in(series.getYData()), bars == null ? null : unit.in(bars));
            }
        };
    }
}
