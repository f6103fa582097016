package io.github.grisaille.train.gan;

import static io.github.grisaille.nn.Layers.avgPool2d;
import static io.github.grisaille.nn.Layers.batchNorm;
import static io.github.grisaille.nn.Layers.conv2d;
import static io.github.grisaille.nn.Layers.convTranspose2d;
import static io.github.grisaille.nn.Layers.flatten;
import static io.github.grisaille.nn.Layers.leakyRelu;
import static io.github.grisaille.nn.Layers.maxPool2d;
import static io.github.grisaille.nn.Layers.relu;
import static io.github.grisaille.nn.Layers.sigmoid;
import static io.github.grisaille.nn.Layers.tanh;
import static io.github.grisaille.nn.Layers.upsample;

import io.github.grisaille.data.Dataset;
import io.github.grisaille.data.ImageDataset;
import io.github.grisaille.io.SafeTensors;
import io.github.grisaille.nn.Initializers;
import io.github.grisaille.nn.Layer;
import io.github.grisaille.nn.NetworkSummary;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.nn.Weights;
import io.github.grisaille.optim.Adam;
import io.github.grisaille.optim.Optimizers;
import io.github.grisaille.plot.Rows;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.train.Arguments;
import io.github.grisaille.train.Latent;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import tech.tablesaw.api.Table;

/**
 * The deep convolutional GAN of Radford et al. (2016): two networks for square pictures, and the recipe that trains them.
 *
 * <p>The generator takes z as an image of one pixel with many channels to 4×4 by a transposed convolution 4×4, and doubles
 * the size by others of stride 2, halving the channels each time; BatchNorm and ReLU follow each, and tanh the last. The
 * discriminator is its mirror: convolutions 4×4 of stride 2 with LeakyReLU 0.2 and BatchNorm, none on the first, down to
 * 4×4 and one logit. Biases would be undone by BatchNorm, and as in its usual implementation no layer has one; but a
 * network without BatchNorm has them everywhere.
 *
 * <p>{@link #without} switches the paper's {@link Rule}s off one at a time. Settings are never changed: each call returns
 * another.
 */
public final class Dcgan {
    /** What Radford et al. (2016) found that makes a convolutional GAN train; each can be switched off. */
    public enum Rule {
        /** BatchNorm in G, but for its output; without it biases. */
        BATCH_NORM_IN_G("BatchNorm in G", "biases instead"),
        /** BatchNorm in D, but for its input; without it biases. */
        BATCH_NORM_IN_D("BatchNorm in D", "biases instead"),
        /** Strides in both; without them convolutions 3×3, and between them average pooling in D and upsampling in G. */
        STRIDES("strides", "pooling in D, upsampling in G"),
        /** LeakyReLU 0.2 in D; without it ReLU. */
        LEAKY_RELU("LeakyReLU in D", "ReLU"),
        /** Weights from N(0, 0.02²); without it He's. */
        SMALL_WEIGHTS("weights N(0, 0.02²)", "He's weights"),
        /** Pictures in [−1, 1] and tanh; without it pictures in [0, 1] and the sigmoid. */
        SIGNED_PIXELS("pixels in [−1, 1], tanh", "pixels in [0, 1], sigmoid"),
        /** Adam's β₁ of 0.5; without it 0.9. */
        LOW_MOMENTUM("Adam's β₁ 0.5", "β₁ 0.9");

        private final String text;
        private final String otherwise;

        Rule(String text, String otherwise) {
            this.text = text;
            this.otherwise = otherwise;
        }

        /** What there is without the rule, such as "ReLU". */
        public String otherwise() {
            return otherwise;
        }

        /** What the rule says, such as "LeakyReLU in D". */
        @Override
        public String toString() {
            return text;
        }
    }

    private enum Resizing {
        /** Transposed convolutions in G, strided ones in D. */
        STRIDES,
        /** Upsampling and convolutions in G, strided convolutions in D. */
        RESIZE_CONVOLUTION,
        AVERAGE_POOLING,
        MAX_POOLING
    }

    private static final int SMALLEST_SIDE = 4;
    private static final int KERNEL = 4;
    private static final int RESIZING_KERNEL = 3;
    private static final int CHANNELS = 3;
    private static final float SLOPE = 0.2f;
    private static final float RATE = 2e-4f;
    private static final float BETA = 0.5f;
    private static final float USUAL_BETA = 0.9f;
    private static final int BATCH = 128;

