package io.github.grisaille.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Grids, animations and charts as pixels. */
class PicturesTest {
    @TempDir
    Path folder;

    @Test
    void aGridPutsEachPixelInItsPlace() {
        float[] values = {-1, 1, 0, 5, -1, -1, -1, 1};
        BufferedImage image = ImageGrid.of(values, 2, 2, 1).columns(2).scale(10).image();
        assertThat(image.getWidth()).isEqualTo(2 * (20 + 3) + 3);
        assertThat(image.getHeight()).isEqualTo(20 + 3 + 3);
        assertThat(image.getRGB(3, 3) & 0xFFFFFF).isZero();
        assertThat(image.getRGB(13, 3) & 0xFFFFFF).isEqualTo(0xFFFFFF);
        assertThat(image.getRGB(3, 13) & 0xFFFFFF).isEqualTo(0x808080);
        assertThat(image.getRGB(13, 13) & 0xFFFFFF).as("clipped").isEqualTo(0xFFFFFF);
        assertThat(image.getRGB(26 + 13, 13) & 0xFFFFFF).isEqualTo(0xFFFFFF);
        assertThat(image.getRGB(24, 10) & 0xFFFFFF).as("gap").isEqualTo(0xFFFFFF);
    }

    @Test
    void aMachineWithoutFontsIsToldSo() {
        Picture picture = new Picture() {
            @Override
            public BufferedImage image() {
                throw new UnsatisfiedLinkError("libharfbuzz.so.0: cannot open shared object file");
            }

            @Override
            public int width() {
                return 1;
            }

            @Override
            public String description() {
                return "";
            }
        };
        assertThatThrownBy(picture::toHtml)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("cannot draw letters (java.lang.UnsatisfiedLinkError: libharfbuzz.so.0")
                .hasMessageContaining("apt-get install fontconfig");
    }

    @Test
    void coloursAndRangesAreKept() {
        BufferedImage image =
                ImageGrid.of(new float[] {1, 0, 0.5f}, 1, 1, 3, 0, 1).image();
        assertThat(image.getRGB(10, 10) & 0xFFFFFF).isEqualTo(0xFF0080);
        List<Tensor> batches =
                List.of(Tensor.of(new float[] {-1}, 1, 1, 1, 1), Tensor.of(new float[] {1, 1}, 2, 1, 1, 1));
        assertThat(ImageGrid.of(batches)).hasToString("3 images of 1×1×1");
    }

    @Test
    void aRangeCanBeSetForImagesFromTensors() {
        BufferedImage picture = ImageGrid.of(Tensor.of(new float[] {0, 0.5f, 1, 2}, 1, 2, 2, 1))
                .range(0, 1)
                .scale(1)
                .image();
        assertThat(List.of(
                        picture.getRGB(3, 3) & 0xFF,
                        picture.getRGB(4, 3) & 0xFF,
                        picture.getRGB(3, 4) & 0xFF,
                        picture.getRGB(4, 4) & 0xFF))
                .containsExactly(0, 128, 255, 255);
    }

    @Test
    void whatIsNoImageIsRefused() {
        assertThatThrownBy(() -> ImageGrid.of(new float[5], 2, 2, 1))
                .hasMessage("5 values do not make images of 2×2×1");
        assertThatThrownBy(() -> ImageGrid.of(new float[8], 2, 2, 2))
                .hasMessageContaining("images need 1 or 3 channels; got 2");
        assertThatThrownBy(() -> ImageGrid.of(new float[] {0, Float.NaN}, 1, 1, 1))
                .hasMessageContaining("image 1 holds NaN at place 0");
        assertThatThrownBy(() -> ImageGrid.of(Tensor.of(new float[4], 1, 4)))
                .hasMessageContaining("reshape them first");
        assertThatThrownBy(() -> ImageGrid.of(new float[4], 2, 2, 1).captions("a", "b"))
                .hasMessageContaining("1 images need as many captions; got 2");
    }

