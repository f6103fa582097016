package io.github.grisaille.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;

/** Pictures as floats: (height, width, 3), row by row, with red, green and blue. */
public final class Images {
    private static final float WHITE = 255;
    private static final int CAT_LEFT = 90;
    private static final int CAT_SIDE = 300;

    private Images() {}

    /**
     * The cat Chelsea, photographed by Stefan van der Walt (CC0), cropped to a square.
     *
     * @param size the side in pixels, 1 to 300
     * @return size · size · 3 values from −1 (black) to 1 (white)
     */
    public static float[] cat(int size) {
        try (InputStream stream = Images.class.getResourceAsStream("chelsea.png")) {
            if (stream == null) {
                throw new IllegalStateException("chelsea.png is missing from grisaille's jar: build it again");
            }
            if (size < 1 || size > CAT_SIDE) {
                throw new IllegalArgumentException("the cat has " + CAT_SIDE + "×" + CAT_SIDE
                        + " pixels and can be resized to a side of 1 to " + CAT_SIDE + "; got " + size);
            }
            int[] rgb = ImageIO.read(stream).getRGB(CAT_LEFT, 0, CAT_SIDE, CAT_SIDE, null, 0, CAT_SIDE);
            AreaAverage average = new AreaAverage(CAT_SIDE, size);
            for (int y = 0; y < CAT_SIDE; y++) {
                average.addRow(y, rgb, y * CAT_SIDE);
            }
            double[] means = new double[size * size * AreaAverage.CHANNELS];
            Arrays.setAll(means, average::mean);
            return signed(means);
        } catch (IOException failed) {
            throw new UncheckedIOException("the cat could not be read: " + failed.getMessage(), failed);
        }
    }

    /**
     * A picture from a file (PNG, JPEG, GIF, BMP, WebP, TIFF): turned upright, cropped to its central square and
     * resized by area averaging.
     *
     * @param size the side in pixels, at most the picture's shorter side
     * @return size · size · 3 values from −1 (black) to 1 (white)
     * @throws IllegalArgumentException if the file is not a picture, damaged, or too small
     */
    public static float[] read(Path file, int size) {
        if (size < 1) {
            throw new IllegalArgumentException("a picture needs a side of at least 1 pixel; got " + size);
        }
        if (!Files.isRegularFile(file)) {
            throw new UncheckedIOException(new NoSuchFileException(file.toString(), null, "there is no such file"));
        }
        try {
            return signed(PictureDecoder.square(file, size, false));
        } catch (UnreadablePictureException unreadable) {
            throw new IllegalArgumentException(file + " cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    private static float[] signed(double[] means) {
        float[] values = new float[means.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (means[i] / WHITE * 2 - 1);
        }
        return values;
    }
}
