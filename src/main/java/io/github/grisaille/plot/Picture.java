package io.github.grisaille.plot;

import io.github.grisaille.io.AtomicFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** A still picture: a chart, a grid of images. */
public interface Picture extends Showable {
    /** The picture, which may be finer than it is shown. */
    BufferedImage image();

    /** How wide it is shown, in CSS pixels. */
    int width();

    /** A few words in its place, for those who cannot see it. */
    String description();

    /**
     * A picture from a PNG file, shown as wide as it is, and described by the file's name.
     *
     * @throws IllegalArgumentException if the file is not a picture
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
                                + " pixels: make the picture smaller, or give Java a larger heap",
                        full);
            }
        } catch (LinkageError | InternalError missing) {
            // an error, unlike an exception, would end the kernel's thread and leave the cell waiting for ever
            throw new IllegalStateException(
                    "this machine cannot draw letters (" + missing + "): install a font and what draws it, for example"
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
