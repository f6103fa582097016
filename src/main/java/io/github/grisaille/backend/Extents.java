package io.github.grisaille.backend;

import io.github.grisaille.tensor.Tensor;

/**
 * The sizes in a convolution or a pooling. The images are height × width × channels. The outputs are outHeight ×
 * outWidth × outChannels.
 */
public record Extents(int batch, int height, int width, int channels, int outHeight, int outWidth, int outChannels) {
    /** The sizes of two batches of shape (batch, height, width, channels). */
    public static Extents of(Tensor image, Tensor out) {
        return new Extents(
                image.axis(0), image.axis(1), image.axis(2), image.axis(3), out.axis(1), out.axis(2), out.axis(3));
    }

    public int pixels() {
        return height * width;
    }

    public int imageFloats() {
        return pixels() * channels;
    }

    public int outPixels() {
        return outHeight * outWidth;
    }

    public int outFloats() {
        return outPixels() * outChannels;
    }
}
