package io.github.grisaille.plot;

import io.github.grisaille.io.AtomicFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** A still picture, such as a chart or a grid of images. */
public interface Picture extends Showable {
    /** The pixels. Their resolution may be higher than the size on the page. */
    BufferedImage image();

    /** The width on the page, in CSS pixels. */
    int width();

    /** A short text for readers who cannot see the picture. */
    String description();

    /**
     * Reads a picture from a file in PNG, JPEG, GIF or BMP format. Its description is the file's name.
     *
     * @throws IllegalArgumentException if the file is not such a picture
     */
    static Picture read(Path file) {
        try (InputStream stream = Files.newInputStream(file)) {
            BufferedImage image = ImageIO.read(stream);
            if (image == null) {
                throw new IllegalArgumentException(file + " is not a picture in PNG, JPEG, GIF or BMP format");
            }
            return new StoredPicture(image, file.getFileName().toString());
        } catch (IOException failed) {
            throw new UncheckedIOException(file + " could not be read: " + failed, failed);
        }
    }

    /**
     * The bytes of a PNG file.
     *
     * @throws IllegalStateException if this machine cannot draw letters, or the heap has no room for the file
     */
    default byte[] toPng() {
        try {
            BufferedImage image = image();
            try {
                return Html.png(image);
            } catch (OutOfMemoryError full) {
                throw new IllegalStateException(
                        "the heap has no room for a PNG file of " + image.getWidth() + "×" + image.getHeight()
                                + " pixels: make the picture smaller, or start Java with a larger heap",
                        full);
            }
        } catch (LinkageError | InternalError missing) {
            // an Error would end the Jupyter kernel's thread, and the cell would wait for ever; an exception does not
            throw new IllegalStateException(
                    "this machine cannot draw letters (" + missing
                            + "): install fonts and the libraries that draw them, for example"
                            + " 'apt-get install fontconfig fonts-dejavu-core libharfbuzz0b', and restart",
                    missing);
        }
    }

    /** Writes a PNG file. */
    default void save(Path file) {
        AtomicFile.write(file, toPng());
    }

    @Override
    default String toHtml() {
        return Html.image("png", toPng(), width(), description());
    }
}
