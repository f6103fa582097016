package io.github.grisaille.tensor;

/**
 * The window of a convolution or pooling. All lengths are in pixels. Begin with a kernel, and add what the window needs:
 * {@code ConvGeometry.square(3, 1, 2).dilation(2).groups(4)} or {@code ConvGeometry.kernel(3, 5).padding(1, 2)}.
 *
 * <p>The words have the same meaning as in PyTorch. A window is kernel pixels high and wide, in steps of the dilation.
 * So it spans dilation · (kernel − 1) + 1 pixels.
 *
 * @param kernel the number of taps
 * @param stride the distance from one window to the next
 * @param padding the number of rows and columns of zeros on each side of the image
 * @param dilation the distance from one tap to the next
 * @param outputPadding the number of rows and columns that a transposed convolution adds at the bottom and at the right.
 *     A convolution maps several sizes of an image to one. This number says which of them the transposed convolution
 *     makes
 * @param groups the number of groups of channels. The channels of the image and those of the output are cut into this
 *     many groups, and each group of the output sees one group of the image only
 */
public record ConvGeometry(
        HeightWidth kernel,
        HeightWidth stride,
        HeightWidth padding,
        HeightWidth dilation,
        HeightWidth outputPadding,
        int groups) {
    public ConvGeometry {
        if (kernel.least() < 1) {
            throw new IllegalArgumentException(
                    "a kernel must be at least 1×1; got " + kernel.height() + "×" + kernel.width());
        }
        atLeast(1, "stride", stride);
        atLeast(0, "padding", padding);
        atLeast(1, "dilation", dilation);
        atLeast(0, "output padding", outputPadding);
        if (outputPadding.height() > 0 && outputPadding.height() >= Math.max(stride.height(), dilation.height())
                || outputPadding.width() > 0 && outputPadding.width() >= Math.max(stride.width(), dilation.width())) {
            throw new IllegalArgumentException("an output padding must be less than the stride or the dilation; got "
                    + outputPadding + " with stride " + stride + " and dilation " + dilation
                    + ": make it smaller, or set stride and dilation first");
        }
        if (groups < 1) {
            throw new IllegalArgumentException("the number of groups must be at least 1; got " + groups);
        }
    }

    private static void atLeast(int least, String what, HeightWidth value) {
        if (value.least() < least) {
            String article = what.startsWith("o") ? "an " : "a ";
            throw new IllegalArgumentException(
                    article + what + " must be at least " + least + "; got " + value.height() + "×" + value.width());
        }
    }

    /** A window without dilation, groups and output padding. */
    public ConvGeometry(
            int kernelHeight, int kernelWidth, int strideHeight, int strideWidth, int padHeight, int padWidth) {
        this(
                new HeightWidth(kernelHeight, kernelWidth),
                new HeightWidth(strideHeight, strideWidth),
                new HeightWidth(padHeight, padWidth),
                HeightWidth.ONE,
                HeightWidth.ZERO,
                1);
    }

    /** A window that is the same in both directions. */
    public static ConvGeometry square(int kernel, int stride, int padding) {
        return new ConvGeometry(kernel, kernel, stride, stride, padding, padding);
    }

    /** A window with stride 1 and no padding. */
    public static ConvGeometry kernel(int height, int width) {
        return new ConvGeometry(height, width, 1, 1, 0, 0);
    }

    /** This window with another stride, in both directions. */
    public ConvGeometry stride(int both) {
        return stride(both, both);
    }

    /** This window with another stride. */
    public ConvGeometry stride(int height, int width) {
        return new ConvGeometry(kernel, new HeightWidth(height, width), padding, dilation, outputPadding, groups);
    }

    /** This window with another padding, in both directions. */
    public ConvGeometry padding(int both) {
        return padding(both, both);
    }

    /** This window with another padding. */
    public ConvGeometry padding(int height, int width) {
        return new ConvGeometry(kernel, stride, new HeightWidth(height, width), dilation, outputPadding, groups);
    }

    /** This window with another dilation, in both directions. */
    public ConvGeometry dilation(int both) {
        return dilation(both, both);
    }

    /** This window with another dilation. */
    public ConvGeometry dilation(int height, int width) {
        return new ConvGeometry(kernel, stride, padding, new HeightWidth(height, width), outputPadding, groups);
    }

    /** This window with another output padding, in both directions. */
    public ConvGeometry outputPadding(int both) {
        return outputPadding(both, both);
    }

    /** This window with another output padding. */
    public ConvGeometry outputPadding(int height, int width) {
        return new ConvGeometry(kernel, stride, padding, dilation, new HeightWidth(height, width), groups);
    }

    /** This window with another number of groups. With as many groups as channels, the convolution is depthwise. */
    public ConvGeometry groups(int number) {
        return new ConvGeometry(kernel, stride, padding, dilation, outputPadding, number);
    }

    public int kernelHeight() {
        return kernel.height();
    }

    public int kernelWidth() {
        return kernel.width();
    }

    /** The number of taps of the kernel. */
    public int taps() {
        return kernel.height() * kernel.width();
    }

    public int strideHeight() {
        return stride.height();
    }

    public int strideWidth() {
        return stride.width();
    }

    public int padHeight() {
        return padding.height();
    }

    public int padWidth() {
        return padding.width();
    }

    public int dilationHeight() {
        return dilation.height();
    }

    public int dilationWidth() {
        return dilation.width();
    }

    public boolean isDilated() {
        return dilation.height() > 1 || dilation.width() > 1;
    }

    public boolean isGrouped() {
        return groups > 1;
    }

    /** Whether the window has no dilation, groups and output padding. */
    public boolean isPlain() {
        return !isDilated() && !isGrouped() && outputPadding.equals(HeightWidth.ZERO);
    }

    /** The rows that a window spans: dilation · (kernel − 1) + 1. */
    public int spanHeight() {
        return dilation.height() * (kernel.height() - 1) + 1;
    }

    /** The columns that a window spans: dilation · (kernel − 1) + 1. */
    public int spanWidth() {
        return dilation.width() * (kernel.width() - 1) + 1;
    }

    /**
     * The number of window positions down an image: ⌊(height + 2·pad − span) / stride⌋ + 1; 0 or less if none fits.
     * Without dilation, the span is the kernel.
     */
    public int outputHeight(int height) {
        return Math.floorDiv(height + 2 * padding.height() - spanHeight(), stride.height()) + 1;
    }

    /** The number of window positions across an image; see {@link #outputHeight}. */
    public int outputWidth(int width) {
        return Math.floorDiv(width + 2 * padding.width() - spanWidth(), stride.width()) + 1;
    }

    /** The output height of a transposed convolution: (height − 1) · stride − 2·pad + span + output padding. */
    public int transposedHeight(int height) {
        return (height - 1) * stride.height() - 2 * padding.height() + spanHeight() + outputPadding.height();
    }

    /** The output width of a transposed convolution; see {@link #transposedHeight}. */
    public int transposedWidth(int width) {
        return (width - 1) * stride.width() - 2 * padding.width() + spanWidth() + outputPadding.width();
    }

    /** For example {@code 4×4, stride 2, padding 1}. Dilation, groups and output padding follow where they are set. */
    @Override
    public String toString() {
        return kernel.height() + "×" + kernel.width() + ", stride " + stride + ", padding " + padding
                + (isDilated() ? ", dilation " + dilation : "")
                + (isGrouped() ? ", groups " + groups : "")
                + (outputPadding.equals(HeightWidth.ZERO) ? "" : ", output padding " + outputPadding);
    }
}
