package io.github.grisaille.train.gan;

import io.github.grisaille.data.Dataset;
import io.github.grisaille.loss.GanLoss;
import io.github.grisaille.loss.GradientPenalty;
import io.github.grisaille.nn.Layer;
import io.github.grisaille.nn.Parameter;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.optim.Optimizer;
import io.github.grisaille.train.Arguments;
import io.github.grisaille.train.Fingerprint;
import io.github.grisaille.train.History;
import io.github.grisaille.train.LabelCheck;
import io.github.grisaille.train.Latent;
import io.github.grisaille.train.TrainingSettings;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Adversarial training (Goodfellow et al. 2014, algorithm 1). The discriminator D learns to tell real items from fakes. The
 * generator G learns to make fakes that D judges as real. The run depends only on the seed.
 *
 * <p>In each step, D takes one step (or {@link #discriminatorSteps more}) on a real batch and on as many fakes. Then G takes
 * one step on the last of these fakes. Its gradient comes back through D, which computes no gradients of its own
 * parameters for that.
 *
 * <p>What stabilises the game can be combined: the {@link GanLoss} with its labels, {@link GradientPenalty penalties} on D,
 * {@link Stabiliser}s that are called at fixed places of a step, another {@link GeneratorObjective}, and layers in the
 * networks (dropout, spectral normalisation, packs, minibatch layers). What is not used costs nothing.
 *
 * <p>It records {@code discriminator loss} (real + fake, without penalties), {@code generator loss}, {@code D(x)} and {@code
 * D(G(z))}. The last two are the mean probability that D gives to real items and to fakes before its step; for losses on
 * scores, the mean score. With penalties it also records {@code gradient penalty}, the last value; with {@link #diagnose},
 * the values listed there.
 */
public final class GanTrainer extends TrainingSettings<GanTrainer> {
    private final GanSettings settings;

    /**
     * Batches of 128, Adam at 2e-4 for both, one epoch, unless told otherwise.
     *
     * @param discriminator ends in one logit or score for each item: the sigmoid is part of the loss
     * @throws IllegalArgumentException if both are one network
     */
    public GanTrainer(Sequential generator, Sequential discriminator) {
        super("adversarial training", 128);
        if (generator == discriminator) {
            throw new IllegalArgumentException(
                    "the generator and the discriminator are one network, which would be trained"
                            + " against itself: make two networks");
        }
        settings = new GanSettings(generator, discriminator);
    }

    @Override
    protected GanTrainer self() {
        return this;
    }

    /** The adversarial loss; {@link GanLoss#nonSaturating} unless set. */
    public GanTrainer loss(GanLoss wanted) {
        settings.loss = wanted;
        return this;
    }

    /** What G minimises, such as {@link FeatureMatching}; the generator's side of the loss unless set. */
    public GanTrainer generatorObjective(GeneratorObjective wanted) {
        settings.objective = wanted;
        return this;
    }

    /** Penalties that are added to D's loss; none unless set. */
    public GanTrainer penalties(GradientPenalty... wanted) {
        settings.penalties = List.of(wanted);
        return this;
    }

    /**
     * Stabilisers, which are called in this order; none unless set.
     *
     * @throws IllegalArgumentException if one object comes twice
     */
    public GanTrainer stabilisers(Stabiliser... wanted) {
        List<Stabiliser> all = List.of(wanted);
        for (int i = 0; i < all.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (all.get(i) == all.get(j)) {
                    throw new IllegalArgumentException(
                            "stabilisers " + j + " and " + i + " are one object, " + Fingerprint.kind(all.get(i))
                                    + ", and both would write its memory: make one for each place");
                }
            }
        }
        settings.stabilisers = all;
        return this;
    }

    /**
     * Augments all items that D is shown, real and fake, in the steps of D and in those of G (Zhao et al. 2020, equations 4
     * and 5). The layers have no parameters, such as {@link io.github.grisaille.nn.Layers#diffAugment}. G's gradient goes
     * through them, so its own pictures stay free of augmentation. Stabilisers and penalties see the augmented items.
     *
     * @throws IllegalArgumentException if a layer has parameters
     */
    public GanTrainer augment(Layer... layers) {
        settings.augmentation = new Sequential(layers);
        if (!settings.augmentation.parameters().isEmpty()) {
            throw new IllegalArgumentException(
                    "the layers of an augmentation are not trained, and this has parameters: "
                            + settings.augmentation.state().keySet() + ": put these layers into the discriminator");
        }
        return this;
    }

    /**
     * The optimisers; Adam at 2e-4 for both unless set. With two rates, the networks learn on two time scales (Heusel et al.
     * 2017).
     *
     * @throws IllegalArgumentException if both are one object
     */
    public GanTrainer optimizers(Optimizer forGenerator, Optimizer forDiscriminator) {
        if (forGenerator == forDiscriminator) {
            throw new IllegalArgumentException("the two networks have one optimiser, " + forGenerator
                    + ", and it would count the steps of both: make one for each, as in"
                    + " optimizers(adam(2e-4), adam(2e-4))");
        }
        settings.generatorOptimizer = forGenerator;
        settings.discriminatorOptimizer = forDiscriminator;
        return this;
    }

    /**
     * The generator's inputs. Unless set, they are normal vectors of the size that its first layers take, or images of one
     * pixel where it starts with a transposed convolution.
     */
    public GanTrainer latent(Latent wanted) {
        settings.latent = wanted;
        return this;
    }

    /** The number of steps that D takes for each step of G; 1 unless set. */
    public GanTrainer discriminatorSteps(int count) {
        settings.discriminatorSteps = Arguments.positive("the number of discriminator steps", count);
        return this;
    }

    /**
     * Also records these values. They are computed every few steps, and repeated in between:
     *
     * <ul>
     *   <li>{@code accuracy}: the share of real items and fakes that D judges correctly before its step;
     *   <li>{@code spread of G(z)}: the standard deviation of the fakes divided by that of the real items, over the batch and
     *       all values together; it is near 0 if all fakes are the same;
     *   <li>{@code gradient norm, generator layer 0} and so on, for each layer with parameters, of both networks;
     *   <li>{@code dead ReLUs, generator}: the share of ReLU columns that were 0 for the whole batch, if there are ReLUs;
     *   <li>{@code update ratio, generator}: the norm of the last update divided by the norm of the weights; about 0.001 is
     *       usual.
     * </ul>
     */
    public GanTrainer diagnose(long everySteps) {
        settings.diagnosedEvery = Arguments.positive("the period of a diagnosis", everySteps);
        return this;
    }

    /**
     * Trains both networks on real items. Their order is shuffled anew for every epoch.
     *
     * @throws IllegalArgumentException before the first step, if the discriminator ends in an activation that the loss does
     *     not take, if both networks train the same parameter, if one of them cannot be trained on a batch of this size or
     *     on the last batch of an epoch, or if one of them needs labels
     */
    public History fit(Dataset real) {
        readers().refuseReaders("call fit(images, labels), with one row for each image, as in oneHotLabels(10)");
        return run(real, null);
    }

    /**
     * Trains both networks on items with labels (Mirza and Osindero 2014). A label is a vector, such as those of {@link
     * Conditions#oneHotDataset}. The networks take z and items as they do without labels. Labels ride along {@linkplain
     * io.github.grisaille.nn.Pass#labels(io.github.grisaille.tensor.Tensor) in the pass}, and layers such as {@link
     * io.github.grisaille.nn.Layers#joinLabels joinLabels} read them there. Fakes are made for the labels of the real batch.
     *
     * <p>If D judges several items at a time, the layers that read labels come before its {@link
     * io.github.grisaille.nn.Pack}: {@code sequential(joinLabels(10), pack(2), …)}.
     *
     * @throws IllegalArgumentException before the first step, as in {@link #fit(Dataset)}, or if there is not one label for
     *     each item, if no layer reads labels, or if a layer reads labels with another number of classes
     */
    public History fit(Dataset real, Dataset labels) {
        readers().check("real item", real, labels);
        return run(real, labels);
    }

    private LabelCheck readers() {
        return new LabelCheck(
                new LabelCheck.Reader("the generator", settings.generator),
                new LabelCheck.Reader("the discriminator", settings.discriminator));
    }

    /** Refuses networks and optimisers that cannot be trained with any data. */
    private void checkPlayers() {
        settings.loss.outputs().check("the discriminator", settings.discriminator.outputRange());
        Set<Parameter> ofGenerator = Collections.newSetFromMap(new IdentityHashMap<>());
        ofGenerator.addAll(settings.generator.parameters());
        settings.discriminator.state().forEach((name, state) -> {
            if (state instanceof Parameter parameter && !parameter.frozen() && ofGenerator.contains(parameter)) {
                throw new IllegalArgumentException(
                        "the generator and the discriminator share a layer, whose parameter is the"
                                + " discriminator's " + name
                                + ": each would undo what the other has learned; give each its own, or"
                                + " freeze the shared layer");
            }
        });
        for (Stabiliser each : settings.stabilisers) {
            if (each instanceof UnrolledDiscriminator unrolled
                    && (unrolled.lookahead() == settings.discriminatorOptimizer
                            || unrolled.lookahead() == settings.generatorOptimizer)) {
                throw new IllegalArgumentException(
                        "UnrolledDiscriminator looks ahead with an optimiser that also trains a network,"
                                + " and the steps ahead would change its memory: give it an optimiser of its own");
            }
        }
        settings.generatorOptimizer.bind(settings.generator.parameters());
        settings.discriminatorOptimizer.bind(settings.discriminator.parameters());
    }

    private History run(Dataset real, Dataset labels) {
        checkPlayers();
        List<String> charted = List.of("discriminator loss", "generator loss");
        return run(charted, () -> new GanRun(runSettings(), settings, real, labels));
    }
}
