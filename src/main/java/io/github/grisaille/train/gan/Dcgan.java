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
 * <p>The input z of the generator is an image of one pixel with many channels. A transposed convolution 4×4 makes it 4×4
 * pixels. Each further one has stride 2: it doubles the size and halves the channels. BatchNorm and ReLU follow each of them
 * but the last, which tanh follows.
 *
 * <p>The discriminator is the mirror image. Convolutions 4×4 with stride 2 go down to 4×4 pixels, and a last one gives one
 * logit. LeakyReLU 0.2 follows each but the last. BatchNorm follows each but the first and the last.
 *
 * <p>BatchNorm would cancel biases. So no layer of a network with BatchNorm has a bias, as in the usual implementation, and
 * every layer of a network without BatchNorm has one.
 *
 * <p>{@link #without} switches off one of the paper's {@link Rule}s. An object never changes: each call returns a new one.
 */
public final class Dcgan {
    /** The rules of Radford et al. (2016) that make a convolutional GAN train. Each can be switched off. */
    public enum Rule {
        /** BatchNorm in G, except at its output; without it, biases. */
        BATCH_NORM_IN_G("BatchNorm in G", "biases instead"),
        /** BatchNorm in D, except at its input; without it, biases. */
        BATCH_NORM_IN_D("BatchNorm in D", "biases instead"),
        /** Strides in both; without them, convolutions 3×3 with average pooling in D and upsampling in G. */
        STRIDES("strides", "pooling in D, upsampling in G"),
        /** LeakyReLU 0.2 in D; without it, ReLU. */
        LEAKY_RELU("LeakyReLU in D", "ReLU"),
        /** Initial weights from N(0, 0.02²); without it, He initialisation. */
        SMALL_WEIGHTS("weights N(0, 0.02²)", "He's weights"),
        /** Pictures in [−1, 1] and tanh; without it, pictures in [0, 1] and the sigmoid. */
        SIGNED_PIXELS("pixels in [−1, 1], tanh", "pixels in [0, 1], sigmoid"),
        /** Adam with β₁ = 0.5; without it, 0.9. */
        LOW_MOMENTUM("Adam's β₁ 0.5", "β₁ 0.9");

        private final String text;
        private final String otherwise;

        Rule(String text, String otherwise) {
            this.text = text;
            this.otherwise = otherwise;
        }

        /** What replaces the rule, such as "ReLU". */
        public String otherwise() {
            return otherwise;
        }

        /** The rule, such as "LeakyReLU in D". */
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
     * Networks for colour pictures of side×side pixels, with base width 64 and a z of 128 numbers.
     *
     * @param side a power of two, at least 8: 32, 64, 128
     * @throws IllegalArgumentException if the side is another number
     */
    public static Dcgan of(int side) {
        if (side < 2 * SMALLEST_SIDE || Integer.bitCount(side) != 1) {
            throw new IllegalArgumentException("the side of a DCGAN's pictures must be a power of two, at least 8; got "
                    + side + ": resize the pictures");
        }
        return new Dcgan(side, 64, 128, EnumSet.noneOf(Rule.class), Resizing.STRIDES);
    }

    /**
     * A trained pair.
     *
     * @param dcgan how both are built, for {@link #trainer} and {@link #latent}
     * @param generator with the average of its weights over the last steps
     * @param discriminator with its weights after the last step
     */
    public record Trained(Dcgan dcgan, Sequential generator, Sequential discriminator) {}

    /** How the shipped networks are built: {@link #pretrainedFaces}. */
    public static Dcgan ofShippedFaces() {
        return of(64).baseWidth(32).without(Rule.BATCH_NORM_IN_D);
    }

    /**
     * Networks that draw faces of 64×64 pixels. This library trained them on its own {@link io.github.grisaille.data.Faces},
     * with {@code ./lab train face-generator}. Sample from them at once, or train them further. Each call returns new
     * networks.
     */
    public static Trained pretrainedFaces() {
        Dcgan dcgan = ofShippedFaces();
        Trained pair = new Trained(dcgan, dcgan.generator(0), dcgan.discriminator(0));
        Weights.load(pair.generator, SafeTensors.resource(Dcgan.class, "face-generator.safetensors"));
        Weights.load(pair.discriminator, SafeTensors.resource(Dcgan.class, "face-discriminator.safetensors"));
        return pair;
    }

    /**
     * The number of channels next to the picture; it doubles from layer to layer. With half of it, training takes about a
     * quarter of the time.
     */
    public Dcgan baseWidth(int channels) {
        return new Dcgan(side, channels, latentSize, off, resizing);
    }

    /** The number of values in a z; 128 unless set. */
    public Dcgan latentSize(int numbers) {
        return new Dcgan(side, baseWidth, numbers, off, resizing);
    }

    /** The same networks with these rules switched off. */
    public Dcgan without(Rule... rules) {
        Set<Rule> all = EnumSet.copyOf(off);
        all.addAll(List.of(rules));
        boolean pools = all.contains(Rule.STRIDES) && resizing != Resizing.MAX_POOLING;
        return new Dcgan(side, baseWidth, latentSize, all, pools ? Resizing.AVERAGE_POOLING : resizing);
    }

    /** Without {@link Rule#STRIDES}, and with max pooling in D instead of average pooling. */
    public Dcgan maxPooling() {
        Dcgan pooled = without(Rule.STRIDES);
        return new Dcgan(side, baseWidth, latentSize, pooled.off, Resizing.MAX_POOLING);
    }

    /**
     * With a generator that upsamples by nearest neighbours and then convolves 3×3, instead of transposed convolutions (Odena
     * et al. 2016). D keeps its strides.
     */
    public Dcgan resizeConvolution() {
        return new Dcgan(side, baseWidth, latentSize, off, Resizing.RESIZE_CONVOLUTION);
    }

    /** The generator, from (1, 1, size of z) to (side, side, 3). The seed decides its initial weights. */
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

    /** The discriminator, from (side, side, 3) to one logit. The seed decides its initial weights. */
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

    /** The generator's inputs: normal vectors, as images of one pixel. */
    public Latent latent() {
        return Latent.normal(1, 1, latentSize);
    }

    /** Whether a rule is kept; all are, unless {@linkplain #without switched off}. */
    public boolean keeps(Rule rule) {
        return !off.contains(rule);
    }

    /** Pictures scaled to the generator's range: −1 to 1, or 0 to 1 without {@link Rule#SIGNED_PIXELS}. */
    public Dataset pictures(ImageDataset images) {
        return images.scaled(keeps(Rule.SIGNED_PIXELS) ? -1 : 0, 1);
    }

    /**
     * The paper's recipe: Adam at 2e-4 with β₁ = 0.5, batch size 128, the non-saturating loss. All of these settings can be
     * changed.
     */
    public GanTrainer trainer(Sequential generator, Sequential discriminator) {
        return new GanTrainer(generator, discriminator)
                .latent(latent())
                .optimizers(adam(RATE), adam(RATE))
                .batch(BATCH);
    }

    /** The recipe's optimiser at another rate than 2e-4: Adam with β₁ = 0.5, or 0.9 without {@link Rule#LOW_MOMENTUM}. */
    public Adam adam(double rate) {
        return Optimizers.adam(rate, keeps(Rule.LOW_MOMENTUM) ? BETA : USUAL_BETA);
    }

    /** A table of both networks: for each layer its output (height, width, channels) and its number of parameters. */
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
