package io.github.grisaille.train;

import io.github.grisaille.data.Batches;
import io.github.grisaille.data.Dataset;
import io.github.grisaille.loss.GradientPenalty;
import io.github.grisaille.loss.LossValue;
import io.github.grisaille.loss.Outputs;
import io.github.grisaille.nn.Archive;
import io.github.grisaille.nn.Dense;
import io.github.grisaille.nn.OutputRange;
import io.github.grisaille.nn.Pass;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.nn.Wanted;
import io.github.grisaille.optim.Optimizer;
import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Workspace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/** One run of a {@link GanTrainer}: its state, and the order of things in a step. */
final class GanRun implements Game, TrainingLoop.Run {
    private static final int LATENT = 1;
    private static final int DROPOUT = 2;
    private static final int LABELS = 3;
    private static final int STABILISERS = 4;
    private static final int PENALTIES = 5;

    private final GanTrainer settings;
    private final Sequential generator;
    private final Sequential discriminator;
    private final Backend backend;
    private final Workspace workspace;
    private final RandomStream latentRandom;
    private final RandomStream dropout;
    private final RandomStream labelRandom;
    private final RandomStream stabiliserRandom;
    private final RandomStream penaltyRandom;
    private final BatchReader realReader;
    private final BatchReader labelReader;
    private final Batches batches;
    private final int pack;
    private final Latent inputs;
    private final GeneratorObjective objective;
    private final GanDiagnosis diagnosis;
    private final History history;
    private final Recorder recorder;
    private final FiniteGuard generatorGuard;
    private final FiniteGuard discriminatorGuard;
    private List<String> doubts;
    private long step;
    private long batchesDone;
    private long discriminatorStepsDone;
    private Tensor real;
    private Tensor labels;
    private Tensor penalty;

    GanRun(GanTrainer settings, Dataset real, Dataset labels) {
        this.settings = settings;
        generator = settings.generator;
        discriminator = settings.discriminator;
        backend = generator.backend();
        workspace = new Workspace(backend);
        latentRandom = new RandomStream(settings.seed, LATENT);
        dropout = new RandomStream(settings.seed, DROPOUT);
        labelRandom = new RandomStream(settings.seed, LABELS);
        stabiliserRandom = new RandomStream(settings.seed, STABILISERS);
        penaltyRandom = new RandomStream(settings.seed, PENALTIES);
        realReader = new BatchReader(real, backend);
        labelReader = labels == null ? null : new BatchReader(labels, backend);
        batches = new Batches(real.size(), settings.batch, settings.seed);
        int labelWidth = labels == null ? 0 : labels.shape()[0];
        pack = packSize(real, labelWidth);
        inputs = settings.latent == null ? Latent.normal(firstInput() - labelWidth) : settings.latent;
        checkBatches(Shape.of(real.shape()), labelWidth);
        doubts = doubts(real);
        objective = settings.objective == null ? GeneratorObjective.adversarial(settings.loss) : settings.objective;
        diagnosis = settings.diagnosedEvery == 0
                ? null
                : new GanDiagnosis(generator, discriminator, settings.loss.threshold());
        history = new History(series());
        history.stepsPerEpoch(stepsPerEpoch());
        recorder = new Recorder(history);
        generatorGuard = new FiniteGuard(generator, "the generator's loss");
        discriminatorGuard = new FiniteGuard(discriminator, "the discriminator's loss");
        settings.stabilisers.forEach(stabiliser -> stabiliser.begin(this));
    }

    private void checkBatches(Shape item, int labelWidth) {
        IntFunction<Shape> shown = items -> {
            Shape batch = item.batchOf(items);
            if (labelWidth > 0) {
                return Shape.of(items, item.size() + labelWidth);
            }
            return settings.augmentation == null ? batch : settings.augmentation.outputShape(batch);
        };
        IntFunction<Shape> drawn = items -> labelWidth == 0
                ? inputs.item().batchOf(items)
                : Shape.of(items, inputs.item().size() + labelWidth);
        new BatchSizes(
                        realReader.data().size(),
                        pack,
                        new BatchSizes.Trained("the generator", generator, drawn),
                        new BatchSizes.Trained("the discriminator", discriminator, shown))
                .check(settings.batch, steps() * settings.discriminatorSteps);
    }

