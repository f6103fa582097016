package io.github.grisaille.plot;

import java.awt.image.BufferedImage;
import java.util.Locale;

/** Makes the empty image that a picture is drawn on. Refuses sizes that a page cannot show. */
final class Canvas {
    /** A larger picture would take hundreds of megabytes in the browser and in the Jupyter kernel. */
    static final long MOST_PIXELS = 1L << 24;

    private Canvas() {}

    /** Whether a picture of this size may be drawn. */
    static boolean fits(long width, long height) {
        return width <= Integer.MAX_VALUE && height <= Integer.MAX_VALUE && width * height <= MOST_PIXELS;
    }

    /**
     * An empty image.
     *
     * @param what the name of the picture in messages
     * @param advice what to do if it is too large
     * @throws IllegalArgumentException if the picture has no pixel or too many
     * @throws IllegalStateException if the heap has no room for it
     */
    static BufferedImage of(String what, long width, long height, String advice) {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException(what + " needs at least 1×1 pixels; got " + width + "×" + height);
        }
        if (!fits(width, height)) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "%s would have %,d×%,d pixels, which is %.1f million; the limit is %.1f million: %s",
                    what,
                    width,
                    height,
                    (double) width * height / 1e6,
                    MOST_PIXELS / 1e6,
                    advice));
        }
        try {
            return new BufferedImage((int) width, (int) height, BufferedImage.TYPE_INT_RGB);
        } catch (OutOfMemoryError full) {
            throw new IllegalStateException(
                    String.format(
                            Locale.ROOT,
                            "%s of %,d×%,d pixels needs %,d MB, but the heap has no room for it: %s, or start Java"
                                    + " with a larger heap",
                            what,
                            width,
                            height,
                            width * height * Integer.BYTES / 1_000_000 + 1,
                            advice),
                    full);
        }
    }
}
