package io.github.grisaille.nn;

import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.Shape;

/**
 * Short names for writing networks: {@code sequential(dense(100, 128), leakyRelu(0.2f), dense(128, 784), tanh())}.
 *
 * <p>A convolution with a square kernel is {@code conv2d(64, 128, 3, 1, 1)}. All others are written with a {@link
 * ConvGeometry}, which holds kernel, stride, padding, dilation, output padding and groups, the same in both directions or
 * not: {@code conv2d(64, 128, ConvGeometry.square(3, 1, 2).dilation(2).groups(4))} or {@code convTranspose2d(64, 32,
 * ConvGeometry.kernel(3, 4).stride(1, 2).padding(1).outputPadding(0, 1))}.
 */
public final class Layers {
    private static final float EPSILON = 1e-5f;
    private static final float MOMENTUM = 0.1f;

    private Layers() {}

    /** A network of these layers, one after another. */
    public static Sequential sequential(Layer... layers) {
        return new Sequential(layers);
    }

    /**
     * A fully connected layer with a bias and He initialisation. It takes vectors; {@code dense(in, out).onLastAxis()}
     * takes any number of axes.
     */
    public static Dense dense(int in, int out) {
        return new Dense(in, out, true, Initializers.he());
    }

    /** A fully connected layer. */
    public static Dense dense(int in, int out, boolean bias) {
        return new Dense(in, out, bias, Initializers.he());
    }

    /** A convolution with a square kernel, a bias and He initialisation. */
    public static Conv2d conv2d(int in, int out, int kernel, int stride, int padding) {
        return conv2d(in, out, kernel, stride, padding, true);
    }

    /** A convolution with a square kernel. */
    public static Conv2d conv2d(int in, int out, int kernel, int stride, int padding, boolean bias) {
        return conv2d(in, out, ConvGeometry.square(kernel, stride, padding), bias);
    }

    /** A convolution with a bias and He initialisation. */
    public static Conv2d conv2d(int in, int out, ConvGeometry geometry) {
        return conv2d(in, out, geometry, true);
    }

    /** A convolution. */
    public static Conv2d conv2d(int in, int out, ConvGeometry geometry, boolean bias) {
        return new Conv2d(in, out, geometry, bias, Initializers.he());
    }

    /** A transposed convolution with a square kernel, a bias and He initialisation. */
    public static ConvTranspose2d convTranspose2d(int in, int out, int kernel, int stride, int padding) {
        return convTranspose2d(in, out, kernel, stride, padding, true);
    }

    /** A transposed convolution with a square kernel. */
    public static ConvTranspose2d convTranspose2d(int in, int out, int kernel, int stride, int padding, boolean bias) {
        return convTranspose2d(in, out, ConvGeometry.square(kernel, stride, padding), bias);
    }

    /** A transposed convolution with a bias and He initialisation. */
    public static ConvTranspose2d convTranspose2d(int in, int out, ConvGeometry geometry) {
        return convTranspose2d(in, out, geometry, true);
    }

    /** A transposed convolution. */
    public static ConvTranspose2d convTranspose2d(int in, int out, ConvGeometry geometry, boolean bias) {
        return new ConvTranspose2d(in, out, geometry, bias, Initializers.he());
    }

    /** Max pooling over squares that do not overlap. */
    public static MaxPool2d maxPool2d(int size) {
        return new MaxPool2d(ConvGeometry.square(size, size, 0));
    }

    /** Average pooling over squares that do not overlap. */
    public static AvgPool2d avgPool2d(int size) {
        return new AvgPool2d(ConvGeometry.square(size, size, 0));
    }

    /** Sums each channel over all pixels of an image: (batch, channels). */
    public static GlobalPool globalSum() {
        return new GlobalPool(false);
    }

    /** The mean of each channel over all pixels of an image: (batch, channels). */
    public static GlobalPool globalAverage() {
        return new GlobalPool(true);
    }

    /** Enlarges images by a whole factor. Each pixel becomes a square of equal pixels. */
    public static Upsample upsample(int factor) {
        return new Upsample(factor);
    }

    /** Enlarges images by whole factors. Each pixel becomes a rectangle of equal pixels. */
    public static Upsample upsample(int factorHeight, int factorWidth) {
        return new Upsample(factorHeight, factorWidth);
    }

