package io.github.grisaille.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.awt.image.BufferedImage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.knowm.xchart.BubbleChart;
import org.knowm.xchart.BubbleChartBuilder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.HorizontalBarChart;
import org.knowm.xchart.HorizontalBarChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;

/** Charts of values that XChart alone never finishes, or refuses. */
class ChartsTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final double[] FOUR = {1, 2, 3, 4};
    private static final int BLUE = 0x0072B2;

    @AfterEach
    void noInterruptIsLeft() {
        Thread.interrupted();
    }

    /** XChart#334 and #510: XChart alone never returns from this. */
    @Test
    void aLargeValueIsDrawnInAnotherUnit() {
        Plot plot = Figures.curves("t", "x", "y", FOUR).line("a", new double[] {1, 2, 3, 1e16});
        BufferedImage image = assertTimeoutPreemptively(LONG, plot::image);
        assertThat(colours(image)).contains(BLUE);
        XYChart chart = (XYChart) plot.chart();
        assertThat(chart.getYAxisTitle())
                .as("the chart has its own values back")
                .isEqualTo("y");
        assertThat(chart.getSeries("a").getYData()).containsExactly(1, 2, 3, 1e16);
    }

    @Test
    void unitsAreMultiplesOfAThousand() {
        assertThat(PowerOfTen.of(-5, 999_999_999)).isEqualTo(PowerOfTen.ONE);
        assertThat(PowerOfTen.of(0.0002, 0.001)).isEqualTo(PowerOfTen.ONE);
        assertThat(PowerOfTen.of(0, 0)).isEqualTo(PowerOfTen.ONE);
        assertThat(PowerOfTen.of(0, 6.99e27).name("loss")).isEqualTo("loss (×10²⁷)");
        assertThat(PowerOfTen.of(-2e-8, 0).name("")).isEqualTo("(×10⁻⁹)");
        PowerOfTen largest = PowerOfTen.of(-Double.MAX_VALUE, Double.MAX_VALUE);
        assertThat(largest.in(Double.MAX_VALUE)).isEqualTo(179.76931348623158);
        assertThat(PowerOfTen.of(0, 4e-320).in(4e-320)).isPositive().isLessThan(1e-9);
        assertThat(largest.out(largest.in(1e300))).isCloseTo(1e300, within(1e285));
    }

    /** A line of values, some of them of any size, some of them nearly equal, some of them not finite. */
    private static double[] values(Random random, int count) {
        double size = Math.pow(10, random.nextInt(631) - 323);
        double offset = random.nextInt(3) == 0 ? Math.pow(10, random.nextInt(40) - 20) : 0;
        double[] odd = {
            Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0, Double.MAX_VALUE, Double.MIN_VALUE, 1e16
        };
        return IntStream.range(0, count)
                .mapToDouble(i -> random.nextInt(8) == 0
                        ? odd[random.nextInt(odd.length)]
                        : offset + size * (random.nextDouble() - 0.3))
                .toArray();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void everyChartOfAnyValuesEnds(int kind) {
        Random random = new Random(kind);
        for (int trial = 0; trial < 25; trial++) {
            int count = 1 + random.nextInt(12);
            double[] x = random.nextBoolean()
                    ? values(random, count)
                    : IntStream.range(0, count).asDoubleStream().toArray();
            double[] y = values(random, count);
            double[] z = values(random, count);
            String what = "kind " + kind + " of " + Arrays.toString(x) + Arrays.toString(y) + Arrays.toString(z);
            assertTimeoutPreemptively(
                    LONG,
                    () -> {
                        try {
                            assertThat(chart(kind, x, y, z).image().getWidth()).isPositive();
                        } catch (IllegalArgumentException refused) {
                            assertThat(kind)
                                    .as("only charts of these kinds are refused: %s", refused)
                                    .isGreaterThan(2);
                            assertThat(refused)
                                    .hasMessageMatching("(?s).*(infinite value on the|only NaN and infinite|XChart can"
                                            + " label only).*");
                        }
                    },
                    what);
        }
    }

    private static Figure chart(int kind, double[] x, double[] y, double[] z) {
        return switch (kind) {
            case 0 -> Figures.curves("t", "x", "y", x).line("a", y).line("b", z).level("l", 0);
            case 1 -> Figures.logCurves("t", "x", "y", x).line("a", y).line("b", z);
            case 2 -> Figures.plane("t", "x", "y").points("a", y, z);
            case 3 -> Figures.histogram("t", "x", 10, Map.of("a", y, "b", z));
            case 4 -> {
                XYChart chart = new XYChartBuilder().build();
                chart.addSeries("a", x, y, z);
                yield new Figure(chart);
            }
            case 5 -> {
                CategoryChart chart = new CategoryChartBuilder().build();
                chart.addSeries("a", x, y);
                yield new Figure(chart);
            }
            case 6 -> {
                BubbleChart chart = new BubbleChartBuilder().build();
                chart.addSeries("a", x, y, z);
                yield new Figure(chart);
            }
            default -> {
                HorizontalBarChart chart = new HorizontalBarChartBuilder().build();
                List<Double> bars = Arrays.stream(y).boxed().toList();
                chart.addSeries("a", bars, bars.stream().map(String::valueOf).toList());
                yield new Figure(chart);
            }
        };
    }

    @Test
    void whatIsNotFiniteIsAGapAndTheChartSaysSo() {
        double[] x = IntStream.range(0, 40).asDoubleStream().toArray();
        double[] y = Arrays.stream(x).map(Math::sin).toArray();
        double[] holes = y.clone();
        Arrays.fill(holes, 10, 16, Double.NaN);
        holes[39] = Double.POSITIVE_INFINITY;
        XYChart chart =
                (XYChart) Figures.curves("t", "x", "y", x).line("a", holes).chart();
        try (FittedChart fitted = new FittedChart(chart, Set.of())) {
            assertThat(fitted.notes()).containsExactly("“a”: 7 of 40 values are left out (NaN or infinite)");
            assertThat(chart.getSeries("a").getYData())
                    .contains(Double.NaN, 0)
                    .doesNotContain(Double.POSITIVE_INFINITY);
        }
        int plain = Figures.curves("t", "x", "y", x).line("a", y).image().getHeight();
        assertThat(new Figure(chart).image().getHeight())
                .as("with a line for the note")
                .isGreaterThan(plain);
    }

    @Test
    void aLongLineWithGapsIsThinnedAroundThem() {
        double[] x = IntStream.range(0, 6000).asDoubleStream().toArray();
        double[] y = Arrays.stream(x).map(v -> v < 3000 ? 1 : Double.NaN).toArray();
        y[5] = Double.NEGATIVE_INFINITY;
        Plot plot = Figures.curves("t", "x", "y", x).line("a", y);
        assertThat(plot.notes()).containsEntry("a", "“a”: 3,001 of 6,000 values are left out (NaN or infinite)");
        double[] drawn = ((XYChart) plot.chart()).getSeries("a").getYData();
        assertThat(drawn).hasSize(600);
        assertThat(Arrays.stream(drawn).limit(300)).allMatch(v -> Math.abs(v - 1) < 1e-12);
        assertThat(Arrays.stream(drawn).skip(300)).allMatch(v -> Double.isNaN(v));
        assertThat(colours(plot.image())).contains(BLUE);
        double[] huge = Arrays.stream(x).map(v -> Double.MAX_VALUE).toArray();
        assertThat(((XYChart) Figures.curves("t", "x", "y", x).line("a", huge).chart())
                        .getSeries("a")
                        .getYMax())
                .isBetween(1.79e308, Double.MAX_VALUE);
    }

    @Test
    void aChartOfNothingIsEmptyAndSaysSo() {
        double[] nothing = {Double.NaN, Double.NaN, Double.NaN, Double.NaN};
        Plot plot = Figures.curves("t", "x", "loss", FOUR).line("a", nothing).level("goal", 0.5);
        assertThat(colours(plot.image())).as("the note's").contains(0x8A2B06);
        Plot logarithmic = Figures.logCurves("t", "x", "loss", FOUR).line("a", new double[] {0, -1, 0, -2});
        assertThat(colours(logarithmic.image())).contains(0x8A2B06);
        assertThat(colours(
                        Figures.plane("t", "x", "y").points("a", nothing, FOUR).image()))
                .contains(0x8A2B06);
    }

    @Test
    void aLogarithmicAxisShowsSixtyPowersOfTenAndSaysWhatIsLeftOut() {
        XYChart chart = (XYChart) Figures.logCurves("t", "x", "y", FOUR)
                .line("a", new double[] {1e-300, 1e-50, 1, 0})
                .chart();
        try (FittedChart fitted = new FittedChart(chart, Set.of())) {
            assertThat(fitted.notes())
                    .containsExactly(
                            "“a”: 2 of 4 values are left out (NaN, infinite, or too small for a logarithmic axis)");
            assertThat(chart.getSeries("a").getYMin()).isEqualTo(1e-50);
            assertThat(chart.getStyler().getYAxisTickLabelsFormattingFunction().apply(1e-49))
                    .isEqualTo(" ");
            assertThat(chart.getStyler().getYAxisTickLabelsFormattingFunction().apply(1e-50))
                    .isEqualTo("1e-50");
        }
        assertThat(chart.getStyler().isPlotGridHorizontalLinesVisible()).isTrue();
    }

    @Test
    @Timeout(60)
    void ofVeryManyPointsSomeAreDrawn() {
        double[] x = new Random(1).doubles(300_000).toArray();
        double[] y = new Random(2).doubles(300_000).toArray();
        XYChart line = new XYChartBuilder().build();
        line.addSeries("a", x, y);
        try (FittedChart fitted = new FittedChart(line, Set.of())) {
            assertThat(fitted.notes()).containsExactly("“a”: one of every 60 of its 300,000 points is drawn");
            assertThat(line.getSeries("a").getXData()).hasSize(5_000);
        }
        assertThat(line.getSeries("a").getXData()).isSameAs(x);
        XYChart points =
                (XYChart) Figures.scatter("t", "x", "y").points("a", x, y).chart();
        try (FittedChart fitted = new FittedChart(points, Set.of())) {
            assertThat(points.getSeries("a").getXData()).hasSize(150_000);
        }
    }

    @Test
    void anInterruptEndsAChart() throws InterruptedException {
        double[] x = new Random(1).doubles(190_000).toArray();
        Plot plot = Figures.scatter("slow", "x", "y").points("a", x, x);
        List<Throwable> thrown = new ArrayList<>();
        Thread drawing = new Thread(() -> {
            try {
                while (true) {
                    plot.image();
                }
            } catch (CancellationException interrupted) {
                thrown.add(interrupted);
            }
        });
        drawing.start();
        Thread.sleep(300);
        drawing.interrupt();
        drawing.join(LONG.toMillis());
        assertThat(drawing.isAlive()).isFalse();
        assertThat(thrown).singleElement().asString().contains("the chart \"slow\" was interrupted while it was drawn");
    }

    @Test
    void aPatternOfTooManyDigitsIsRefused() {
        Plot plot = Figures.curves("t", "x", "y", FOUR).line("a", FOUR);
        plot.chart().getStyler().setDecimalPattern("0.0000000000000000000000");
        assertThatThrownBy(() -> assertTimeoutPreemptively(LONG, plot::image))
                .hasMessageContaining("a label may have at most 20 letters");
    }

    @Test
    void aChartThatIsTooLargeIsRefused() {
        XYChart chart =
                new XYChartBuilder().width(50_000).height(50_000).title("wall").build();
        assertThatThrownBy(() -> new Figure(chart).image())
                .hasMessage("the chart \"wall\" would have 100,000×100,000 pixels, which is 10000.0 million; the"
                        + " limit is 16.8"
                        + " million: make it smaller");
    }

    private static Set<Integer> colours(BufferedImage image) {
        Set<Integer> colours = new HashSet<>();
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                colours.add(image.getRGB(x, y) & 0xFFFFFF);
            }
        }
        return colours;
    }
}
