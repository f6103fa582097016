package io.github.grisaille.train.gan;

import io.github.grisaille.data.Dataset;
import io.github.grisaille.loss.GanLoss;
import io.github.grisaille.loss.GradientPenalty;
import io.github.grisaille.nn.Layer;
import io.github.grisaille.nn.Parameter;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.optim.Optimizer;
import io.github.grisaille.optim.Optimizers;
import io.github.grisaille.train.Arguments;
import io.github.grisaille.train.Fingerprint;
import io.github.grisaille.train.History;
import io.github.grisaille.train.Latent;
import io.github.grisaille.train.TrainingSettings;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Adversarial training (Goodfellow et al. 2014, algorithm 1): the discriminator learns to tell real items from fakes,
 * the generator to make fakes that the discriminator takes for real. The run depends on the seed alone.
 *
 * <p>Each step the discriminator takes one step (or {@link #discriminatorSteps more}) on a real batch and on as many
 * fakes, and then the generator takes one on the last of these fakes, through the discriminator, which computes no
 * gradients of its own for that.
 *
 * <p>What steadies the game is put together from parts: the {@link GanLoss} with its labels, {@link GradientPenalty
 * penalties} on D, {@link Stabiliser}s that are called at fixed places of a step, a {@link GeneratorObjective} in place
 * of the adversarial one, and layers in the networks themselves (dropout, spectral normalisation, packs, minibatch
 * layers). None of them costs anything that is not asked for.
 *
 * <p>It records {@code discriminator loss} (real + fake, without penalties), {@code generator loss}, {@code D(x)} and
 * {@code D(G(z))}: the mean probability that D gives to real items and to fakes before its step (for losses on scores,
 * the mean score); with penalties also {@code gradient penalty}, its last value; and what {@link #diagnose} says.
 */
public final class GanTrainer extends TrainingSettings<GanTrainer> {
    final Sequential generator;
    final Sequential discriminator;
    GanLoss loss = GanLoss.nonSaturating();
    GeneratorObjective objective;
    Optimizer generatorOptimizer = Optimizers.adam(2e-4f);
    Optimizer discriminatorOptimizer = Optimizers.adam(2e-4f);
    Latent latent;
    int discriminatorSteps = 1;
    List<GradientPenalty> penalties = List.of();
    List<Stabiliser> stabilisers = List.of();
    Sequential augmentation;
    long diagnosedEvery;

    /**
     * Batches of 128, Adam at 2e-4 for both, one epoch, unless told otherwise.
     *
     * @param discriminator ends in logits or scores, one an item: the sigmoid is part of the loss
     */
    public GanTrainer(Sequential generator, Sequential discriminator) {
        super("adversarial training", 128);
        if (generator == discriminator) {
            throw new IllegalArgumentException("the generator and the discriminator are one network, which would work"
                    + " against itself: make two");
        }
        this.generator = generator;
        this.discriminator = discriminator;
    }

    @Override
    protected GanTrainer self() {
        return this;
    }

    /** Non-saturating unless set. */
    public GanTrainer loss(GanLoss wanted) {
        loss = wanted;
        return this;
    }

    /** What G makes small, such as {@link FeatureMatching}; the loss's own side unless set. */
    public GanTrainer generatorObjective(GeneratorObjective wanted) {
        objective = wanted;
        return this;
    }

    /** What is added to D's loss; nothing unless set. */
    public GanTrainer penalties(GradientPenalty... wanted) {
        penalties = List.of(wanted);
        return this;
    }

    /** What steadies the game, called in this order; nothing unless set. */
    public GanTrainer stabilisers(Stabiliser... wanted) {
        List<Stabiliser> all = List.of(wanted);
        for (int i = 0; i < all.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (all.get(i) == all.get(j)) {
                    throw new IllegalArgumentException(
                            "stabilisers " + j + " and " + i + " are one object, " + Fingerprint.kind(all.get(i))
                                    + ", whose memory both would write: make one for each place");
                }
            }
        }
        stabilisers = all;
        return this;
    }

    /**
     * What D sees all items through, real and fake, in its own steps and in G's: layers without parameters, such as {@link
     * io.github.grisaille.nn.Layers#diffAugment}. G learns through them too, so that it paints what D would see without
     * them (Zhao et al. 2020, equations 4 and 5). What stabilisers show is made after them, and penalties are taken there.
     */
    public GanTrainer augment(Layer... layers) {
        augmentation = new Sequential(layers);
        if (!augmentation.parameters().isEmpty()) {
            throw new IllegalArgumentException(
                    "what D sees items through has nothing to learn, and this has parameters: "
                            + augmentation.state().keySet());
        }
        return this;
    }

    /** Adam at 2e-4 for both unless set. Two rates are two time scales (Heusel et al. 2017). */
    public GanTrainer optimizers(Optimizer forGenerator, Optimizer forDiscriminator) {
        if (forGenerator == forDiscriminator) {
            throw new IllegalArgumentException("the two networks have one optimiser, " + forGenerator
                    + ", whose number of steps and schedule would count the steps of both: make one for each, as in"
                    + " optimizers(adam(2e-4f), adam(2e-4f))");
        }
        generatorOptimizer = forGenerator;
        discriminatorOptimizer = forDiscriminator;
        return this;
    }

    /** The generator's inputs; normal vectors of the size that its first dense layer takes unless set. */
    public GanTrainer latent(Latent wanted) {
        latent = wanted;
        return this;
    }

    /** The discriminator's steps for each of the generator's; 1 unless set. */
    public GanTrainer discriminatorSteps(int count) {
        discriminatorSteps = Arguments.positive("the number of discriminator steps", count);
        return this;
    }

    /**
     * Also records, newly computed every so many steps and repeated in between:
     *
     * <ul>
     *   <li>{@code accuracy}: the share of real items and fakes that D judges rightly before its step;
     *   <li>{@code spread of G(z)}: the standard deviation of the fakes over that of the real items, over the batch and
     *       all values together: near 0 where G paints one thing only;
     *   <li>{@code gradient norm, generator layer 0} and so on, of each trained layer of both;
     *   <li>{@code dead ReLUs, generator}: the share of ReLU columns that were 0 for the whole batch, where there are any;
     *   <li>{@code update ratio, generator}: the norm of the last update over the norm of the weights; about 0.001 is
     *       usual.
     * </ul>
     */
    public GanTrainer diagnose(long everySteps) {
        diagnosedEvery = Arguments.positive("the period of a diagnosis", everySteps);
        return this;
    }

    /**
     * Trains both on a data set of real items, shuffled anew for every epoch.
     *
     * @throws IllegalArgumentException before the first step, if the discriminator ends in what the loss does not take, if
     *     both networks train one parameter, or if one of them cannot be trained on a batch of this size or on the last one
     *     of an epoch
     */
    public History fit(Dataset real) {
        return run(real, null);
    }

    /**
     * Trains both on items with labels, vectors such as {@link Conditions#oneHotDataset}. Both networks take flat rows:
     * G's are z and then a label, D's an item's values and then its label ({@link Conditions#join}); layers {@link
     * io.github.grisaille.nn.ColumnSlice take them apart}. Fakes are made for the labels of the real batch.
     */
    public History fit(Dataset real, Dataset labels) {
        if (real.size() != labels.size() || labels.shape().length != 1) {
            throw new IllegalArgumentException("each real item needs its label, a vector: there are " + real.size()
                    + " items and " + labels.size() + " labels of rank " + labels.shape().length);
        }
        if (augmentation != null) {
            throw new IllegalStateException(
                    "augmentations change images, and items with labels are flat rows: leave one of the two out");
        }
        return run(real, labels);
    }

    /** Refuses what cannot be trained, whatever the data. */
    private void checkPlayers() {
        loss.outputs().check("the discriminator", discriminator.outputRange());
        Set<Parameter> ofGenerator = Collections.newSetFromMap(new IdentityHashMap<>());
        ofGenerator.addAll(generator.parameters());
        discriminator.state().forEach((name, state) -> {
            if (state instanceof Parameter parameter && !parameter.frozen() && ofGenerator.contains(parameter)) {
                throw new IllegalArgumentException(
                        "the generator and the discriminator share a layer, whose parameter is the"
                                + " discriminator's " + name
                                + ": each would undo what the other has learnt; give each its own, or"
                                + " freeze the shared layer");
            }
        });
        for (Stabiliser each : stabilisers) {
            if (each instanceof UnrolledDiscriminator unrolled
                    && (unrolled.lookahead() == discriminatorOptimizer || unrolled.lookahead() == generatorOptimizer)) {
                throw new IllegalArgumentException(
                        "UnrolledDiscriminator looks ahead with an optimiser that also trains, and"
                                + " its steps ahead would stay in that one's memory: give it an optimiser of its own");
            }
        }
        generatorOptimizer.bind(generator.parameters());
        discriminatorOptimizer.bind(discriminator.parameters());
    }

    private History run(Dataset real, Dataset labels) {
        checkPlayers();
        List<String> charted = List.of("discriminator loss", "generator loss");
        return run(charted, () -> new GanRun(this, real, labels));
    }
}
