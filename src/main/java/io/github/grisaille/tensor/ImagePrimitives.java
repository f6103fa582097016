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

    /**
     * Each pixel becomes a rectangle of equal pixels. The shapes say how large it is: y has the batch and the channels of
     * x, and its height and width are multiples of those of x.
     */
    void upsample(Tensor x, Tensor y);

    /** The gradient of {@link #upsample} for x: dx = the sum of dy over each rectangle. */
    void upsampleGradient(Tensor dy, Tensor dx);

    /**
     * Enlarges images, and draws straight lines between the centres of the pixels. Beyond the outermost centres the
     * values stay constant. The shapes are as in {@link #upsample}.
     *
     * <p>A pixel is a square. The pixel in row i has its centre at i + ½. By default both images cover the same area, so
     * row i of y reads x at row (i + ½) / factor − ½. With aligned corners, the centres of the corner pixels of both
     * images are the same points, so row i of y reads x at row i · (height of x − 1) / (height of y − 1). Columns are
     * read in the same way. PyTorch calls the two modes {@code align_corners=False} and {@code align_corners=True}.
     */
    void upsampleBilinear(Tensor x, boolean alignCorners, Tensor y);

    /**
     * The gradient of {@link #upsampleBilinear} for x: each value of dy is shared among the pixels that were read for it.
     */
    void upsampleBilinearGradient(Tensor dy, boolean alignCorners, Tensor dx);

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