    private final int side;
    private final int baseWidth;
    private final int latentSize;
    private final Set<Rule> off;
    private final Resizing resizing;

    private Dcgan(int side, int baseWidth, int latentSize, Set<Rule> off, Resizing resizing) {
        this.side = side;
        this.baseWidth = Arguments.positive("a base width", baseWidth);
        this.latentSize = Arguments.positive("the size of z", latentSize);
        this.off = off;
        this.resizing = resizing;
    }

    /**
     * Networks of base width 64, with z of 128 numbers, for colour pictures of side×side pixels.
     *
     * @param side a power of 2, at least 8: 32, 64, 128
     */
    public static Dcgan of(int side) {
        if (side < 2 * SMALLEST_SIDE || Integer.bitCount(side) != 1) {
            throw new IllegalArgumentException(
                    "a DCGAN doubles 4×4 pixels some times, so the side is 8, 16, 32, 64, 128" + " and so on, and got "
                            + side + ": resize the pictures");
        }
        return new Dcgan(side, 64, 128, EnumSet.noneOf(Rule.class), Resizing.STRIDES);
    }

    /**
     * A trained pair.
     *
     * @param dcgan how both are built, for {@link #trainer} and {@link #latent}
     * @param generator the average of its weights over the last steps
     * @param discriminator as it was at the last step
     */
    public record Trained(Dcgan dcgan, Sequential generator, Sequential discriminator) {}

    /** How the shipped networks are built: {@link #pretrainedFaces}. */
    public static Dcgan ofShippedFaces() {
        return of(64).baseWidth(32).without(Rule.BATCH_NORM_IN_D);
    }

    /**
     * Networks that draw faces of 64×64 pixels, trained by this library on its own drawn {@link
     * io.github.grisaille.data.Faces} with {@code ./lab train face-generator}, to sample from at once or to train on from.
     * Each call gives others.
     */
    public static Trained pretrainedFaces() {
        Dcgan dcgan = ofShippedFaces();
        Trained pair = new Trained(dcgan, dcgan.generator(0), dcgan.discriminator(0));
        Weights.load(pair.generator, SafeTensors.resource(Dcgan.class, "face-generator.safetensors"));
        Weights.load(pair.discriminator, SafeTensors.resource(Dcgan.class, "face-discriminator.safetensors"));
        return pair;
    }

    /** The channels of the layers next to the picture, from which on they double; a half of it is about a quarter of the time. */
    public Dcgan baseWidth(int channels) {
        return new Dcgan(side, channels, latentSize, off, resizing);
    }

    /** How many numbers a z has; 128 unless set. */
    public Dcgan latentSize(int numbers) {
        return new Dcgan(side, baseWidth, numbers, off, resizing);
    }

    /** The same with some of the rules switched off. */
    public Dcgan without(Rule... rules) {
        Set<Rule> all = EnumSet.copyOf(off);
        all.addAll(List.of(rules));
        boolean pools = all.contains(Rule.STRIDES) && resizing != Resizing.MAX_POOLING;
        return new Dcgan(side, baseWidth, latentSize, all, pools ? Resizing.AVERAGE_POOLING : resizing);
    }

    /** Without {@link Rule#STRIDES}, and with max pooling in D in place of average pooling. */
    public Dcgan maxPooling() {
        Dcgan pooled = without(Rule.STRIDES);
        return new Dcgan(side, baseWidth, latentSize, pooled.off, Resizing.MAX_POOLING);
    }

    /**
     * A generator that enlarges by nearest neighbours and then convolves 3×3, in place of transposed convolutions (Odena et
     * al. 2016); D keeps its strides.
     */
    public Dcgan resizeConvolution() {
        return new Dcgan(side, baseWidth, latentSize, off, Resizing.RESIZE_CONVOLUTION);
    }

    /** The generator, (1, 1, size of z) to (side, side, 3), drawn from a seed. */
    public Sequential generator(long seed) {
        List<Layer> layers = new ArrayList<>();
        boolean norm = keeps(Rule.BATCH_NORM_IN_G);
        int width = widestLayer();
        layers.add(convTranspose2d(latentSize, width, KERNEL, 1, 0, !norm));
        for (int at = SMALLEST_SIDE; at < side; at *= 2) {
            addNormAndRelu(layers, width, norm);
            int next = 2 * at == side ? CHANNELS : width / 2;
            if (resizing == Resizing.STRIDES) {
                layers.add(convTranspose2d(width, next, KERNEL, 2, 1, !norm));
            } else {
                layers.add(upsample(2));
                layers.add(conv2d(width, next, RESIZING_KERNEL, 1, 1, !norm));
            }
            width = next;
        }
        layers.add(keeps(Rule.SIGNED_PIXELS) ? tanh() : sigmoid());
        return initialized(layers, seed);
    }

