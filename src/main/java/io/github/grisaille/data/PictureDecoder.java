package io.github.grisaille.data;

import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.tiff.BigTIFFImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import com.twelvemonkeys.imageio.stream.BufferedFileImageInputStream;
import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
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
 * Decodes a picture file to a square of a given size. The JDK reads PNG, GIF and BMP. TwelveMonkeys reads WebP and
 * TIFF, and JPEG files that the JDK cannot read, such as CMYK. Transparent pixels become white. An animation or a TIFF
 * file of several pages gives its first picture. The picture is turned upright by its EXIF orientation.
 */
final class PictureDecoder {
    static final List<String> FORMATS = List.of("png", "jpeg", "gif", "bmp", "webp", "tiff");
    /** The formats, for messages. */
    static final String FORMAT_NAMES = "PNG, JPEG, GIF, BMP, WebP or TIFF";

    /** Decoding one pixel is assumed to need this many bytes of the heap. */
    private static final int HEAP_PER_PIXEL = 16;

    private static final int STRIP = 64;
    private static final int WHITE = 255;
    private static final int BYTE = 8;
    private static final int KILO = 1024;
    /** The largest number of pixels, in units of 1024, that all threads together may decode at the same time. */
    private static final int BUDGET =
            (int) Math.min(Integer.MAX_VALUE / 2, Runtime.getRuntime().maxMemory() / HEAP_PER_PIXEL / KILO);

    private static final Semaphore FREE = new Semaphore(BUDGET, true);

    static {
        // a Jupyter kernel loads libraries with a class loader that the registry's own look-up does not see
        IIORegistry.getDefaultInstance().registerServiceProvider(new JPEGImageReaderSpi());
        IIORegistry.getDefaultInstance().registerServiceProvider(new WebPImageReaderSpi());
        IIORegistry.getDefaultInstance().registerServiceProvider(new TIFFImageReaderSpi());
        IIORegistry.getDefaultInstance().registerServiceProvider(new BigTIFFImageReaderSpi());
    }

    private PictureDecoder() {}

    /**
     * The central square of a picture, resized by area averaging.
     *
     * @param size the side of the result in pixels
     * @param enlarge whether a smaller picture is enlarged; otherwise it is an error
     * @return size · size · 3 values from 0 to 255, row by row, red, green, blue
     */
    static double[] square(Path file, int size, boolean enlarge) throws UnreadablePictureException {
        try (ImageInputStream stream = open(file)) {
            ImageReader reader = reader(stream);
            try {
                String format = format(reader);
                PictureHeader header = PictureHeader.of(stream, format);
                stream.seek(0);
                stream.setByteOrder(ByteOrder.BIG_ENDIAN);
                reader.setInput(stream, false, false);
                return decode(reader, header, format, size, enlarge);
            } finally {
                reader.dispose();
            }
        } catch (EOFException cut) {
            throw new UnreadablePictureException("it is cut off", cut);
        } catch (AccessDeniedException | FileNotFoundException | NoSuchFileException locked) {
            throw new UnreadablePictureException("it cannot be opened: " + locked, locked);
        } catch (IOException | RuntimeException broken) {
            // decoders throw all kinds of exceptions on damaged data
            throw new UnreadablePictureException(
                    "it is damaged: " + (broken.getMessage() == null ? broken : broken.getMessage()), broken);
        }
    }

    /**
     * Opens a file. Some names cannot be converted to text, for example "ä" in the locale C; such a file opens only by
     * its path.
     */
    @SuppressWarnings("deprecation") // an interrupt closes the newer stream's channel
    private static ImageInputStream open(Path file) throws IOException {
        return isText(file)
                ? new BufferedFileImageInputStream(file.toFile())
                : new ByteArrayImageInputStream(Files.readAllBytes(file));
    }

    private static boolean isText(Path file) {
        try {
            return file.toFile().toPath().equals(file);
        } catch (InvalidPathException unmappable) {
            return false;
        }
    }

    private static ImageReader reader(ImageInputStream stream) throws IOException, UnreadablePictureException {
        for (Iterator<ImageReader> readers = ImageIO.getImageReaders(stream); readers.hasNext(); ) {
            ImageReader reader = readers.next();
            if (!format(reader).isEmpty()) {
                return reader;
            }
        }
        throw new UnreadablePictureException(PictureKind.reasonByContents(stream));
    }

    /** The reader's format, one of {@link #FORMATS}; empty if it is another. */
    private static String format(ImageReader reader) {
        return Arrays.stream(reader.getOriginatingProvider().getFormatNames())
                .map(name -> name.toLowerCase(Locale.ROOT).replace("bigtiff", "tiff"))
                .filter(FORMATS::contains)
                .findFirst()
                .orElse("");
    }

