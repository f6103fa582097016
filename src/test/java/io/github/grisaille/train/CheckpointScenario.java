package io.github.grisaille.train;

import static io.github.grisaille.nn.Layers.batchNorm;
import static io.github.grisaille.nn.Layers.concat;
import static io.github.grisaille.nn.Layers.conditionalBatchNorm;
import static io.github.grisaille.nn.Layers.conv2d;
import static io.github.grisaille.nn.Layers.convTranspose2d;
import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.diffAugment;
import static io.github.grisaille.nn.Layers.dropout;
import static io.github.grisaille.nn.Layers.flatten;
import static io.github.grisaille.nn.Layers.globalSum;
import static io.github.grisaille.nn.Layers.joinEmbedding;
import static io.github.grisaille.nn.Layers.joinLabels;
import static io.github.grisaille.nn.Layers.leakyRelu;
import static io.github.grisaille.nn.Layers.pack;
import static io.github.grisaille.nn.Layers.projection;
import static io.github.grisaille.nn.Layers.randomTranslation;
import static io.github.grisaille.nn.Layers.relu;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.spectralNorm;
import static io.github.grisaille.nn.Layers.tanh;
import static io.github.grisaille.optim.Optimizers.adam;
import static io.github.grisaille.optim.Optimizers.rmsprop;
import static io.github.grisaille.optim.Optimizers.sgd;