    /** What the history should remark. */
    private List<String> doubts(Dataset real) {
        List<String> found = new ArrayList<>();
        String unreached = DataCheck.some(real).doubt("real items", "the generator", generator);
        if (unreached != null) {
            found.add(unreached);
        }
        OutputRange judged = discriminator.outputRange();
        if (settings.loss.outputs() == Outputs.ANY && judged.bounded()) {
            found.add("the discriminator ends in " + judged.by() + ", whose outputs are " + judged
                    + ": least squares take them, but G's gradient vanishes where D is sure, and in the paper's D no"
                    + " activation follows the last layer");
        }
        return found;
    }

    /** How many items D judges at a time; an epoch's last batch is cut to a multiple of it. */
    private int packSize(Dataset real, int labelWidth) {
        int items = Math.min(settings.batch, real.size());
        Shape item = Shape.of(real.shape());
        Shape shown = labelWidth == 0 ? item.batchOf(items) : Shape.of(items, item.size() + labelWidth);
        return Math.max(1, items / discriminator.outputShape(shown).axis(0));
    }

    private int firstInput() {
        if (generator.layers().get(0) instanceof Dense dense) {
            return dense.in();
        }
        throw new IllegalStateException(
                "the generator starts with " + generator.layers().get(0).name()
                        + ", which does not say what it takes: say latent(Latent.normal(…)) with the shape of one z");
    }

    private String[] series() {
        List<String> names = new ArrayList<>(List.of("discriminator loss", "generator loss", "D(x)", "D(G(z))"));
        if (!settings.penalties.isEmpty()) {
            names.add("gradient penalty");
        }
        if (diagnosis != null) {
            names.addAll(diagnosis.series());
        }
        return names.toArray(String[]::new);
    }

    @Override
    public long steps() {
        return settings.epochs * stepsPerEpoch();
    }

    @Override
    public long stepsPerEpoch() {
        return Math.max(1, batches.perEpoch() / settings.discriminatorSteps);
    }

    @Override
    public Backend backend() {
        return backend;
    }

    @Override
    public History history() {
        return history;
    }

    @Override
    public void archive(Archive archive) {
        settings.archive(archive, this);
        archive.alike("real items", Fingerprint.of(realReader.data()), Fingerprint.TOLERANCE);
        archive.alike(
                "labels", labelReader == null ? "none" : Fingerprint.of(labelReader.data()), Fingerprint.TOLERANCE);
        archive.alike("loss", settings.loss.name(), 0);
        archive.same("penalties", settings.penalties);
        archive.same("augmentation", settings.augmentation == null ? "none" : Fingerprint.of(settings.augmentation));
        archive.alike("latent", inputs, Fingerprint.TOLERANCE);
        archive.same("discriminator steps", settings.discriminatorSteps);
        archive.same("diagnosed every", settings.diagnosedEvery);
        archive.same("generator", Fingerprint.of(generator));
        archive.same("discriminator", Fingerprint.of(discriminator));
        archive.part("generator").states(generator.state());
        archive.part("discriminator").states(discriminator.state());
        Archive optimizers = archive.part("optimizers");
        settings.generatorOptimizer.archive(optimizers.part("generator"), generator.state());
        settings.discriminatorOptimizer.archive(optimizers.part("discriminator"), discriminator.state());
        archiveProgress(archive);
        archive.same("generator objective", settings.objective == null ? "the loss's" : Fingerprint.kind(objective));
        objective.archive(archive.part("objective"));
        archive.same("stabilisers", Fingerprint.kinds(settings.stabilisers));
        for (int i = 0; i < settings.stabilisers.size(); i++) {
            settings.stabilisers.get(i).archive(archive.part("stabilisers").part(String.valueOf(i)), this);
        }
        if (diagnosis != null) {
            diagnosis.archive(archive.part("diagnosis"), backend);
        }
    }

