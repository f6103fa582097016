package io.github.grisaille.backend;

/** The extents of a convolution: images of height × width × channels, outputs of outHeight × outWidth × outChannels. */
public record Extents(int batch, int height, int width, int channels, int outHeight, int outWidth, int outChannels) {
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
