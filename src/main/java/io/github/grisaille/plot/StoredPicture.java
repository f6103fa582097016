package io.github.grisaille.plot;

import java.awt.image.BufferedImage;

/** A picture that was read from a file. */
record StoredPicture(BufferedImage image, String description) implements Picture {
    @Override
    public int width() {
        return image.getWidth();
    }
}