    /** Enlarges images by a whole factor, with straight lines between the centres of the pixels. */
    public static UpsampleBilinear upsampleBilinear(int factor) {
        return new UpsampleBilinear(factor, factor);
    }

    /** Enlarges images by whole factors, with straight lines between the centres of the pixels. */
    public static UpsampleBilinear upsampleBilinear(int factorHeight, int factorWidth) {
        return new UpsampleBilinear(factorHeight, factorWidth);
    }

    /**
     * Batch normalisation with PyTorch's values: ε 1e-5 and momentum 0.1. {@code batchNorm(64).withoutAffine()} has no
     * gain and no shift.
     */
    public static BatchNorm batchNorm(int channels) {
        return new BatchNorm(channels, EPSILON, MOMENTUM, Initializers.he());
    }

    /** Batch normalisation whose gain and shift depend on the label, with ε 1e-5 and momentum 0.1. */
    public static ConditionalBatchNorm conditionalBatchNorm(int channels, int classes) {
        return new ConditionalBatchNorm(channels, classes, EPSILON, MOMENTUM, Initializers.he());
    }

    /**
     * Layer normalisation over the last axes, with ε 1e-5. {@code layerNorm(28, 28, 1)} normalises whole images of this
     * shape, and {@code layerNorm(64)} normalises each pixel over its 64 channels.
     *
     * @param last the extents of the last axes, as PyTorch's normalized_shape
     */
    public static LayerNorm layerNorm(int... last) {
        return new LayerNorm(Shape.of(last), EPSILON, Initializers.he());
    }

    /** Group normalisation with ε 1e-5: each item is normalised over its pixels and the channels of a group. */
    public static GroupNorm groupNorm(int groups, int channels) {
        return new GroupNorm(groups, channels, EPSILON, Initializers.he());
    }

    /**
     * Instance normalisation with ε 1e-5: each channel of each item is normalised over its pixels. It has a gain and a
     * shift, which PyTorch's has only with {@code affine=True}; {@code instanceNorm(64).withoutAffine()} has none.
     */
    public static GroupNorm instanceNorm(int channels) {
        return new GroupNorm(channels, channels, EPSILON, Initializers.he());
    }

    /** Layers that take the same input, with their outputs joined: {@code concat(dense(400, 20), dense(400, 20))}. */
    public static Concat concat(Layer... layers) {
        return new Concat(layers);
    }

    /** Corrupts its input when training: {@code sequential(corrupt(Corruption.gaussian(0.3f)), encoder, decoder)}. */
    public static CorruptionLayer corrupt(Corruption corruption) {
        return new CorruptionLayer(corruption);
    }

    /** A fully connected layer whose weights are divided by their largest singular value. */
    public static SpectralNorm spectralNorm(Dense layer) {
        return new SpectralNorm(layer);
    }

    /** A convolution whose weights are divided by their largest singular value. */
    public static SpectralNorm spectralNorm(Conv2d layer) {
        return new SpectralNorm(layer);
    }

    /** A projection whose two linear maps are divided by their largest singular values. */
    public static Projection spectralNorm(Projection layer) {
        return layer.withSpectralNorm();
    }

    /** A transposed convolution whose weights are divided by their largest singular value. */
    public static SpectralNorm spectralNorm(ConvTranspose2d layer) {
        return new SpectralNorm(layer);
    }

    /** A fully connected layer with spectral normalisation, in this many rounds of power iteration in each training forward. */
    public static SpectralNorm spectralNorm(Dense layer, int iterations) {
        return new SpectralNorm(layer, iterations);
    }

    /** A convolution with spectral normalisation, in this many rounds of power iteration in each training forward. */
    public static SpectralNorm spectralNorm(Conv2d layer, int iterations) {
        return new SpectralNorm(layer, iterations);
    }

    /** A transposed convolution with spectral normalisation, in this many rounds of power iteration in each training forward. */
    public static SpectralNorm spectralNorm(ConvTranspose2d layer, int iterations) {
        return new SpectralNorm(layer, iterations);
    }

