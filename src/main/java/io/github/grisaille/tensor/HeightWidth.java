package io.github.grisaille.tensor;

/** Two whole numbers of an image, in pixels: one for its height (downwards) and one for its width (to the right). */
public record HeightWidth(int height, int width) {
    static final HeightWidth ZERO = both(0);
    static final HeightWidth ONE = both(1);

    /** The same number for height and width. */
    public static HeightWidth both(int value) {
        return new HeightWidth(value, value);
    }

    /** The smaller of the two numbers. */
    public int least() {
        return Math.min(height, width);
    }

    /** One number if both are the same, and otherwise for example {@code 2×1}: the height comes first. */
    @Override
    public String toString() {
        return height == width ? "" + height : height + "×" + width;
    }
}