import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.data.Dataset;
import io.github.grisaille.loss.GanLoss;
import io.github.grisaille.loss.GradientPenalty;
import io.github.grisaille.loss.Likelihood;
import io.github.grisaille.loss.Losses;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.nn.Vae;
import io.github.grisaille.optim.Schedule;
import io.github.grisaille.oracle.Samples;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.train.gan.Conditions;
import io.github.grisaille.train.gan.ExperienceReplay;
import io.github.grisaille.train.gan.FeatureMatching;
import io.github.grisaille.train.gan.GanTrainer;
import io.github.grisaille.train.gan.InstanceNoise;
import io.github.grisaille.train.gan.MovingAverage;
import io.github.grisaille.train.gan.UnrolledDiscriminator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** Trainings of at least 11 steps; an epoch has about 4. */
enum CheckpointScenario {
    PLAIN_GAN {
        @Override
        Training make() {
            Sequential generator =
                    sequential(dense(4, 16), tanh(), dense(16, 3)).initialize(1);
            Sequential discriminator =
                    sequential(dense(3, 16), leakyRelu(0.2f), dense(16, 1)).initialize(2);
            return gan(new GanTrainer(generator, discriminator), items(30, 3), generator, discriminator);
        }
    },
    EVERYTHING {
        @Override
        Training make() {
            Sequential generator = sequential(dense(6, 16), batchNorm(16), relu(), dense(16, 3))
                    .initialize(1);
            Sequential average = sequential(dense(6, 16), batchNorm(16), relu(), dense(16, 3));
            Sequential discriminator = sequential(
                            pack(2),
                            spectralNorm(dense(6, 16)),
                            leakyRelu(0.2f),
                            dropout(0.2f),
                            dense(16, 8),
                            tanh(),
                            dense(8, 1))
                    .initialize(2);
            GanTrainer trainer = new GanTrainer(generator, discriminator)
                    .loss(GanLoss.nonSaturating().smoothed(0.1f).flipped(0.05f))
                    .latent(Latent.normal(2).with(Latent.signs(4)))
                    .optimizers(
                            adam(1e-3f, 0.5f).schedule(Schedule.cosine(15, 0.1)),
                            adam(1e-3f, 0.5f).weightDecay(0.01f).clipGradientNorm(0.5f))
                    .penalties(
                            GradientPenalty.r1(0.1f).every(4),
                            GradientPenalty.wganGp(0.1f),
                            GradientPenalty.dragan(0.1f, 0.2f))
                    .stabilisers(
                            new InstanceNoise(0.2f, Schedule.linear(0, 9, 0)),
                            new ExperienceReplay(12, 0.25f),
                            new UnrolledDiscriminator(2, adam(1e-2f)),
                            new MovingAverage(average, 0.9f))
                    .generatorObjective(new FeatureMatching(6))
                    .diagnose(3);
            return gan(trainer, items(30, 3), generator, discriminator, average);
        }
    },
    CONVOLUTIONS_AND_FIVE_STEPS_OF_D {
        @Override
        Training make() {
            Sequential generator = sequential(
                            convTranspose2d(4, 6, 4, 1, 0, false),
                            batchNorm(6),
                            relu(),
                            convTranspose2d(6, 1, 4, 2, 1),
                            tanh())
                    .initialize(1);
            Sequential discriminator = sequential(
                            conv2d(1, 6, 4, 2, 1),
                            leakyRelu(0.2f),
                            conv2d(6, 6, 4, 2, 1, false),
                            batchNorm(6),
                            leakyRelu(0.2f),
                            flatten(),
                            dense(24, 1))
                    .initialize(2);
            GanTrainer trainer = new GanTrainer(generator, discriminator)
                    .loss(GanLoss.hinge())
                    .latent(Latent.normal(1, 1, 4))
                    .discriminatorSteps(5)
                    .optimizers(rmsprop(1e-3f).momentum(0.5f), rmsprop(1e-3f).clipWeights(0.3f));
            return gan(trainer, onDisk(items(170, 8, 8, 1)), generator, discriminator);
        }
    },
    AUGMENTED {
        @Override
        Training make() {
            Sequential generator =
                    sequential(convTranspose2d(4, 3, 8, 1, 0), tanh()).initialize(1);
            Sequential discriminator = sequential(conv2d(3, 6, 4, 2, 1), leakyRelu(0.2f), flatten(), dense(96, 1))
                    .initialize(2);
            GanTrainer trainer = new GanTrainer(generator, discriminator)
                    .latent(Latent.normal(1, 1, 4))
                    .penalties(GradientPenalty.r1(0.1f).every(3))
                    .augment(diffAugment());
            return gan(trainer, items(30, 8, 8, 3), generator, discriminator);
        }
    },
    LABELS {
        @Override
        Training make() {
            Sequential generator = sequential(joinLabels(2), dense(4 + 2, 16), tanh(), dense(16, 3))
                    .initialize(1);
            Sequential discriminator = sequential(joinLabels(2), dense(3 + 2, 16), tanh(), dense(16, 1))
                    .initialize(2);
            GanTrainer trainer = new GanTrainer(generator, discriminator)
                    .loss(GanLoss.leastSquares())
                    .optimizers(sgd(0.1f).momentum(0.9f), sgd(0.1f))
                    .penalties(GradientPenalty.wganGp(0.1f))
                    .stabilisers(new InstanceNoise(0.1f, Schedule.constant()), new ExperienceReplay(12, 0.25f));
            return labelled(trainer, items(30, 3), generator, discriminator);
        }
    },
    LABELLED_IMAGES {
        @Override
        Training make() {
            Sequential generator = sequential(
                            joinEmbedding(2, 3),
                            convTranspose2d(4 + 3, 6, 4, 1, 0, false),
                            conditionalBatchNorm(6, 2),
                            relu(),
                            joinLabels(2),
                            convTranspose2d(6 + 2, 1, 4, 2, 1),
                            tanh())
                    .initialize(1);
            Sequential discriminator = sequential(
                            spectralNorm(conv2d(1, 6, 4, 2, 1)),
                            leakyRelu(0.2f),
                            globalSum(),
                            spectralNorm(projection(2, 6)))
                    .initialize(2);
            GanTrainer trainer = new GanTrainer(generator, discriminator)
                    .loss(GanLoss.hinge())
                    .penalties(GradientPenalty.r1(0.1f).every(3), GradientPenalty.wganGp(0.1f))
                    .stabilisers(new ExperienceReplay(12, 0.25f), new UnrolledDiscriminator(1, adam(1e-2f)))
                    .augment(randomTranslation(1 / 8f))
                    .diagnose(3);
            return labelled(trainer, items(30, 8, 8, 1), generator, discriminator);
        }
    },
    CLASSIFIER {
        @Override
        Training make() {
            Sequential model = sequential(dense(3, 16), batchNorm(16), relu(), dropout(0.5f), dense(16, 2))
                    .initialize(1);
            Trainer trainer = new Trainer(model, Losses.meanSquaredError())
                    .optimizer(adam(1e-2f).schedule(Schedule.step(3, 0.5)));
            common(trainer);
            return new Training(trainer, List.of(model), () -> trainer.fit(items(30, 3), items(30, 2)));
        }
    },
    EXAMPLES {
        @Override
        Training make() {
            Sequential model = sequential(dense(3, 8), tanh(), dense(8, 2)).initialize(1);
            Trainer trainer = new Trainer(model, Losses.meanSquaredError()).steps(12);
            common(trainer);
            Tensor target = Samples.normal(2, 5, 2);
            return new Training(
                    trainer,
                    List.of(model),
                    () -> trainer.fit(
                            (step, random) -> new Example(Latent.normal(3).draw(5, random, model.backend()), target)));
        }
    },
    VAE {
        @Override
        Training make() {
            Sequential encoder = sequential(dense(3, 8), tanh(), concat(dense(8, 2), dense(8, 2)))
                    .initialize(1);
            Sequential decoder = sequential(dense(2, 8), tanh(), dense(8, 3)).initialize(2);
            VaeTrainer trainer = new VaeTrainer(new Vae(encoder, 2, decoder), Likelihood.gaussian(0.5f))
                    .optimizer(adam(1e-2f))
                    .annealing(Schedule.warmUp(7))
                    .freeBits(0.1f);
            common(trainer);
            return new Training(trainer, List.of(encoder, decoder), () -> trainer.fit(items(30, 3)));
        }
    },
    CONDITIONAL_VAE {
        @Override
        Training make() {
            Sequential encoder = sequential(joinLabels(2), dense(5, 8), tanh(), concat(dense(8, 2), dense(8, 2)))
                    .initialize(1);
            Sequential decoder = sequential(joinEmbedding(2, 3), dense(5, 8), tanh(), dense(8, 3))
                    .initialize(2);
            VaeTrainer trainer = new VaeTrainer(new Vae(encoder, 2, decoder), Likelihood.gaussian(0.5f));
            common(trainer);
            return new Training(trainer, List.of(encoder, decoder), () -> trainer.fit(items(30, 3), twoClasses(30)));
        }
    };