    private static void addNormAndRelu(List<Layer> layers, int width, boolean norm) {
        if (norm) {
            layers.add(batchNorm(width));
        }
        layers.add(relu());
    }

    /** The discriminator, (side, side, 3) to one logit, drawn from a seed. */
    public Sequential discriminator(long seed) {
        List<Layer> layers = new ArrayList<>();
        boolean norm = keeps(Rule.BATCH_NORM_IN_D);
        int width = CHANNELS;
        for (int at = side; at > SMALLEST_SIDE; at /= 2) {
            int next = at == side ? baseWidth : 2 * width;
            layers.add(
                    pools()
                            ? conv2d(width, next, RESIZING_KERNEL, 1, 1, !norm)
                            : conv2d(width, next, KERNEL, 2, 1, !norm));
            if (norm && at < side) {
                layers.add(batchNorm(next));
            }
            layers.add(keeps(Rule.LEAKY_RELU) ? leakyRelu(SLOPE) : relu());
            if (pools()) {
                layers.add(resizing == Resizing.MAX_POOLING ? maxPool2d(2) : avgPool2d(2));
            }
            width = next;
        }
        layers.add(conv2d(width, 1, KERNEL, 1, 0, !norm));
        layers.add(flatten());
        return initialized(layers, seed);
    }

    private boolean pools() {
        return resizing == Resizing.AVERAGE_POOLING || resizing == Resizing.MAX_POOLING;
    }

    private int widestLayer() {
        return baseWidth * side / (2 * SMALLEST_SIDE);
    }

    private Sequential initialized(List<Layer> layers, long seed) {
        return new Sequential(layers.toArray(Layer[]::new))
                .initialize(keeps(Rule.SMALL_WEIGHTS) ? Initializers.dcgan() : Initializers.he(), seed);
    }

    /** What the generator takes: normal vectors as images of one pixel. */
    public Latent latent() {
        return Latent.normal(1, 1, latentSize);
    }

    /** Whether a rule is kept, as all are unless {@linkplain #without switched off}. */
    public boolean keeps(Rule rule) {
        return !off.contains(rule);
    }

    /** Pictures in the range that the generator paints: from −1 to 1, or from 0 without {@link Rule#SIGNED_PIXELS}. */
    public Dataset pictures(ImageDataset images) {
        return images.scaled(keeps(Rule.SIGNED_PIXELS) ? -1 : 0, 1);
    }

    /**
     * The paper's recipe for two networks: Adam 2e-4 with β₁ 0.5, batches of 128, the non-saturating loss. All of it can be
     * set anew.
     */
    public GanTrainer trainer(Sequential generator, Sequential discriminator) {
        return new GanTrainer(generator, discriminator)
                .latent(latent())
                .optimizers(adam(RATE), adam(RATE))
                .batch(BATCH);
    }

    /** The recipe's optimiser at another rate than its 2e-4: Adam with β₁ 0.5, or 0.9 without {@link Rule#LOW_MOMENTUM}. */
    public Adam adam(float rate) {
        return Optimizers.adam(rate, keeps(Rule.LOW_MOMENTUM) ? BETA : USUAL_BETA);
    }

    /** A table of both networks, layer by layer: what comes out (height, width, channels), and how many parameters it has. */
    public Table shapes() {
        Rows rows = Rows.titled(toString(), "network", "layer", "output", "parameters");
        addRows(rows, "generator", generator(0).summary(1, 1, latentSize));
        addRows(rows, "discriminator", discriminator(0).summary(side, side, CHANNELS));
        return rows.table();
    }

    private static void addRows(Rows rows, String network, NetworkSummary summary) {
        summary.rows()
                .forEach(row -> rows.add(network, row.layer(), row.output().toString(), row.parameters()));
        rows.add(network, "total", "", summary.parameters());
    }

    /** The shape of a picture: side×side×3. */
    public Shape picture() {
        return Shape.of(side, side, CHANNELS);
    }

    @Override
    public String toString() {
        return "DCGAN " + side + "×" + side + ", base width " + baseWidth + (off.isEmpty() ? "" : ", without " + off);
    }
}
