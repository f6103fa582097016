package io.github.grisaille.tensor;

/** The window of a convolution or pooling: kernel size, stride and padding with zeros, in pixels. */
public record ConvGeometry(
        int kernelHeight, int kernelWidth, int strideHeight, int strideWidth, int padHeight, int padWidth) {
    public ConvGeometry {
        if (kernelHeight < 1 || kernelWidth < 1) {
            throw new IllegalArgumentException(
                    "a kernel must be at least 1×1; got " + kernelHeight + "×" + kernelWidth);
        }
        if (strideHeight < 1 || strideWidth < 1) {
            throw new IllegalArgumentException("a stride must be at least 1; got " + strideHeight + "×" + strideWidth);
        }
        if (padHeight < 0 || padWidth < 0) {
            throw new IllegalArgumentException("a padding must be at least 0; got " + padHeight + "×" + padWidth);
        }
    }

    /** A window that is the same in both directions. */
    public static ConvGeometry square(int kernel, int stride, int padding) {
        return new ConvGeometry(kernel, kernel, stride, stride, padding, padding);
    }

    /**
     * The number of window positions down an image: ⌊(height + 2·pad − kernel) / stride⌋ + 1; 0 or less if none fits.
     */
    public int outputHeight(int height) {
        return Math.floorDiv(height + 2 * padHeight - kernelHeight, strideHeight) + 1;
    }

    /** The number of window positions across an image; see {@link #outputHeight}. */
    public int outputWidth(int width) {
        return Math.floorDiv(width + 2 * padWidth - kernelWidth, strideWidth) + 1;
    }

    /** The output height of a transposed convolution: (height − 1) · stride − 2·pad + kernel. */
    public int transposedHeight(int height) {
        return (height - 1) * strideHeight - 2 * padHeight + kernelHeight;
    }

    /** The output width of a transposed convolution; see {@link #transposedHeight}. */
    public int transposedWidth(int width) {
        return (width - 1) * strideWidth - 2 * padWidth + kernelWidth;
    }

    /** For example {@code 4×4, stride 2, padding 1}. */
    @Override
    public String toString() {
        String stride = strideHeight == strideWidth ? "" + strideHeight : strideHeight + "×" + strideWidth;
        String padding = padHeight == padWidth ? "" + padHeight : padHeight + "×" + padWidth;
        return kernelHeight + "×" + kernelWidth + ", stride " + stride + ", padding " + padding;
    }
}
