package io.github.grisaille.train;

import static io.github.grisaille.nn.Layers.batchNorm;
import static io.github.grisaille.nn.Layers.concat;
import static io.github.grisaille.nn.Layers.conv2d;
import static io.github.grisaille.nn.Layers.convTranspose2d;
import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.diffAugment;
import static io.github.grisaille.nn.Layers.dropout;
import static io.github.grisaille.nn.Layers.flatten;
import static io.github.grisaille.nn.Layers.leakyRelu;
import static io.github.grisaille.nn.Layers.pack;
import static io.github.grisaille.nn.Layers.relu;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.spectralNorm;
import static io.github.grisaille.nn.Layers.tanh;
import static io.github.grisaille.optim.Optimizers.adam;
import static io.github.grisaille.optim.Optimizers.rmsprop;
import static io.github.grisaille.optim.Optimizers.sgd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.data.Dataset;
import io.github.grisaille.io.SafeTensors;
import io.github.grisaille.loss.GanLoss;
import io.github.grisaille.loss.GradientPenalty;
import io.github.grisaille.loss.Likelihood;
import io.github.grisaille.loss.Losses;
import io.github.grisaille.nn.Pass;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.nn.Vae;
import io.github.grisaille.nn.Wanted;
import io.github.grisaille.optim.Schedule;
import io.github.grisaille.oracle.Samples;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Tensor;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointsTest {
    @TempDir
    Path folder;

    /** A training with new objects, ready to fit. */
    private record Training(TrainingSettings<?> settings, List<Sequential> networks, Supplier<History> fit) {
        /** All that training leaves. */
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

    private static Dataset items(int count, int... shape) {
        int size = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        return new ArrayDataset(Samples.normal(1, count, size).toArray(), shape);
    }

    /** The same items, but read ahead. */
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

    /** Trainings of 11 steps or more, an epoch of them being 4 or so. */
    private enum Scenario {
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
                        .optimizers(
                                rmsprop(1e-3f).momentum(0.5f), rmsprop(1e-3f).clipWeights(0.3f));
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
                Sequential generator =
                        sequential(dense(4 + 2, 16), tanh(), dense(16, 3)).initialize(1);
                Sequential discriminator =
                        sequential(dense(3 + 2, 16), tanh(), dense(16, 1)).initialize(2);
                int[] labels = new int[30];
                for (int i = 0; i < labels.length; i++) {
                    labels[i] = i % 2;
                }
                GanTrainer trainer = new GanTrainer(generator, discriminator)
                        .loss(GanLoss.leastSquares())
                        .optimizers(sgd(0.1f).momentum(0.9f), sgd(0.1f))
                        .stabilisers(new InstanceNoise(0.1f, Schedule.constant()));
                common(trainer);
                return new Training(
                        trainer,
                        List.of(generator, discriminator),
                        () -> trainer.fit(items(30, 3), Conditions.oneHotDataset(2, labels)));
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
                        () -> trainer.fit((step, random) ->
                                new Example(Latent.normal(3).draw(5, random, model.backend()), target)));
            }
        },
        VAE {
            @Override
            Training make() {
                Sequential encoder = sequential(dense(3, 8), tanh(), concat(dense(8, 2), dense(8, 2)))
                        .initialize(1);
                Sequential decoder =
                        sequential(dense(2, 8), tanh(), dense(8, 3)).initialize(2);
                VaeTrainer trainer = new VaeTrainer(new Vae(encoder, 2, decoder), Likelihood.gaussian(0.5f))
                        .optimizer(adam(1e-2f))
                        .annealing(Schedule.warmUp(7))
                        .freeBits(0.1f);
                common(trainer);
                return new Training(trainer, List.of(encoder, decoder), () -> trainer.fit(items(30, 3)));
            }
        };

        abstract Training make();

        private static Training gan(GanTrainer trainer, Dataset data, Sequential... networks) {
            common(trainer);
            return new Training(trainer, List.of(networks), () -> trainer.fit(data));
        }

        private static void common(TrainingSettings<?> settings) {
            settings.batch(8).epochs(3).seed(5).progress(Progress.silent());
        }
    }

    private static List<float[]> uninterrupted(Scenario scenario) {
        Training training = scenario.make();
        return training.results(training.fit.get());
    }

    private void interrupted(Scenario scenario, long step) {
        Training training = scenario.make();
        training.settings.checkpoints(Checkpoints.in(folder)).everySteps(1, done -> {
            if (done == step - 1) {
                Thread.currentThread().interrupt();
            }
        });
        try {
            assertThatThrownBy(training.fit::get)
                    .isInstanceOf(CancellationException.class)
                    .hasMessageContaining("interrupted after step " + step)
                    .hasMessageContaining(String.format("step-%08d.json has all that is needed to go on", step));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    private List<float[]> resumed(Scenario scenario) {
        Training training = scenario.make();
        // whatever these objects learnt before is overwritten
        training.networks.forEach(network -> network.initialize(99));
        training.settings.checkpoints(Checkpoints.in(folder));
        return training.results(training.fit.get());
    }

    private static void assertSameBits(List<float[]> actual, List<float[]> expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.get(i)).as("result " + i).containsExactly(expected.get(i));
        }
    }

    /** Epochs end at steps 4 and 8, or so; D's lazy penalty is due at 1, 5, 9 …, a diagnosis at 1, 4, 7 …. */
    @ParameterizedTest
    @EnumSource
    void anInterruptedTrainingEndsWithTheSameBits(Scenario scenario) throws IOException {
        List<float[]> expected = uninterrupted(scenario);
        for (long step : new long[] {2, 4, 7, 10}) {
            interrupted(scenario, step);
            assertSameBits(resumed(scenario), expected);
            clear();
        }
        for (long step : new long[] {3, 5, 6, 9}) {
            interrupted(scenario, step);
        }
        assertSameBits(resumed(scenario), expected);
        // a finished training answers at once
        assertSameBits(resumed(scenario), expected);
    }

    private void clear() throws IOException {
        for (Path file : files("")) {
            Files.delete(file);
        }
    }

    private List<Path> files(String suffix) throws IOException {
        try (Stream<Path> list = Files.list(folder)) {
            return list.filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void aTrainingThatDiesGoesOnFromItsNewestCheckpoint() {
        List<float[]> expected = uninterrupted(Scenario.EVERYTHING);
        Training training = Scenario.EVERYTHING.make();
        training.settings.checkpoints(Checkpoints.in(folder).everySteps(2)).everySteps(7, step -> {
            throw new IllegalStateException("the lamp fell over");
        });
        assertThatThrownBy(training.fit::get).hasMessage("the lamp fell over");
        assertThat(Checkpoints.in(folder).newest().orElseThrow().step()).isEqualTo(6);
        assertSameBits(resumed(Scenario.EVERYTHING), expected);
    }

    @Test
    void trainingCanGoOnForMoreEpochs() {
        Training longer = Scenario.EVERYTHING.make();
        longer.settings.epochs(5);
        List<float[]> expected = longer.results(longer.fit.get());
        Training first = Scenario.EVERYTHING.make();
        first.settings.checkpoints(Checkpoints.in(folder));
        first.fit.get();
        Training more = Scenario.EVERYTHING.make();
        more.settings.epochs(5).checkpoints(Checkpoints.in(folder));
        assertSameBits(more.results(more.fit.get()), expected);
        Training shorter = Scenario.EVERYTHING.make();
        shorter.settings.epochs(4).checkpoints(Checkpoints.in(folder));
        assertThatThrownBy(shorter.fit::get)
                .hasMessageContaining("step-00000020.json is of step 20, and this training ends at step 16");
    }

    @Test
    void callbacksThatAnInterruptKeptBackAreCalledLater() {
        List<Long> called = new ArrayList<>();
        Training first = Scenario.PLAIN_GAN.make();
        first.settings.checkpoints(Checkpoints.in(folder)).everySteps(2, step -> {
            called.add(step);
            if (step == 4) {
                Thread.currentThread().interrupt();
            }
        });
        first.settings.everySteps(5, step -> called.add(-step));
        assertThatThrownBy(first.fit::get).isInstanceOf(CancellationException.class);
        assertThat(Thread.interrupted()).isTrue();
        Training second = Scenario.PLAIN_GAN.make();
        second.settings
                .checkpoints(Checkpoints.in(folder))
                .everySteps(2, called::add)
                .everySteps(5, step -> called.add(-step));
        second.fit.get();
        assertThat(called).containsExactly(2L, 4L, -5L, 6L, 8L, 10L, -10L, 12L);
    }

    @Test
    void theNewestAndTheBestAreKept() throws IOException {
        double[] judgements = {5, 1, Double.NaN, 3, 4, 2};
        int[] asked = {0};
        Training training = Scenario.PLAIN_GAN.make();
        Checkpoints checkpoints =
                Checkpoints.in(folder).everySteps(2).keep(2).keepLowest("FID", () -> judgements[asked[0]++]);
        training.settings.checkpoints(checkpoints);
        training.fit.get();
        assertThat(checkpoints.list()).extracting(Checkpoint::step).containsExactly(4L, 10L, 12L);
        assertThat(files(".safetensors")).hasSize(3);
        Checkpoint best = checkpoints.best().orElseThrow();
        assertThat(best.step()).isEqualTo(4);
        assertThat(best.measured()).hasValue(1);
        assertThat(best).hasToString(best.file() + ", step 4, FID 1.0");
        assertThat(best.history().values("D(x)")).hasSize(4);
        Sequential generator = sequential(dense(4, 16), tanh(), dense(16, 3));
        best.load("generator", generator);
        assertThat(generator.parameters().get(0).value().toArray())
                .containsExactly(best.tensors().values("generator.0.weight"));
        assertThat(Checkpoints.in(folder)
                        .keepHighest("FID", () -> 0)
                        .best()
                        .orElseThrow()
                        .step())
                .isEqualTo(10);
        assertThat(Checkpoints.in(folder).keepLowest("KID", () -> 0).best()).isEmpty();
        assertThatThrownBy(() -> Checkpoints.in(folder).best()).hasMessageContaining("say keepLowest or keepHighest");
        assertThatThrownBy(() -> best.load("painter", generator)).hasMessageContaining("it lacks [0.weight");
        assertThat(checkpoints).hasToString("checkpoints in " + folder + ": steps [4, 10, 12]");
    }

    @Test
    void anotherTrainingIsRefusedWithEveryDifference() {
        resumed(Scenario.EVERYTHING);
        assertThatThrownBy(() -> resumed(Scenario.VAE))
                .hasMessageContaining("is a checkpoint of another training than this one: ")
                .hasMessageContaining("training was GanTrainer, and is VaeTrainer");
        Training training = Scenario.EVERYTHING.make();
        GanTrainer trainer = ((GanTrainer) training.settings)
                .loss(GanLoss.nonSaturating().smoothed(0.1f).flipped(0.06f))
                .penalties(GradientPenalty.r1(0.1f).every(8))
                .stabilisers(
                        new InstanceNoise(0.3f, Schedule.linear(0, 10, 0)),
                        new ExperienceReplay(16, 0.5f),
                        new UnrolledDiscriminator(1, sgd(1e-2f)),
                        new MovingAverage(training.networks.get(2), 0.99f))
                .generatorObjective(new FeatureMatching(5))
                .latent(Latent.normal(6))
                .optimizers(adam(2e-3f, 0.5f), adam(1e-3f, 0.5f).schedule(Schedule.warmUp(3)))
                .diagnose(4)
                .batch(6)
                .seed(6)
                .checkpoints(Checkpoints.in(folder));
        float[] before = training.networks.get(0).parameters().get(0).value().toArray();
        assertThatThrownBy(() -> trainer.fit(items(28, 3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("batch was 8, and is 6")
                .hasMessageContaining("seed was 5, and is 6")
                .hasMessageContaining("loss is another one")
                .hasMessageContaining("real items was 30 items of [3], sums ")
                .hasMessageContaining("penalties was [R1(γ 0.1, every 4 steps), WGAN-GP(λ 0.1)")
                .hasMessageContaining("latent was 6 ")
                .hasMessageContaining("diagnosed every was 3, and is 4")
                .hasMessageContaining("objective.layers was 6, and is 5")
                .hasMessageContaining("stabilisers.0.deviation was 0.2, and is 0.3")
                .hasMessageContaining("stabilisers.0.schedule is another one")
                .hasMessageContaining("stabilisers.1.capacity was 12, and is 16")
                .hasMessageContaining("stabilisers.1.share was 0.25, and is 0.5")
                .hasMessageContaining("stabilisers.2.steps was 2, and is 1")
                .hasMessageContaining("stabilisers.2.lookahead.kind was Adam(rate 0.01")
                .hasMessageContaining("stabilisers.3.decay was 0.9, and is 0.99")
                .hasMessageContaining(
                        "optimizers.generator.kind was Adam(rate 0.001, betas 0.5 and 0.999), and is Adam(rate 0.002,")
                .hasMessageContaining(
                        "optimizers.discriminator.kind was Adam(rate 0.001, betas 0.5 and 0.999, weight decay"
                                + " 0.01, gradient norm up to 0.5), and is")
                .hasMessageContaining("optimizers.discriminator.schedule is another one")
                .hasMessageContaining("it holds the tensors [stabilisers.2.lookahead.1.weight.exp_avg, ");
        assertThat(training.networks.get(0).parameters().get(0).value().toArray())
                .containsExactly(before);
    }

    @Test
    void anotherModelIsRefused() {
        resumed(Scenario.PLAIN_GAN);
        Sequential generator = sequential(dense(4, 17), tanh(), dense(17, 3)).initialize(1);
        Sequential discriminator =
                sequential(dense(3, 16), leakyRelu(0.3f), dense(16, 1)).initialize(2);
        discriminator.layers().get(0).parameters().get(0).freeze();
        GanTrainer trainer = new GanTrainer(generator, discriminator)
                .batch(8)
                .epochs(3)
                .seed(5)
                .checkpoints(Checkpoints.in(folder));
        assertThatThrownBy(() -> trainer.fit(items(30, 3)))
                .hasMessageContaining("generator was Dense(4 → 16), Tanh, Dense(16 → 3), and is Dense(4 → 17)")
                .hasMessageContaining(
                        "LeakyReLU(0.2), Dense(16 → 1), and is Dense(3 → 16), LeakyReLU(0.3), Dense(16 → 1);"
                                + " frozen: 0.weight")
                .hasMessageContaining("generator.0.weight had shape [4, 16], and has [4, 17]");
    }

    @Test
    void aStabiliserThatDoesNotSayWhatItCarriesIsRefused() {
        Training training = Scenario.PLAIN_GAN.make();
        ((GanTrainer) training.settings).stabilisers(new Stabiliser() {}).checkpoints(Checkpoints.in(folder));
        assertThatThrownBy(training.fit::get)
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("does not say what it carries from step to step");
    }

    @Test
    void aGradientLeftBehindByACallbackIsNoticed() {
        Training training = Scenario.PLAIN_GAN.make();
        Sequential generator = training.networks.get(0);
        training.settings.checkpoints(Checkpoints.in(folder)).everySteps(4, step -> {
            try (Pass pass = Pass.training(generator.backend(), 1)) {
                Tensor made = generator.forward(Latent.normal(4).draw(2, 1), pass);
                generator.backward(made, pass, Wanted.PARAMETERS);
            }
        });
        assertThatThrownBy(training.fit::get)
                .hasMessageContaining("generator.0.weight has a gradient that no optimiser has used up");
    }

    /** Halves are cut, changed, lost, or exchanged for those of another step. */
    @ParameterizedTest
    @CsvSource({
        "json, cut",
        "json, changed",
        "json, empty",
        "json, exchanged",
        "safetensors, cut",
        "safetensors, changed",
        "safetensors, lost",
        "safetensors, exchanged",
        "safetensors, empty",
        "safetensors, longer"
    })
    void aDamagedCheckpointIsPassedOver(String half, String damage) throws IOException {
        List<float[]> expected = uninterrupted(Scenario.EVERYTHING);
        for (long step : new long[] {6, 9}) {
            interrupted(Scenario.EVERYTHING, step);
        }
        Path file = folder.resolve("step-00000009." + half);
        byte[] bytes = Files.readAllBytes(file);
        switch (damage) {
            case "cut" -> Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
            case "longer" -> Files.write(file, Arrays.copyOf(bytes, bytes.length + 1));
            case "empty" -> Files.write(file, new byte[0]);
            case "lost" -> Files.delete(file);
            case "exchanged" ->
                Files.copy(folder.resolve("step-00000006." + half), file, StandardCopyOption.REPLACE_EXISTING);
            default -> {
                bytes[bytes.length / 3] ^= 1;
                Files.write(file, bytes);
            }
        }
        boolean rightButOld = half.equals("json") && damage.equals("exchanged");
        Training training = Scenario.EVERYTHING.make();
        training.settings.checkpoints(Checkpoints.in(folder));
        History history = training.fit.get();
        assertSameBits(training.results(history), expected);
        assertThat(history.remarks()).hasSize(1);
        assertThat(history.remarks().get(0))
                .contains("step-00000009")
                .endsWith("; resumed from the checkpoint before it, step 8");
        assertThat(rightButOld || history.remarks().get(0).contains(half)).isTrue();
        // what was damaged has been written again
        assertThat(Checkpoints.in(folder).newest().orElseThrow().step()).isEqualTo(12);
    }

    @Test
    void ifAllAreDamagedNothingIsLost() throws IOException {
        interrupted(Scenario.PLAIN_GAN, 3);
        for (Path file : files(".json")) {
            Files.write(file, new byte[] {'{'});
        }
        assertThatThrownBy(() -> resumed(Scenario.PLAIN_GAN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no checkpoint in " + folder + " is whole: ")
                .hasMessageContaining("step-00000003.json is cut off or was changed")
                .hasMessageContaining("start anew in another folder");
        assertThat(files(".safetensors")).hasSize(1);
    }

    /** Each bit of a small manifest, one after the other. */
    @Test
    void everyChangedBitOfAManifestIsNoticed() {
        byte[] bytes = new Manifest(
                        1,
                        1,
                        true,
                        "FID",
                        Double.NaN,
                        Map.of("Java", "17"),
                        Map.of("a", "1"),
                        Map.of("b", 2L),
                        new History("loss"),
                        new Manifest.Tensors(8, "00"))
                .toBytes();
        assertThatCode(() -> Manifest.parse(bytes, "whole")).doesNotThrowAnyException();
        for (int bit = 0; bit < 8 * bytes.length; bit++) {
            byte[] changed = bytes.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> Manifest.parse(changed, "changed"))
                    .isInstanceOf(DamagedCheckpointException.class)
                    .hasMessageContaining("changed is cut off or was changed");
        }
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> Manifest.parse(cut, "cut")).isInstanceOf(DamagedCheckpointException.class);
        }
    }

    /** Changes a manifest as one would who means it: with a digest that fits. */
    private static void rewrite(Path file, String pattern, String replacement) throws IOException {
        String text = Files.readString(file);
        String body = text.substring(0, text.lastIndexOf(",\"sha256\":")).replaceFirst(pattern, replacement);
        MessageDigest digest = Fingerprint.sha256();
        digest.update(body.getBytes(StandardCharsets.UTF_8));
        Files.writeString(file, body + ",\"sha256\":\"" + Fingerprint.hex(digest) + "\"}\n");
    }

    @Test
    void aNewerVersionIsSaidAndNotPassedOver() throws IOException {
        interrupted(Scenario.PLAIN_GAN, 3);
        Path file = folder.resolve("step-00000003.json");
        rewrite(file, "\"version\":2", "\"version\":3");
        assertThatThrownBy(() -> resumed(Scenario.PLAIN_GAN))
                .isInstanceOf(IllegalArgumentException.class)
                .isNotInstanceOf(DamagedCheckpointException.class)
                .hasMessageContaining("was written by a newer version of grisaille (format 3; this one reads up to 2)");
    }

    @Test
    void anotherJavaIsRemarked() throws IOException {
        interrupted(Scenario.PLAIN_GAN, 3);
        Path file = folder.resolve("step-00000003.json");
        rewrite(file, "\"Java\":\"\\d+\"", "\"Java\":\"16\"");
        Training training = Scenario.PLAIN_GAN.make();
        training.settings.checkpoints(Checkpoints.in(folder));
        assertThat(training.fit.get().remarks().get(0))
                .startsWith("this run went on at step 3 from a checkpoint made by {Java=16")
                .endsWith("the last bits can differ from those of a run that was not stopped");
    }

    @Test
    void aFolderInUseIsSaid() throws IOException {
        try (FileChannel other =
                        FileChannel.open(folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var held = other.lock()) {
            assertThat(held.isValid()).isTrue();
            assertThatThrownBy(() -> CheckpointLock.take(folder, 100))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(folder + " is in use by another training");
        }
        assertThatCode(() -> resumed(Scenario.PLAIN_GAN)).doesNotThrowAnyException();
    }

    @Test
    void whatAnotherProcessLeftBehindIsSweptAndOtherFilesStay() throws IOException {
        Path part = Files.write(folder.resolve(".step-00000003.json.0123.part"), new byte[3]);
        Path others = Files.write(folder.resolve("my-notes.json"), new byte[3]);
        resumed(Scenario.PLAIN_GAN);
        assertThat(part).doesNotExist();
        assertThat(others).exists();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void historiesKeepEveryBit(long seed) {
        History history = new History("a", "b \"quoted\"");
        RandomStream random = new RandomStream(seed, 0);
        for (int step = 1; step <= 500; step++) {
            double any = Double.longBitsToDouble((long) random.nextInt(Integer.MAX_VALUE) << 33
                    ^ (long) random.nextInt(Integer.MAX_VALUE) << 3
                    ^ step);
            history.add(step, any, step % 3 == 0 ? Double.NaN : step % 3 == 1 ? Double.NEGATIVE_INFINITY : -0.0);
        }
        history.remark("a – remark");
        History read = Manifest.parse(
                        new Manifest(
                                        500,
                                        1,
                                        true,
                                        null,
                                        Double.NaN,
                                        Map.of(),
                                        Map.of(),
                                        Map.of(),
                                        history,
                                        new Manifest.Tensors(0, ""))
                                .toBytes(),
                        "some.json")
                .history();
        assertThat(read.series()).containsExactly("a", "b \"quoted\"");
        assertThat(read.steps()).containsExactly(history.steps());
        assertThat(read.values("a")).containsExactly(history.values("a"));
        assertThat(read.values("b \"quoted\"")).containsExactly(history.values("b \"quoted\""));
        assertThat(read.remarks()).containsExactly("a – remark");
    }

    @Test
    void badArguments() throws IOException {
        Path file = Files.write(folder.resolve("file"), new byte[0]);
        assertThatThrownBy(() -> Checkpoints.in(file)).hasMessageContaining("is a file, and checkpoints need a folder");
        assertThatThrownBy(() -> Checkpoints.in(folder).keep(0)).hasMessageContaining("checkpoints kept is at least 1");
        assertThatThrownBy(() -> Checkpoints.in(folder).everySteps(0)).hasMessageContaining("at least 1");
        assertThatThrownBy(() -> Checkpoints.in(folder).everyEpochs(0)).hasMessageContaining("at least 1");
        assertThat(Checkpoints.in(folder.resolve("none")).newest()).isEmpty();
    }

    /** What a reader of another library finds in the file. */
    @Test
    void tensorsHaveTheNamesThatAreWrittenDown() {
        resumed(Scenario.EVERYTHING);
        SafeTensors tensors = Checkpoints.in(folder).newest().orElseThrow().tensors();
        assertThat(tensors.names())
                .contains(
                        "generator.0.weight",
                        "generator.1.running_mean",
                        "discriminator.1.singular vector",
                        "optimizers.generator.0.weight.exp_avg",
                        "optimizers.discriminator.6.bias.exp_avg_sq",
                        "stabilisers.1.store",
                        "stabilisers.2.lookahead.1.weight.exp_avg",
                        "stabilisers.3.average.0.weight");
        assertThat(tensors.part("generator").names())
                .isEqualTo(Scenario.EVERYTHING.make().networks.get(0).state().keySet());
    }
}