    /** Minibatch discrimination of vectors. The initial weights are from N(0, 1 / in). */
    public static MinibatchDiscrimination minibatchDiscrimination(int in, int kernels, int width) {
        return new MinibatchDiscrimination(in, kernels, width, Initializers.xavierFanIn());
    }

    /** Adds a channel that holds the mean standard deviation of the batch. */
    public static MinibatchDeviation minibatchDeviation() {
        return new MinibatchDeviation();
    }

    /** Joins this many items of the batch into one, so that a discriminator judges them together. */
    public static Pack pack(int size) {
        return new Pack(size);
    }

    /** Appends the labels of the pass: columns of vectors, or maps of images. */
    public static JoinLabels joinLabels(int classes) {
        return new JoinLabels(classes);
    }

    /** Appends a learned row for each label of the pass: columns of vectors, or maps of images. Rows start as N(0, 1). */
    public static JoinEmbedding joinEmbedding(int classes, int width) {
        return new JoinEmbedding(classes, width, Initializers.normal(1));
    }

    /** A table with a learned row for each whole number from 0 to classes − 1. Rows start as N(0, 1), as in PyTorch. */
    public static Embedding embedding(int classes, int width) {
        return new Embedding(classes, width, Initializers.normal(1));
    }

    /**
     * The end of a discriminator that knows labels: one score for features of (batch, width), and how well they fit the
     * label. Features usually come from {@link #globalSum}.
     */
    public static Projection projection(int classes, int width) {
        return new Projection(classes, width, Initializers.xavier());
    }

    /** Columns {@code from} … {@code to − 1} of the last axis. */
    public static ColumnSlice columns(int from, int to) {
        return new ColumnSlice(from, to);
    }

    /** Moves each image by up to a share of its size when training. DiffAugment's share is 1/8. */
    public static RandomTranslation randomTranslation(float share) {
        return new RandomTranslation(share);
    }

    /**
     * Sets a box of each image to 0 when training. The box has a share of the image's size. DiffAugment's share is 1/2.
     */
    public static Cutout cutout(float share) {
        return new Cutout(share);
    }

    /** Changes brightness, saturation and contrast of each image when training, as far as DiffAugment does. */
    public static ColorJitter colorJitter() {
        return new ColorJitter(0.5f, 1, 0.5f);
    }

    /**
     * DiffAugment (Zhao et al. 2020): colour, translation and cutout with the values of the paper, for images in [−1,
     * 1]. D sees real and generated images only through it, so it cannot memorise the training images: {@code
     * trainer.augment(diffAugment())}.
     */
    public static Sequential diffAugment() {
        return sequential(colorJitter(), randomTranslation(1 / 8f), cutout(1 / 2f));
    }

    /** Sets values to 0 with this probability when training. */
    public static Dropout dropout(float rate) {
        return new Dropout(rate);
    }

    /** Makes each item one vector. */
    public static Reshape flatten() {
        return new Reshape(null);
    }

    /** Gives each item this shape, such as {@code reshape(4, 4, 64)} before convolutions. */
    public static Reshape reshape(int... item) {
        return new Reshape(Shape.of(item));
    }

    /** max(x, 0). */
    public static ActivationLayer relu() {
        return new ActivationLayer("ReLU", new Activation(Activation.Kind.RELU));
    }

    /** x, or slope · x below zero; GANs use a slope of 0.2. */
    public static ActivationLayer leakyRelu(float slope) {
        return new ActivationLayer("LeakyReLU(" + slope + ")", new Activation(Activation.Kind.LEAKY_RELU, slope));
    }

    /** x, or scale · (eˣ − 1) below zero. */
    public static ActivationLayer elu(float scale) {
        return new ActivationLayer("ELU(" + scale + ")", new Activation(Activation.Kind.ELU, scale));
    }

    /** The hyperbolic tangent. */
    public static ActivationLayer tanh() {
        return new ActivationLayer("Tanh", new Activation(Activation.Kind.TANH));
    }

    /** 1 / (1 + e⁻ˣ). */
    public static ActivationLayer sigmoid() {
        return new ActivationLayer("Sigmoid", new Activation(Activation.Kind.SIGMOID));
    }

    /** log(1 + eˣ). */
    public static ActivationLayer softplus() {
        return new ActivationLayer("Softplus", new Activation(Activation.Kind.SOFTPLUS));
    }
}
