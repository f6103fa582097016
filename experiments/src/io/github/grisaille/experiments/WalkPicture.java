package io.github.grisaille.experiments;

import io.github.grisaille.io.AtomicFile;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Makes the picture at the top of README.md, the walk from gray to faces, from the notebooks' outputs: {@code ./lab
 * train walk}. Run it after the notebooks.
 */
final class WalkPicture {
    private static final int SIDE = 176;
    private static final int GAP = 8;
    private static final int CAPTION = 24;
    private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
    private static final Pattern IMAGE = Pattern.compile("data:image/png;base64,([^\"]+)");

    /**
     * A square cut from an output.
     *
     * @param cell a text in the source of the cell
     * @param nth the number of the picture in the cell, from 0
     */
    private record Panel(String caption, String notebook, String cell, int nth, int left, int top, int side) {}

    private static final List<Panel> PANELS = List.of(
            new Panel("01 gray", "01-the-gray-trap", "four different z, after", 0, 3, 29, 128),
            new Panel("02 one image", "02-one-image-by-heart", "one picture by heart", 0, 3, 177, 128),
            new Panel(
                    "04 a map of digits",
                    "04-variational-autoencoders",
                    "what the decoder paints from z",
                    0,
                    127,
                    153,
                    372),
            new Panel("06 a GAN's digits", "06-mnist-gan", "NumPy GAN, epoch 1", 1, 3, 29, 233),
            new Panel("07 faces", "07-dcgan", "twenty-four samples of the shipped generator", 0, 3, 29, 198));

    private WalkPicture() {}

    static void draw(Path notebooks, Path file) {
        BufferedImage all =
                new BufferedImage(PANELS.size() * (SIDE + GAP) - GAP, SIDE + CAPTION, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = all.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, all.getWidth(), all.getHeight());
        graphics.setColor(Color.DARK_GRAY);
        graphics.setFont(FONT);
        for (int i = 0; i < PANELS.size(); i++) {
            Panel panel = PANELS.get(i);
            int left = i * (SIDE + GAP);
            BufferedImage cut = output(notebooks.resolve(panel.notebook + ".ipynb"), panel)
                    .getSubimage(panel.left, panel.top, panel.side, panel.side);
            graphics.drawImage(cut, left, 0, SIDE, SIDE, null);
            int width = graphics.getFontMetrics().stringWidth(panel.caption);
            graphics.drawString(panel.caption, left + (SIDE - width) / 2, SIDE + CAPTION - GAP);
        }
        graphics.dispose();
        AtomicFile.write(file, png(all));
    }

    /** In a notebook's file the outputs of a cell come before its source. */
    private static BufferedImage output(Path notebook, Panel panel) {
        try (JsonParser json =
                new JsonFactory().createParser(ObjectReadContext.empty(), Files.readAllBytes(notebook))) {
            List<String> pictures = new ArrayList<>();
            while (json.nextToken() != null) {
                if (json.currentToken() != JsonToken.PROPERTY_NAME) {
                    continue;
                }
                switch (json.currentName()) {
                    case "image/png" -> pictures.add(text(json));
                    case "text/html" ->
                        IMAGE.matcher(text(json))
                                .results()
                                .map(found -> found.group(1))
                                .forEach(pictures::add);
                    case "source" -> {
                        if (text(json).contains(panel.cell) && pictures.size() > panel.nth) {
                            byte[] bytes = Base64.getMimeDecoder().decode(pictures.get(panel.nth));
                            return ImageIO.read(new ByteArrayInputStream(bytes));
                        }
                        pictures.clear();
                    }
                    default -> {}
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        throw new IllegalStateException(
                "no cell of " + notebook + " contains \"" + panel.cell + "\": correct this panel in WalkPicture");
    }

    /** The text of the next value: a string, or an array of strings. */
    private static String text(JsonParser json) {
        StringBuilder all = new StringBuilder();
        if (json.nextToken() == JsonToken.START_ARRAY) {
            while (json.nextToken() != JsonToken.END_ARRAY) {
                all.append(json.getString());
            }
        } else {
            all.append(json.getString());
        }
        return all.toString();
    }

    private static byte[] png(BufferedImage image) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", bytes);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return bytes.toByteArray();
    }
}