    private static double[] decode(ImageReader reader, PictureHeader header, String format, int size, boolean enlarge)
            throws IOException, UnreadablePictureException {
        int width = reader.getWidth(0);
        int height = reader.getHeight(0);
        if (width < 1 || height < 1) {
            throw new UnreadablePictureException("it is damaged: it claims " + width + "×" + height + " pixels");
        }
        Rectangle whole = new Rectangle(width, height);
        if (header.canvas() != null) {
            whole = header.canvas().around(width, height);
        }
        int pixels = checkedPixels((long) width * height, whole);
        int side = Math.min(whole.width, whole.height);
        if (size > side && !enlarge) {
            throw new UnreadablePictureException("its central square has a side of " + side
                    + " pixels, which can be resized to 1 to " + side + "; got " + size);
        }
        FREE.acquireUninterruptibly(pixels);
        try {
            AreaAverage average = new AreaAverage(side, size);
            BufferedImage image = read(reader, width, height);
            if (whole.width > width || whole.height > height) {
                image = onCanvas(image, whole);
            }
            add(image.getSubimage((whole.width - side) / 2, (whole.height - side) / 2, side, side), average);
            return upright(
                    average, format.equals("jpeg") ? Orientation.of(reader) : Orientation.of(header.orientation()));
        } catch (OutOfMemoryError full) {
            throw UnreadablePictureException.forMemory(
                    "there was not enough memory to decode its " + width + "×" + height
                            + " pixels: make it smaller, or start Java with a larger -Xmx",
                    full);
        } finally {
            FREE.release(pixels);
        }
    }

    /** The number of pixels in memory, in units of 1024. */
    private static int checkedPixels(long decoded, Rectangle whole) throws UnreadablePictureException {
        long canvas = (long) whole.width * whole.height;
        long thousands = (decoded + (canvas > decoded ? canvas : 0)) / KILO + 1;
        if (thousands > BUDGET) {
            throw UnreadablePictureException.forMemory(
                    "it has " + whole.width + "×" + whole.height + " pixels, but this heap has room for at most "
                            + BUDGET / KILO + " million: make it smaller, or start Java with a larger -Xmx",
                    null);
        }
        return (int) thousands;
    }

    /** Puts the first picture of an animation on its canvas. The rest is transparent. */
    private static BufferedImage onCanvas(BufferedImage image, Rectangle canvas) {
        BufferedImage all = new BufferedImage(canvas.width, canvas.height, BufferedImage.TYPE_INT_ARGB);
        Graphics2D graphics = all.createGraphics();
        graphics.drawImage(image, canvas.x, canvas.y, null);
        graphics.dispose();
        return all;
    }

    /**
     * Reads the whole picture. If only the middle is read, the JDK's BMP reader does not notice a file that is cut off.
     */
    private static BufferedImage read(ImageReader reader, int width, int height)
            throws IOException, UnreadablePictureException {
        // where data are missing or unknown, a decoder invents pixels and only warns
        String[] warnings = {null, null};
        reader.addIIOReadWarningListener((source, warning) -> {
            String text = warning.toLowerCase(Locale.ROOT);
            if (text.contains("premature end")) {
                warnings[0] = warning;
            } else if (text.contains("not implemented") || text.contains("unknown webp")) {
                warnings[1] = warning;
            }
        });
        BufferedImage image = reader.read(0);
        if (warnings[0] != null) {
            throw new UnreadablePictureException("it is cut off: " + warnings[0]);
        }
        if (warnings[1] != null) {
            throw new UnreadablePictureException(
                    "it uses a variant of its format that cannot be read (" + warnings[1] + "): convert it to PNG");
        }
        if (image.getWidth() != width || image.getHeight() != height) {
            throw new UnreadablePictureException("it is damaged: it claims " + width + "×" + height
                    + " pixels, but has " + image.getWidth() + "×" + image.getHeight());
        }
        return image;
    }

    private static void add(BufferedImage square, AreaAverage average) throws UnreadablePictureException {
        int type = square.getSampleModel().getDataType();
        boolean gray = square.getRaster().getNumBands() <= 2 && !(square.getColorModel() instanceof IndexColorModel);
        if (type != DataBuffer.TYPE_BYTE && type != DataBuffer.TYPE_USHORT && (gray || type != DataBuffer.TYPE_INT)) {
            // the file does not say which values are black and white
            throw new UnreadablePictureException("its pixels are not integers of 1 to 16 bits: convert it to PNG");
        }
        if (gray) {
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

    /**
     * Adds gray values unchanged. Java would treat gray as linear light and make it brighter, which no other program
     * does.
     */
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
