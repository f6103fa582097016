package io.github.grisaille.tensor;

/** Pooling, upsampling, translation and blanking of images. */
public interface ImagePrimitives {
    /**
     * y = the maximum of each window. Padding is ignored. {@code places} receives the index (row · width + column) of
     * the pixel that holds the maximum. If several pixels hold it, the first in reading order counts.
     */
    void maxPool(Tensor x, ConvGeometry window, Tensor y, Tensor places);

    /**
     * dx = dy at the pixels that held the maxima, and 0 elsewhere. If a pixel held the maximum of several windows,
     * their gradients add up.
     */
    void maxPoolGradient(Tensor dy, Tensor places, ConvGeometry window, Tensor dx);

    /**
     * y = direction at the pixels that held the maxima. This is how the maxima change when the image moves along the
     * direction.
     */
    void maxPoolTangent(Tensor direction, Tensor places, ConvGeometry window, Tensor y);

    /** y = the mean of each window. Padding counts as zeros. */
    void averagePool(Tensor x, ConvGeometry window, Tensor y);

    /** The gradient of {@link #averagePool} for x. */
    void averagePoolGradient(Tensor dy, ConvGeometry window, Tensor dx);

    /** Each pixel becomes a square of {@code factor} × {@code factor} equal pixels. */
    void upsample(Tensor x, int factor, Tensor y);

    /** The gradient of {@link #upsample} for x: dx = the sum of dy over each square. */
    void upsampleGradient(Tensor dy, int factor, Tensor dx);

    /**
     * Moves each image within its frame: y[n,i,j,:] = x[n, i − down[n], j − right[n], :], or 0 if that pixel is outside
     * the image. The transpose of this map moves the image back. Not in place.
     */
    void translate(Tensor x, int[] down, int[] right, Tensor y);

    /**
     * Copies each image and fills a box in it with zeros. The box of image n begins at row top[n] and column left[n].
     * Parts of a box outside the image are ignored. In place allowed.
     *
     * @param height the height of the boxes, in pixels
     * @param width the width of the boxes, in pixels
     */
    void blank(Tensor x, int[] top, int[] left, int height, int width, Tensor y);
}
