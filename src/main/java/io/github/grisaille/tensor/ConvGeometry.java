package io.github.grisaille.tensor;

/** The window of a convolution or pooling: its extent, its step and the zeros put around the image, in pixels. */
public record ConvGeometry(
        int kernelHeight, int kernelWidth, int strideHeight, int strideWidth, int padHeight, int padWidth) {
    public ConvGeometry {
        if (kernelHeight < 1 || kernelWidth < 1) {
            throw new IllegalArgumentException(
                    "a kernel is at least 1×1, and this one is " + kernelHeight + "×" + kernelWidth);
        }
        if (strideHeight < 1 || strideWidth < 1) {
            throw new IllegalArgumentException(
                    "a stride is at least 1, and this one is " + strideHeight + "×" + strideWidth);
        }
        if (padHeight < 0 || padWidth < 0) {
            throw new IllegalArgumentException(
                    "a padding is at least 0, and this one is " + padHeight + "×" + padWidth);
        }
    }

    /** A square window. */
    public static ConvGeometry square(int kernel, int stride, int padding) {
        return new ConvGeometry(kernel, kernel, stride, stride, padding, padding);
    }

    /** Window positions down an image of this height: ⌊(height + 2·pad − kernel) / stride⌋ + 1, at most 0 if none fits. */
    public int outputHeight(int height) {
        return Math.floorDiv(height + 2 * padHeight - kernelHeight, strideHeight) + 1;
    }

    /** Window positions across an image of this width. */
    public int outputWidth(int width) {
        return Math.floorDiv(width + 2 * padWidth - kernelWidth, strideWidth) + 1;
    }

    /** The height of the image that a transposed convolution paints: (height − 1) · stride − 2·pad + kernel. */
    public int transposedHeight(int height) {
        return (height - 1) * strideHeight - 2 * padHeight + kernelHeight;
    }

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