    @Test
    void rowsHaveTheirNamesAtTheLeft() {
        float[] white = {1, 1, 1, 1, 1, 1};
        BufferedImage plain = ImageGrid.of(white, 1, 1, 1).columns(3).scale(20).image();
        BufferedImage named =
                ImageGrid.of(white, 1, 1, 1).scale(20).rows("first", "second").image();
        assertThat(named.getHeight()).isEqualTo(plain.getHeight());
        int names = named.getWidth() - plain.getWidth();
        assertThat(names).isPositive();
        for (int row = 0; row < 2; row++) {
            Set<Integer> colours = new HashSet<>();
            for (int x = 0; x < names; x++) {
                for (int y = row * 23; y < (row + 1) * 23; y++) {
                    colours.add(named.getRGB(x, y) & 0xFF);
                }
            }
            assertThat(colours).as("ink in row " + row).hasSizeGreaterThan(1);
        }
        for (int x = names; x < named.getWidth(); x++) {
            assertThat(named.getRGB(x, 10) & 0xFFFFFF).as("only images").isEqualTo(0xFFFFFF);
        }
        assertThatThrownBy(() -> ImageGrid.of(white, 1, 1, 1).rows("a", "b", "c", "d"))
                .hasMessage("6 images do not make 4 equal rows");
    }