    abstract Training make();

    private static Training gan(GanTrainer trainer, Dataset data, Sequential... networks) {
        common(trainer);
        return new Training(trainer, List.of(networks), () -> trainer.fit(data));
    }

    private static Training labelled(GanTrainer trainer, Dataset data, Sequential... networks) {
        common(trainer);
        return new Training(trainer, List.of(networks), () -> trainer.fit(data, twoClasses(data.size())));
    }

    /** Labels of two classes that take turns. */
    private static Dataset twoClasses(int count) {
        int[] labels = new int[count];
        Arrays.setAll(labels, i -> i % 2);
        return Conditions.oneHotDataset(2, labels);
    }

    private static void common(TrainingSettings<?> settings) {
        settings.batch(8).epochs(3).seed(5).progress(Progress.silent());
    }

    static Dataset items(int count, int... shape) {
        int size = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        return new ArrayDataset(Samples.normal(1, count, size).toArray(), shape);
    }

    /** The same items, as if they were on a disk: the next batch is read ahead. */
    private static Dataset onDisk(Dataset data) {
        return new Dataset() {
            @Override
            public int size() {
                return data.size();
            }

            @Override
            public int[] shape() {
                return data.shape();
            }

            @Override
            public void read(int index, float[] target, int offset) {
                data.read(index, target, offset);
            }

            @Override
            public boolean onDisk() {
                return true;
            }
        };
    }

    /** A training with new objects, ready to fit. */
    record Training(TrainingSettings<?> settings, List<Sequential> networks, Supplier<History> fit) {
        /** All weights and the bits of all recorded values. */
        List<float[]> results(History history) {
            List<float[]> results = new ArrayList<>();
            for (Sequential network : networks) {
                network.state()
                        .values()
                        .forEach(state -> results.add(state.value().toArray()));
            }
            for (String series : history.series()) {
                double[] values = history.values(series);
                float[] bits = new float[2 * values.length];
                for (int i = 0; i < values.length; i++) {
                    long word = Double.doubleToRawLongBits(values[i]);
                    bits[2 * i] = (int) (word >>> 40);
                    bits[2 * i + 1] = word & 0xFFFFFF;
                }
                results.add(bits);
            }
            return results;
        }
    }
}
