package io.github.grisaille.data;

import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import com.twelvemonkeys.imageio.stream.BufferedFileImageInputStream;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.stream.ImageInputStream;

/**
 * Decodes picture files to small squares. The JDK reads PNG, GIF and BMP; TwelveMonkeys reads WebP, and those JPEG files
 * that the JDK does not, such as CMYK. What is transparent lies on white, of an animation the first picture is taken, and
 * a picture that its camera held otherwise is turned upright.
 */
final class Pictures {
    static final List<String> FORMATS = List.of("png", "jpeg", "gif", "bmp", "webp");

    /** So many bytes of the heap are set aside for each pixel that is being decoded, however large it is. */
    private static final int HEAP_PER_PIXEL = 16;

    private static final int STRIP = 64;
    private static final int WHITE = 255;
    private static final int BYTE = 8;
    private static final int KILO = 1024;
    /** How many thousands of pixels may be in memory at a time, by all threads together. */
    private static final int BUDGET =
            (int) Math.min(Integer.MAX_VALUE / 2, Runtime.getRuntime().maxMemory() / HEAP_PER_PIXEL / KILO);

    private static final Semaphore FREE = new Semaphore(BUDGET, true);

    static {
        // a kernel loads libraries where the registry's own look-up does not see them
        IIORegistry.getDefaultInstance().registerServiceProvider(new JPEGImageReaderSpi());
        IIORegistry.getDefaultInstance().registerServiceProvider(new WebPImageReaderSpi());
    }

    private Pictures() {}

    /**
     * The middle square of a picture at another size, each new pixel the mean of the area that it covers.
     *
     * @param enlarge whether a smaller picture is made larger; otherwise that is an error
     * @return size · size · 3 values from 0 to 255, row by row, red, green, blue
     */
    static double[] square(Path file, int size, boolean enlarge) throws UnreadablePictureException {
        try (ImageInputStream stream = new BufferedFileImageInputStream(file.toFile())) {
            ImageReader reader = reader(stream);
            try {
                reader.setInput(stream, false, false);
                return decode(reader, size, enlarge);
            } finally {
                reader.dispose();
            }
        } catch (EOFException cut) {
            throw new UnreadablePictureException("it is cut off", cut);
        } catch (IOException | RuntimeException broken) {
            // decoders meet damaged data with exceptions of every kind
            throw new UnreadablePictureException(
                    "it is damaged: " + (broken.getMessage() == null ? broken : broken.getMessage()), broken);
        }
    }

    private static ImageReader reader(ImageInputStream stream) throws UnreadablePictureException {
        for (Iterator<ImageReader> readers = ImageIO.getImageReaders(stream); readers.hasNext(); ) {
            ImageReader reader = readers.next();
            for (String name : reader.getOriginatingProvider().getFormatNames()) {
                if (FORMATS.contains(name.toLowerCase(Locale.ROOT))) {
                    return reader;
                }
            }
        }
        throw new UnreadablePictureException("it is not a picture in PNG, JPEG, GIF, BMP or WebP format");
    }

    private static double[] decode(ImageReader reader, int size, boolean enlarge)
            throws IOException, UnreadablePictureException {
        int width = reader.getWidth(0);
        int height = reader.getHeight(0);
        if (width < 1 || height < 1) {
            throw new UnreadablePictureException("it says that it has " + width + "×" + height + " pixels");
        }
        long pixels = (long) width * height / KILO + 1;
        if (pixels > BUDGET) {
            throw new UnreadablePictureException(
                    "it has " + width + "×" + height + " pixels, and with this heap at most " + BUDGET / KILO
                            + " million can be decoded: make it smaller, or start Java with a larger -Xmx");
        }
        int side = Math.min(width, height);
        if (size > side && !enlarge) {
            throw new UnreadablePictureException("its middle square has a side of " + side
                    + " pixels, which can be shrunk to 1 to " + side + ", not to " + size);
        }
        FREE.acquireUninterruptibly((int) pixels);
        try {
            AreaAverage average = new AreaAverage(side, size);
            add(read(reader, width, height).getSubimage((width - side) / 2, (height - side) / 2, side, side), average);
            return upright(average, Orientation.of(reader));
        } catch (OutOfMemoryError full) {
            throw new UnreadablePictureException(
                    "decoding its " + width + "×" + height
                            + " pixels took more memory than there is: make it smaller, or start Java with a larger -Xmx",
                    full);
        } finally {
            FREE.release((int) pixels);
        }
    }