    @Test
    void anAnimationHasItsFrames() throws IOException {
        Animation film = new Animation(100);
        for (int i = 0; i < 3; i++) {
            film.add(ImageGrid.of(new float[] {i - 1}, 1, 1, 1).image());
        }
        ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
        try (ImageInputStream stream = ImageIO.createImageInputStream(new ByteArrayInputStream(film.toGif()))) {
            reader.setInput(stream);
            assertThat(reader.getNumImages(true)).isEqualTo(3);
            assertThat(reader.read(0).getRGB(20, 20) & 0xFFFFFF).isZero();
            assertThat(reader.read(2).getRGB(20, 20) & 0xFFFFFF).isEqualTo(0xFFFFFF);
        }
        assertThatThrownBy(() -> film.add(new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB)))
                .hasMessageContaining("must have the size of the first");
        assertThatThrownBy(() -> new Animation(5)).hasMessageContaining("at least 20 milliseconds");
        assertThatThrownBy(() -> new Animation(50).toGif()).hasMessageContaining("at least one frame");
    }

    @Test
    void chartsAreDrawnAndSavedWhole() throws IOException {
        double[] x = new double[10_000];
        double[] y = new double[10_000];
        for (int i = 0; i < x.length; i++) {
            x[i] = i;
            y[i] = 1 + Math.exp(-i / 1000.0);
        }
        List<Figure> figures = List.of(
                Figures.curves("a", "x", "y", x).line("s", y).level("level", 1.5),
                Figures.logCurves("b", "x", "y", x).line("s", y).line("t", y),
                Figures.scatter("c", "x", "y").points("s", x, y),
                Figures.histogram("d", "x", 20, Map.of("s", y)));
        for (Figure figure : figures) {
            Path file = folder.resolve(figure.chart().getTitle() + ".png");
            figure.save(file);
            BufferedImage image = ImageIO.read(file.toFile());
            assertThat(image.getWidth()).isEqualTo(1440);
            Set<Integer> colours = new HashSet<>();
            for (int row = 0; row < image.getHeight(); row += 3) {
                for (int column = 0; column < image.getWidth(); column += 3) {
                    colours.add(image.getRGB(column, row) & 0xFFFFFF);
                }
            }
            assertThat(colours).as("white, and the first colour of the palette").contains(0xFFFFFF, 0x0072B2);
            assertThat(Files.list(folder).filter(p -> p.toString().endsWith(".part")))
                    .isEmpty();
        }
        String html = figures.get(0).toHtml();
        assertThat(html).startsWith("<img width=\"720\" alt=\"a\" src=\"data:image/png;base64,");
        byte[] png = Base64.getDecoder().decode(html.substring(html.indexOf("base64,") + 7, html.lastIndexOf('"')));
        assertThat(ImageIO.read(new ByteArrayInputStream(png)).getHeight()).isEqualTo(760);
        assertThat(Figures.sideBySide(figures.get(0), figures.get(1)).toHtml().split("<img"))
                .hasSize(3);
    }

    @Test
    void smallPowersOnALogarithmicAxisAreNotZero() {
        assertThat(Style.power(1e-7)).isEqualTo("1e-7");
        assertThat(Style.power(0.0001)).isEqualTo("0.0001");
        assertThat(Style.power(1000)).isEqualTo("1,000");
    }

    @Test
    void aStoredPictureIsShownAsItWasDrawn(@TempDir Path folder) throws Exception {
        Picture drawn =
                ImageGrid.of(Tensor.of(new float[3 * 4 * 4 * 3], 3, 4, 4, 3)).scale(5);
        Path file = folder.resolve("three <gray>.png");
        drawn.save(file);
        Picture stored = Picture.read(file);
        assertThat(stored.image().getRGB(2, 2)).isEqualTo(drawn.image().getRGB(2, 2));
        assertThat(stored.width()).isEqualTo(drawn.image().getWidth());
        assertThat(Figures.sideBySide(stored, stored)).hasToString("2 pictures");
        assertThat(Figures.underEachOther(Map.of("a < b", stored)).toHtml())
                .contains("<figcaption>a &lt; b</figcaption><img")
                .contains("alt=\"three &lt;gray&gt;.png\"");
        Path text = Files.writeString(folder.resolve("text.png"), "text");
        assertThatThrownBy(() -> Picture.read(text)).hasMessageContaining("text.png is not a picture");
        assertThatThrownBy(() -> Picture.read(folder.resolve("none.png"))).hasMessageContaining("could not be read");
    }

    @Test
    void whatCannotBeDrawnIsRefused() {
        assertThatThrownBy(() -> Figures.curves("a", "x", "y", new double[] {1}).line("s", new double[] {1, 2}))
                .hasMessageContaining(
                        "\"s\" needs one y value for each x value, at least one; got 1 x values and 2 y values");
        assertThatThrownBy(() -> Figures.scatter("a", "x", "y").level("l", 1))
                .hasMessageContaining("level \"l\" needs other data first");
        assertThatThrownBy(() -> Figures.curves("a", "x", "y", new double[] {1})
                        .line("s", new double[] {1})
                        .line("s", new double[] {2}))
                .hasMessageContaining("the plot already has \"s\"");
        assertThatThrownBy(() -> Figures.histogram("a", "x", 3, Map.of("s", new double[0])))
                .hasMessage("\"s\" has no values: a histogram needs at least one finite value in each series");
        assertThatThrownBy(() -> Figures.histogram("a", "x", 3, Map.of("s", new double[] {Double.NaN})))
                .hasMessageContaining("\"s\" has only NaN and infinite values, 1 of them");
        assertThatThrownBy(() -> Figures.histogram("a", "x", 0, Map.of("s", new double[] {1})))
                .hasMessage("a histogram needs 1 to 1000 intervals; got 0");
        assertThatThrownBy(() -> Figures.histogram("a", "x", 3, Map.of()))
                .hasMessage("a histogram needs at least one series of values; got none");
    }

    /** 60,000 digits at scale 3 would be 454 million pixels: the message has a grid that is drawn. */
    @Test
    void aGridThatIsTooLargeIsRefusedWithWhatFits() {
        float[] digits = new float[60_000 * 28 * 28];
        assertThatThrownBy(() -> ImageGrid.of(digits, 28, 28, 1).scale(3).toPng())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the grid of 60000 images of 28×28×1 would have 21,318×21,318 pixels, which is 454.5"
                        + " million; the"
                        + " limit is 16.8 million: show at most 17424 images, with scale(1) and without"
                        + " columns(…)");
        BufferedImage fitting = ImageGrid.of(Arrays.copyOf(digits, 17_424 * 28 * 28), 28, 28, 1)
                .scale(1)
                .image();
        assertThat(fitting.getWidth()).isEqualTo(132 * 31 + 3);
        assertThatThrownBy(() -> ImageGrid.of(new float[100 * 64 * 64], 64, 64, 1)
                        .scale(10)
                        .image())
                .hasMessageContaining("scale(6) fits");
        assertThat(ImageGrid.of(new float[100 * 64 * 64], 64, 64, 1)
                        .scale(6)
                        .image()
                        .getWidth())
                .isEqualTo(10 * (6 * 64 + 3) + 3);
        assertThatThrownBy(() -> ImageGrid.of(new float[1], 1, 1, 1)
                        .scale(Integer.MAX_VALUE)
                        .image())
                .hasMessageContaining("scale(4090) fits");
    }

    @Test
    void pointsOfTheSameLabelAreOneSeries() {
        Tensor points = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);
        XYChart chart = (XYChart) Figures.scatter("codes", "z1", "z2")
                .pointsByLabel(points, new int[] {7, 0, 7})
                .line("way", points)
                .crosses("copies", points)
                .chart();
        assertThat(chart.getSeriesCollection())
                .extracting(XYSeries::getName)
                .containsExactly("0", "7", "way", "copies");
        assertThat(chart.getSeries("copies").getMarker()).isEqualTo(SeriesMarkers.CROSS);
        int normal = chart.getStyler().getMarkerSize();
        XYChart crowded = (XYChart) Figures.scatter("codes", "z1", "z2")
                .pointsByLabel(Tensor.of(new float[4000], 2000, 2), new int[2000])
                .chart();
        assertThat(crowded.getStyler().getMarkerSize()).isLessThan(normal);
        assertThat(chart.getSeries("7").getXData()).containsExactly(1, 5);
        assertThat(chart.getSeries("7").getYData()).containsExactly(2, 6);
        assertThatThrownBy(() -> Figures.scatter("", "", "").pointsByLabel(points, new int[2]))
                .hasMessage("3 points need as many labels; got 2");
        assertThatThrownBy(() -> Figures.scatter("", "", "").points("a", Tensor.of(new float[6], 2, 3)))
                .hasMessage("points in the plane need the shape count×2; got 2×3");
    }

    @Test
    void aPlaneHasOneScale() {
        Tensor wide = Tensor.of(new float[] {0, 0, 10, 1}, 2, 2);
        Tensor high = Tensor.of(new float[] {0, 0, 1, 10}, 2, 2);
        Tensor level = Tensor.of(new float[] {-1, 3, 2, 3}, 2, 2);
        Tensor point = Tensor.of(new float[] {0.5f, 5}, 1, 2);
        for (Tensor points : List.of(wide, high, level, point)) {
            Plot plot = Figures.plane("plane", "x", "y").points("s", points).line("t", points);
            assertThat(plot.image().getWidth()).isEqualTo(2 * plot.width());
            XYChart chart = (XYChart) plot.chart();
            float[] values = points.toArray();
            double x = values[0];
            double y = values[1];
            double right = chart.getScreenXFromChart(x + 0.01) - chart.getScreenXFromChart(x);
            double up = chart.getScreenYFromChart(y) - chart.getScreenYFromChart(y + 0.01);
            assertThat(up / right).as(points.toString()).isCloseTo(1, within(0.03));
            assertThat(chart.getStyler().getXAxisMin()).isLessThanOrEqualTo(values[0]);
            assertThat(chart.getStyler().getXAxisMax()).isGreaterThanOrEqualTo(values[values.length - 2]);
            assertThat(chart.getStyler().getYAxisMax()).isGreaterThanOrEqualTo(values[values.length - 1]);
        }
    }

    @Test
    void aPlaneIsSquareAndKeepsItsAxes() {
        Tensor points = Tensor.of(new float[] {0.5f, 1, 90, -90}, 2, 2);
        Figure plane = Figures.plane("step 1", 3).points("samples", points);
        XYChart chart = (XYChart) plane.chart();
        assertThat(chart.getWidth()).isEqualTo(chart.getHeight());
        assertThat(plane.image().getWidth()).isEqualTo(plane.image().getHeight());
        assertThat(chart.getStyler().getXAxisMin()).isEqualTo(-3);
        assertThat(chart.getStyler().getXAxisMax()).isEqualTo(3);
        assertThat(chart.getStyler().getYAxisMin()).isEqualTo(-3);
        assertThat(chart.getStyler().getYAxisMax()).isEqualTo(3);
        Animation film = new Animation(100);
        film.add(plane);
        assertThat(film.toHtml()).startsWith("<img width=\"300\"");
        assertThatThrownBy(() -> Figures.plane("step 1", 0))
                .hasMessage("a plane's reach must be above 0 and finite; got 0.0");
    }
}
