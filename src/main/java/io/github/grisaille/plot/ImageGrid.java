package io.github.grisaille.plot;

import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * Images of one size in rows and columns. They are enlarged by a whole factor, so every pixel of a network's output can
 * be seen.
 */
public final class ImageGrid implements Picture {
    private static final int GAP = 3;
    private static final int TITLE_HEIGHT = 26;
    private static final int CAPTION_HEIGHT = 18;
    private static final int GRAY = 1;
    private static final int COLOR = 3;
    private static final int LEAST_SIDE = 48;
    /** The side of the largest square that may be drawn. */
    private static final int LARGEST_SCALE = (int) Math.sqrt(Canvas.MOST_PIXELS);

    private static final Color TEXT = new Color(0x333333);
    private static final Font TITLE_FONT = new Font(Font.SANS_SERIF, Font.BOLD, 14);
    private static final Font TEXT_FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);

    private final float[] values;
    private final int count;
    private final int height;
    private final int width;
    private final int channels;
    private float black;
    private float white;
    private int columns;
    private int scale;
    private String title = "";
    private List<String> captions = List.of();
    private List<String> rowNames = List.of();

    private ImageGrid(float[] values, int height, int width, int channels, float black, float white) {
        this.values = values;
        this.height = height;
        this.width = width;
        this.channels = channels;
        this.black = black;
        this.white = white;
        this.count = values.length / (height * width * channels);
        this.columns = (int) Math.ceil(Math.sqrt(count));
        this.scale = Math.max(1, (int) Math.ceil((double) LEAST_SIDE / Math.max(height, width)));
    }

    /**
     * A grid of images with values from −1 (black) to 1 (white). Values outside are shown as black or white.
     *
     * @param values image after image, each row by row
     * @param channels 1 for gray, 3 for red, green and blue
     * @throws IllegalArgumentException if the last image is incomplete, or a value is NaN
     */
    public static ImageGrid of(float[] values, int height, int width, int channels) {
        return of(values, height, width, channels, -1, 1);
    }

    /** A grid of a batch of images, (batch, height, width, channels), with values from −1 (black) to 1 (white). */
    public static ImageGrid of(Tensor images) {
        if (images.shape().rank() != 4) {
            throw new IllegalArgumentException("images need the shape batch×height×width×channels; got "
                    + images.shape() + ": reshape them first");
        }
        return of(images.toArray(), images.axis(1), images.axis(2), images.axis(3));
    }

    /** A grid of the images of all these batches; see {@link #of(Tensor)}. */
    public static ImageGrid of(List<Tensor> batches) {
        if (batches.isEmpty()) {
            throw new IllegalArgumentException("a grid needs at least one image");
        }
        Shape item = batches.get(0).shape().item();
        int size = batches.stream().mapToInt(Tensor::size).sum();
        float[] all = new float[size];
        int at = 0;
        for (Tensor batch : batches) {
            if (!batch.shape().item().equals(item)) {
                throw new IllegalArgumentException("all images of a grid must have the shape of the first, " + item
                        + "; got " + batch.shape().item());
            }
            System.arraycopy(batch.toArray(), 0, all, at, batch.size());
            at += batch.size();
        }
        return of(Tensor.of(all, item.batchOf(size / item.size()).toArray()));
    }

    /** A grid of images with values from {@code black} to {@code white}. */
    public static ImageGrid of(float[] values, int height, int width, int channels, float black, float white) {
        if (channels != GRAY && channels != COLOR) {
            throw new IllegalArgumentException("images need 1 or 3 channels; got " + channels);
        }
        int item = Math.multiplyExact(Math.multiplyExact(height, width), channels);
        if (item < 1 || values.length == 0 || values.length % item != 0) {
            throw new IllegalArgumentException(
                    values.length + " values do not make images of " + height + "×" + width + "×" + channels);
        }
        for (int i = 0; i < values.length; i++) {
            if (Float.isNaN(values[i])) {
                throw new IllegalArgumentException("image " + i / item + " holds NaN at place " + i % item
                        + ": the network that made it has diverged");
            }
        }
        return new ImageGrid(values.clone(), height, width, channels, black, white);
    }

    /** Sets the number of columns. By default the grid is nearly square. */
    public ImageGrid columns(int wanted) {
        if (wanted < 1) {
            throw new IllegalArgumentException("a grid needs at least 1 column; got " + wanted);
        }
        columns = Math.min(wanted, count);
        return this;
    }

    /** Sets the size of an image pixel on the screen. By default the longer side of an image has at least 48 pixels. */
    public ImageGrid scale(int wanted) {
        if (wanted < 1) {
            throw new IllegalArgumentException("a scale must be at least 1; got " + wanted);
        }
        scale = wanted;
        return this;
    }

    /** Sets the values that are shown as black and as white; by default −1 and 1. */
    public ImageGrid range(float valueOfBlack, float valueOfWhite) {
        black = valueOfBlack;
        white = valueOfWhite;
        return this;
    }

    public ImageGrid title(String text) {
        title = text;
        return this;
    }

    /** Sets a short caption below each image. */
    public ImageGrid captions(String... texts) {
        return captions(List.of(texts));
    }

    /** Sets a short caption below each image. */
    public ImageGrid captions(List<String> texts) {
        if (texts.size() != count) {
            throw new IllegalArgumentException(count + " images need as many captions; got " + texts.size());
        }
        captions = List.copyOf(texts);
        return this;
    }

    /** Arranges the images in one row for each name, with the name at the left. */
    public ImageGrid rows(String... names) {
        if (names.length == 0 || count % names.length != 0) {
            throw new IllegalArgumentException(count + " images do not make " + names.length + " equal rows");
        }
        rowNames = List.of(names);
        columns = count / names.length;
        return this;
    }

    /**
     * Draws the grid.
     *
     * @throws IllegalArgumentException if it would have more than 16 million pixels; the message says what fits
     */
    @Override
    public BufferedImage image() {
        return Drawing.apart("the grid of " + this, this::draw);
    }

    private BufferedImage draw() {
        BufferedImage picture = Canvas.of("the grid of " + this, pictureWidth(scale), pictureHeight(scale), smaller());
        int cellWidth = width * scale + GAP;
        int cellHeight = (int) cellHeight(scale);
        int top = top();
        Graphics2D graphics = picture.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, picture.getWidth(), picture.getHeight());
        graphics.setColor(TEXT);
        graphics.setFont(TITLE_FONT);
        graphics.drawString(title, GAP, top - 9);
        graphics.setFont(TEXT_FONT);
        int left = GAP + namesWidth();
        for (int row = 0; row < rowNames.size(); row++) {
            graphics.drawString(
                    rowNames.get(row), GAP, top + row * cellHeight + (cellHeight + TEXT_FONT.getSize()) / 2);
        }
        for (int i = 0; i < count; i++) {
            int x = left + i % columns * cellWidth;
            int y = top + GAP + i / columns * cellHeight;
            paint(i, picture, x, y);
            if (!captions.isEmpty()) {
                String caption = captions.get(i);
                int offset =
                        Math.max(0, (width * scale - graphics.getFontMetrics().stringWidth(caption)) / 2);
                graphics.drawString(caption, x + offset, y + height * scale + CAPTION_HEIGHT - 5);
            }
        }
        graphics.dispose();
        return picture;
    }

    private void paint(int index, BufferedImage picture, int left, int top) {
        for (int y = 0; y < height * scale; y++) {
            for (int x = 0; x < width * scale; x++) {
                int at = ((index * height + y / scale) * width + x / scale) * channels;
                int red = level(values[at]);
                int green = channels == GRAY ? red : level(values[at + 1]);
                int blue = channels == GRAY ? red : level(values[at + 2]);
                picture.setRGB(left + x, top + y, red << 16 | green << 8 | blue);
            }
        }
    }

    private int level(float value) {
        float share = (value - black) / (white - black);
        return Math.round(255 * Math.min(1, Math.max(0, share)));
    }

    @Override
    public int width() {
        return Drawing.apart("the grid of " + this, () -> Math.toIntExact(pictureWidth(scale)));
    }

    private long pictureWidth(int atScale) {
        return Math.max(
                namesWidth() + columns * ((long) width * atScale + GAP) + GAP, textWidth(title, TITLE_FONT) + 2L * GAP);
    }

    private long pictureHeight(int atScale) {
        return top() + rows() * cellHeight(atScale) + GAP;
    }

    private int top() {
        return title.isEmpty() ? 0 : TITLE_HEIGHT;
    }

    private int rows() {
        return (count + columns - 1) / columns;
    }

    private long cellHeight(int atScale) {
        return (long) height * atScale + GAP + (captions.isEmpty() ? 0 : CAPTION_HEIGHT);
    }

    /** The advice if this grid is too large. */
    private String smaller() {
        for (int fitting = Math.min(scale - 1, LARGEST_SCALE); fitting >= 1; fitting--) {
            if (Canvas.fits(pictureWidth(fitting), pictureHeight(fitting))) {
                return "scale(" + fitting + ") fits";
            }
        }
        long side = 0;
        while (Canvas.fits((side + 1) * (width + GAP) + GAP, top() + (side + 1) * cellHeight(1) + GAP)) {
            side++;
        }
        return side == 0
                ? "cut the images smaller"
                : "show at most " + side * side + " images, with scale(1) and without columns(…)";
    }

    @Override
    public String description() {
        return title.isEmpty() ? count + " images" : title;
    }

    private int namesWidth() {
        return rowNames.stream()
                .mapToInt(name -> textWidth(name, TEXT_FONT) + 2 * GAP)
                .max()
                .orElse(0);
    }

    private static int textWidth(String text, Font font) {
        BufferedImage empty = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
        return empty.createGraphics().getFontMetrics(font).stringWidth(text);
    }

    @Override
    public String toString() {
        return count + " images of " + height + "×" + width + "×" + channels;
    }
}
