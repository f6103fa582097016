package io.github.grisaille.tensor;

/**
 * Matrix products and convolutions.
 *
 * <p>The weights of a convolution are (kernel height, kernel width, image channels / groups, output channels). The
 * formulas below are for one group. With several groups, each group of the output's channels sees its own group of the
 * image's channels. The taps are d = dilation pixels apart, and the windows s = stride pixels.
 */
public interface ProductPrimitives {
    /**
     * c (+)= f(a · b + bias). The epilogue holds the bias and the activation f. The last axis of c holds the columns of
     * the matrix, and all its other axes are the rows.
     *
     * @throws IllegalArgumentException if the shapes do not fit, or if the result is added and the epilogue has an
     *     activation
     */
    void matmul(Factor a, Factor b, Epilogue epilogue, Write write, Tensor c);

    /** c = a · b. */
    default void matmul(Factor a, Factor b, Tensor c) {
        matmul(a, b, Epilogue.NONE, Write.REPLACE, c);
    }

    /**
     * The convolution: out[n,p,q,:] = f(Σ over (i,j) of image[n, p·s+i·d−pad, q·s+j·d−pad, :] · weight[i,j,:,:] + bias).
     * The epilogue holds the bias (one value for each output channel) and the activation f.
     */
    void conv(Tensor image, Tensor weight, Epilogue epilogue, ConvGeometry geometry, Tensor out);

    /**
     * The transpose of the convolution: image[n, p·s+i·d−pad, q·s+j·d−pad, :] = f(Σ out[n,p,q,:] · weight[i,j,:,:]ᵀ +
     * bias). Without an epilogue this is the gradient of the convolution for the image. It is also the forward pass of
     * a transposed convolution. The epilogue holds the bias (one value for each image channel) and the activation f.
     */
    void convTranspose(Tensor out, Tensor weight, Epilogue epilogue, ConvGeometry geometry, Tensor image);

    /**
     * The gradient of the convolution for its weights: dWeight[i,j,:,:] (+)= Σ image[n, p·s+i·d−pad, q·s+j·d−pad, :] ⊗
     * out[n,p,q,:].
     */
    void convWeightGradient(Tensor image, Tensor out, ConvGeometry geometry, Write write, Tensor dWeight);
}