    /** All of the picture: asked for its middle alone, the JDK's BMP reader does not notice a file that is cut off. */
    private static BufferedImage read(ImageReader reader, int width, int height)
            throws IOException, UnreadablePictureException {
        String[] cut = {null};
        reader.addIIOReadWarningListener((source, warning) -> {
            // of a file that is cut off the decoder makes gray, and says so in passing
            if (warning.toLowerCase(Locale.ROOT).contains("premature end")) {
                cut[0] = warning;
            }
        });
        BufferedImage image = reader.read(0);
        if (cut[0] != null) {
            throw new UnreadablePictureException("it is cut off: " + cut[0]);
        }
        if (image.getWidth() != width || image.getHeight() != height) {
            throw new UnreadablePictureException("it is damaged: it says that it has " + width + "×" + height
                    + " pixels, and has " + image.getWidth() + "×" + image.getHeight());
        }
        return image;
    }

    private static void add(BufferedImage square, AreaAverage average) {
        if (square.getRaster().getNumBands() <= 2 && !(square.getColorModel() instanceof IndexColorModel)) {
            addGray(square, average);
        } else {
            addColor(square, average);
        }
    }

    private static void addColor(BufferedImage image, AreaAverage average) {
        int side = image.getWidth();
        BufferedImage strip = new BufferedImage(side, Math.min(STRIP, side), BufferedImage.TYPE_INT_RGB);
        int[] rgb = new int[side * strip.getHeight()];
        Graphics2D graphics = strip.createGraphics();
        graphics.setBackground(Color.WHITE);
        for (int from = 0; from < side; from += strip.getHeight()) {
            int rows = Math.min(strip.getHeight(), side - from);
            graphics.clearRect(0, 0, side, rows);
            graphics.drawImage(image, 0, -from, null);
            strip.getRaster().getDataElements(0, 0, side, rows, rgb);
            for (int y = 0; y < rows; y++) {
                average.addRow(from + y, rgb, y * side);
            }
        }
        graphics.dispose();
    }

    /** Gray values as they are: Java takes gray for linear light and would make it brighter, as no other program does. */
    private static void addGray(BufferedImage image, AreaAverage average) {
        int side = image.getWidth();
        Raster raster = image.getRaster();
        int bits = image.getColorModel().getComponentSize(0);
        double full = (1L << bits) - 1;
        int[] gray = new int[side];
        int[] opacity = new int[side];
        Arrays.fill(opacity, (int) full);
        for (int y = 0; y < side; y++) {
            raster.getSamples(0, y, side, 1, 0, gray);
            if (raster.getNumBands() == 2) {
                raster.getSamples(0, y, side, 1, 1, opacity);
            }
            for (int x = 0; x < side; x++) {
                double share = opacity[x] / full;
                int value = (int) Math.round((gray[x] / full * share + 1 - share) * WHITE);
                gray[x] = value << 2 * BYTE | value << BYTE | value;
            }
            average.addRow(y, gray, 0);
        }
    }

    private static double[] upright(AreaAverage average, Orientation orientation) {
        int size = average.size();
        double[] values = new double[size * size * AreaAverage.CHANNELS];
        for (int i = 0; i < size * size; i++) {
            int place = orientation.place(i / size, i % size, size);
            for (int c = 0; c < AreaAverage.CHANNELS; c++) {
                values[i * AreaAverage.CHANNELS + c] = average.mean(place * AreaAverage.CHANNELS + c);
            }
        }
        return values;
    }
}