    private void archiveProgress(Archive archive) {
        batchesDone = archive.number("batches", batchesDone);
        discriminatorStepsDone = archive.number("discriminator steps done", discriminatorStepsDone);
        penalty = archive.optional("penalty", penalty, backend);
        Archive random = archive.part("random");
        random.random("latent", latentRandom);
        random.random("dropout", dropout);
        random.random("labels", labelRandom);
        random.random("stabilisers", stabiliserRandom);
        random.random("penalties", penaltyRandom);
    }

    @Override
    public void step(long number) {
        step = number;
        doubts.forEach(doubt -> TrainingSettings.remarkOnce(history, doubt));
        doubts = List.of();
        for (int i = 1; i < settings.discriminatorSteps; i++) {
            readBatch();
            stepDiscriminator(settings.discriminatorOptimizer);
        }
        readBatch();
        boolean diagnosed = diagnosis != null && (number - 1) % settings.diagnosedEvery == 0;
        try (Pass generating = open()) {
            Tensor fake = generate(generating);
            List<Reading> row = stepDiscriminator(fake, settings.discriminatorOptimizer, diagnosed);
            settings.stabilisers.forEach(stabiliser -> stabiliser.beforeGeneratorStep(this));
            row.add(1, Reading.of(stepGenerator(fake, generating, diagnosed)));
            settings.stabilisers.forEach(stabiliser -> stabiliser.afterGeneratorStep(this));
            if (diagnosis != null) {
                row.addAll(diagnosis.readings());
            }
            recorder.add(number, row);
            generating.recycle(fake);
        }
    }

    private void readBatch() {
        batchesDone = nextBatch();
        int[] whole = wholePacks(batchesDone);
        real = realReader.read(whole);
        labels = labelReader == null ? null : labelReader.read(whole);
        int[] next = wholePacks(nextBatch());
        realReader.readAhead(next);
        if (labelReader != null) {
            labelReader.readAhead(next);
        }
    }

    /** The number of the next batch that has a pack in it. */
    private long nextBatch() {
        long next = batchesDone + 1;
        while (batches.indices(next).length < pack) {
            next++;
        }
        return next;
    }

    private int[] wholePacks(long number) {
        int[] indices = batches.indices(number);
        return Arrays.copyOf(indices, indices.length - indices.length % pack);
    }

    private Tensor generate(Pass pass) {
        Tensor z = inputs.draw(real.axis(0), latentRandom, backend);
        return generator.forward(labels == null ? z : join(z, pass), pass);
    }

    private Tensor join(Tensor items, Pass pass) {
        Tensor joined = pass.scratch(Conditions.joinedShape(items, labels));
        Conditions.join(items, labels, joined);
        return joined;
    }

    /** Items with their labels, if any, augmented, and after what the stabilisers do. */
    private Tensor show(Tensor items, Pass pass) {
        Tensor shown = items;
        if (settings.augmentation != null) {
            shown = settings.augmentation.forward(items, pass);
            pass.recycle(shown);
        }
        for (Stabiliser stabiliser : settings.stabilisers) {
            shown = stabiliser.show(shown, this, pass);
        }
        return shown;
    }

    private Tensor labelled(Tensor items, Pass pass) {
        return labels == null ? items : join(items, pass);
    }

    @Override
    public Tensor showReal(Pass pass) {
        return show(labelled(real, pass), pass);
    }

    private Tensor showFakes(Tensor fake, Pass pass) {
        Tensor fakes = labelled(fake, pass);
        for (Stabiliser stabiliser : settings.stabilisers) {
            fakes = stabiliser.fakes(fakes, this, pass);
        }
        return show(fakes, pass);
    }

    @Override
    public void stepDiscriminator(Optimizer optimizer) {
        try (Pass generating = open()) {
            Tensor fake = generate(generating);
            stepDiscriminator(fake, optimizer, false);
            generating.recycle(fake);
        }
    }

