package io.github.grisaille.plot;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.ImageIO;

/** HTML for pictures and text. */
public final class Html {
    private Html() {}

    /** An image element that contains the picture's data. {@code width} is in CSS pixels. */
    static String image(String type, byte[] bytes, int width, String description) {
        return "<img width=\"" + width + "\" alt=\"" + escape(description) + "\" src=\"data:image/" + type + ";base64,"
                + Base64.getEncoder().encodeToString(bytes) + "\">";
    }

    static byte[] png(BufferedImage image) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", bytes);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    /** Text as HTML: the characters that have a meaning in HTML are replaced. */
    public static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
