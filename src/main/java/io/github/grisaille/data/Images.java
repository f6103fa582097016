package io.github.grisaille.data;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Pictures as floats: (height, width, 3), row by row, red, green, blue. */
public final class Images {
    private static final int CHANNELS = 3;
    private static final float WHITE = 255;
    private static final int CAT_LEFT = 90;
    private static final int CAT_SIDE = 300;

    private Images() {}

    /**
     * The cat: Chelsea, photographed by Stefan van der Walt (CC0), cut to a square.
     *
     * @param size the side in pixels, 1 to 300
     * @return size · size · 3 values from −1 (black) to 1 (white)
     */
    public static float[] cat(int size) {
        try (InputStream stream = Images.class.getResourceAsStream("chelsea.png")) {
            if (stream == null) {
                throw new IllegalStateException("chelsea.png is missing from grisaille's jar: build it again");
            }
            BufferedImage square = decode(stream, "chelsea.png").getSubimage(CAT_LEFT, 0, CAT_SIDE, CAT_SIDE);
            return shrink(square, size);
        } catch (IOException failed) {
            throw new UncheckedIOException("the cat could not be read: " + failed.getMessage(), failed);
        }
    }

    /**
     * A picture from a file (PNG, JPEG, GIF, BMP), its middle square shrunk by averaging areas.
     *
     * @param size the side in pixels, at most the picture's shorter side
     * @return size · size · 3 values from −1 (black) to 1 (white)
     * @throws IllegalArgumentException if the file is not a picture, or too small
     */
    public static float[] read(Path file, int size) {
        try (InputStream stream = Files.newInputStream(file)) {
            BufferedImage image = decode(stream, file.toString());
            int side = Math.min(image.getWidth(), image.getHeight());
            int left = (image.getWidth() - side) / 2;
            int top = (image.getHeight() - side) / 2;
            return shrink(image.getSubimage(left, top, side, side), size);
        } catch (IOException failed) {
            throw new UncheckedIOException(file + " could not be read: " + failed, failed);
        }
    }

    private static BufferedImage decode(InputStream stream, String name) throws IOException {
        BufferedImage image = ImageIO.read(stream);
        if (image == null) {
            throw new IllegalArgumentException(name + " is not a picture in PNG, JPEG, GIF or BMP format");
        }
        return image;
    }

    /** Each new pixel is the mean of the area it covers. */
    private static float[] shrink(BufferedImage square, int size) {
        int side = square.getWidth();
        if (size < 1 || size > side) {
            throw new IllegalArgumentException(
                    "a picture of " + side + "×" + side + " pixels can be shrunk to 1 to " + side + ", not to " + size);
        }
        double scale = (double) side / size;
        double[] sums = new double[size * size * CHANNELS];
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                int rgb = square.getRGB(x, y);
                spread(rgb, x, y, scale, size, sums);
            }
        }
        float[] values = new float[sums.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (sums[i] / (scale * scale) / WHITE * 2 - 1);
        }
        return values;
    }

    /** Adds a pixel to the (up to four) new pixels that it lies in, by the area it covers of each. */
    private static void spread(int rgb, int x, int y, double scale, int size, double[] sums) {
        for (int newY = (int) (y / scale); newY < size && newY * scale < y + 1; newY++) {
            double coveredY = Math.min(y + 1, (newY + 1) * scale) - Math.max(y, newY * scale);
            for (int newX = (int) (x / scale); newX < size && newX * scale < x + 1; newX++) {
                double coveredX = Math.min(x + 1, (newX + 1) * scale) - Math.max(x, newX * scale);
                int at = (newY * size + newX) * CHANNELS;
                double area = coveredX * coveredY;
                sums[at] += area * (rgb >> 16 & 0xFF);
                sums[at + 1] += area * (rgb >> 8 & 0xFF);
                sums[at + 2] += area * (rgb & 0xFF);
            }
        }
    }
}