    /** The loss, the mean judgement of real items and of fakes, and the penalty where there is one. */
    private List<Reading> stepDiscriminator(Tensor fake, Optimizer optimizer, boolean diagnosed) {
        try (Pass onReal = open();
                Pass onFake = open()) {
            Tensor shownReal = showReal(onReal);
            Tensor shownFake = showFakes(fake, onFake);
            Tensor realLogits = discriminator.forward(shownReal, onReal);
            Tensor fakeLogits = discriminator.forward(shownFake, onFake);
            LossValue realLoss = settings.loss.onReal(realLogits, labelRandom, onReal);
            LossValue fakeLoss = settings.loss.onFake(fakeLogits, labelRandom, onFake);
            discriminator.backward(realLoss.gradient(), onReal, Wanted.PARAMETERS);
            discriminator.backward(fakeLoss.gradient(), onFake, Wanted.PARAMETERS);
            penalize(new GradientPenalty.Shown(shownReal, realLogits, onReal, shownFake, labelColumns()));
            Tensor total = backend.empty(Shape.of(1));
            backend.add(realLoss.value(), fakeLoss.value(), total);
            discriminatorGuard.mark(step, total);
            List<Reading> row = new ArrayList<>(List.of(
                    Reading.of(total),
                    Reading.of(judgement(realLogits, onReal)),
                    Reading.of(judgement(fakeLogits, onFake))));
            if (!settings.penalties.isEmpty()) {
                row.add(Reading.of(penalty));
            }
            if (diagnosed) {
                diagnosis.beforeDiscriminatorUpdate(real, fake, realLogits, fakeLogits, onReal);
            }
            optimizer.step(discriminator.parameters());
            if (diagnosed) {
                diagnosis.afterDiscriminatorUpdate();
            }
            return row;
        }
    }

    private void penalize(GradientPenalty.Shown shown) {
        discriminatorStepsDone++;
        Tensor total = null;
        for (GradientPenalty each : settings.penalties) {
            if (each.due(discriminatorStepsDone)) {
                Tensor value = each.add(discriminator, shown, workspace, penaltyRandom);
                if (total != null) {
                    backend.add(value, total, value);
                }
                total = value;
            }
        }
        penalty = total == null ? penalty : total;
    }

    private Tensor stepGenerator(Tensor fake, Pass generating, boolean diagnosed) {
        try (Pass judging = open()) {
            LossValue result = objective.evaluate(show(labelled(fake, judging), judging), this, judging);
            generator.backward(gradientForFakes(result.gradient(), fake, judging), generating, Wanted.PARAMETERS);
            judging.recycle(result.gradient());
            generatorGuard.mark(step, result.value());
            if (diagnosed) {
                diagnosis.beforeGeneratorUpdate(generating);
            }
            settings.generatorOptimizer.step(generator.parameters());
            if (diagnosed) {
                diagnosis.afterGeneratorUpdate();
            }
            return result.value();
        }
    }

    /** From the gradient for fakes as D is shown them. */
    private Tensor gradientForFakes(Tensor gradient, Tensor fake, Pass pass) {
        if (settings.augmentation != null) {
            Tensor own = settings.augmentation.backward(gradient, pass, Wanted.INPUT);
            pass.recycle(own);
            return own;
        }
        if (labels == null) {
            return gradient;
        }
        Tensor own = pass.scratch(fake.shape());
        int values = fake.size() / fake.axis(0);
        backend.copyColumns(gradient, 0, own.reshape(fake.axis(0), values), 0, values);
        return own;
    }

    private Tensor judgement(Tensor logits, Pass pass) {
        Tensor judged = logits;
        if (settings.loss.probabilities()) {
            judged = pass.scratch(logits.shape());
            backend.activate(new Activation(Activation.Kind.SIGMOID), logits, judged);
        }
        Tensor mean = backend.empty(Shape.of(1));
        backend.sum(judged, mean);
        backend.scale(mean, 1f / logits.size(), mean);
        return mean;
    }

    @Override
    public void read() {
        recorder.flush();
        discriminatorGuard.check();
        generatorGuard.check();
    }

    @Override
    public long step() {
        return step;
    }

    @Override
    public Sequential generator() {
        return generator;
    }

    @Override
    public Sequential discriminator() {
        return discriminator;
    }

    @Override
    public int labelColumns() {
        return labels == null ? 0 : labels.axis(1);
    }

    @Override
    public Pass open() {
        return Pass.training(workspace, dropout);
    }

    @Override
    public RandomStream random() {
        return stabiliserRandom;
    }
}
