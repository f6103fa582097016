package io.github.grisaille.plot;

import io.github.grisaille.data.AtomicFile;
import java.awt.image.BufferedImage;
import java.nio.file.Path;

/** A still picture: a chart, a grid of images. */
public interface Picture extends Showable {
    /** The picture, which may be finer than it is shown. */
    BufferedImage image();

    /** How wide it is shown, in CSS pixels. */
    int width();

    /** A few words in its place, for those who cannot see it. */
    String description();

    /** The bytes of a PNG file. */
    default byte[] toPng() {
        return Html.png(image());
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
