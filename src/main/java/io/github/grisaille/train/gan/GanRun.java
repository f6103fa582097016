package io.github.grisaille.train.gan;

import io.github.grisaille.data.Batches;
import io.github.grisaille.data.Dataset;
import io.github.grisaille.loss.Outputs;
import io.github.grisaille.nn.Archive;
import io.github.grisaille.nn.OutputRange;
import io.github.grisaille.nn.Pass;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.optim.Optimizer;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.train.Fingerprint;
import io.github.grisaille.train.Latent;
import io.github.grisaille.train.RunSettings;
import io.github.grisaille.train.TrainingRun;
import java.util.ArrayList;
import java.util.List;

/** One run of a {@code GanTrainer}: it has the order of a step. */
final class GanRun extends TrainingRun implements Game {
    private static final String DISCRIMINATOR_LOSS = "discriminator loss";
    private static final String GENERATOR_LOSS = "generator loss";
    private static final String ON_REAL = "D(x)";
    private static final String ON_FAKES = "D(G(z))";
    private static final String PENALTY = "gradient penalty";

    private static final int LATENT = 1;
    private static final int DROPOUT = 2;
    private static final int LABELS = 3;
    private static final int STABILISERS = 4;
    private static final int PENALTIES = 5;

    private final GanSettings settings;
    private final RandomStream latentRandom = stream("latent", LATENT);
    private final RandomStream dropout = stream("dropout", DROPOUT);
    private final RandomStream labelRandom = stream("labels", LABELS);
    private final RandomStream stabiliserRandom = stream("stabilisers", STABILISERS);
    private final RandomStream penaltyRandom = stream("penalties", PENALTIES);
    private final RealBatches batches;
    private final Latent latent;
    private final DiscriminatorView view;
    private final DiscriminatorStep discriminatorStep;
    private final GeneratorObjective objective;
    private final GeneratorStep generatorStep;
    private final GanDiagnosis diagnosis;

    GanRun(RunSettings common, GanSettings settings, Dataset real, Dataset labels) {
        this(common, settings, real, labels, diagnosis(settings));
    }

    private GanRun(RunSettings common, GanSettings settings, Dataset real, Dataset labels, GanDiagnosis diagnosis) {
        super(common, settings.generator.backend(), series(settings, diagnosis));
        this.settings = settings;
        this.diagnosis = diagnosis;
        GanShapes shapes = new GanShapes(settings, real);
        Batches order = new Batches(real.size(), batch(), seed());
        batches = new RealBatches(real, labels, shapes.pack(batch()), order, backend());
        latent = settings.latent == null ? shapes.latent() : settings.latent;
        shapes.check(batch(), steps() * settings.discriminatorSteps, latent);
        remarkDoubts(real, labels);
        watch(settings.discriminator, "the discriminator's loss", Outputs.ANY);
        watch(settings.generator, "the generator's loss", Outputs.ANY);
        view = new DiscriminatorView(batches, settings.augmentation, settings.stabilisers);
        discriminatorStep = new DiscriminatorStep(
                settings,
                view,
                workspace(),
                new DiscriminatorStep.Streams(labelRandom, penaltyRandom),
                loss -> mark(settings.discriminator, loss));
        objective = settings.objective == null ? GeneratorObjective.adversarial(settings.loss) : settings.objective;
        generatorStep = new GeneratorStep(settings, objective, view, loss -> mark(settings.generator, loss));
        settings.stabilisers.forEach(stabiliser -> stabiliser.begin(this));
    }

    private static GanDiagnosis diagnosis(GanSettings settings) {
        return settings.diagnosedEvery == 0
                ? null
                : new GanDiagnosis(settings.generator, settings.discriminator, settings.loss.threshold());
    }

    private static List<String> series(GanSettings settings, GanDiagnosis diagnosis) {
        List<String> names = new ArrayList<>(List.of(DISCRIMINATOR_LOSS, GENERATOR_LOSS, ON_REAL, ON_FAKES));
        if (!settings.penalties.isEmpty()) {
            names.add(PENALTY);
        }
        if (diagnosis != null) {
            names.addAll(diagnosis.series());
        }
        return names;
    }

    /** Adds remarks on what can be trained, but is probably a mistake. */
    private void remarkDoubts(Dataset real, Dataset labels) {
        remarkUnreached(real, "real items", "the generator", settings.generator);
        OutputRange judged = settings.discriminator.outputRange();
        if (settings.loss.outputs() == Outputs.ANY && judged.bounded()) {
            remarkAtStart("the discriminator ends in " + judged.by() + ", whose outputs are " + judged
                    + ": least squares take them, but G's gradient vanishes where D is certain; in the paper, no activation"
                    + " follows D's last layer");
        }
        if (labels != null) {
            remarkUnread("the generator", settings.generator, "its fakes cannot follow them");
            remarkUnread("the discriminator", settings.discriminator, "G learns nothing about them");
        }
    }

    private void remarkUnread(String name, Sequential network, String effect) {
        if (network.classes() == 0) {
            remarkAtStart(
                    name + " reads no labels, so " + effect + ": use joinLabels(…) or another layer that reads them");
        }
    }

    @Override
    protected long stepsPerEpoch() {
        return Math.max(1, batches.perEpoch() / settings.discriminatorSteps);
    }

    @Override
    protected void takeStep(long number) {
        for (int i = 1; i < settings.discriminatorSteps; i++) {
            batches.next();
            stepDiscriminator(settings.discriminatorOptimizer);
        }
        batches.next();
        boolean diagnosed = diagnosis != null && (number - 1) % settings.diagnosedEvery == 0;
        GanDiagnosis now = diagnosed ? diagnosis : null;
        try (Pass generating = open()) {
            Tensor fake = generate(generating);
            record(discriminatorStep.take(batches.items(), fake, this, settings.discriminatorOptimizer, now));
            settings.stabilisers.forEach(stabiliser -> stabiliser.beforeGeneratorStep(this));
            record(GENERATOR_LOSS, generatorStep.take(fake, generating, this, now));
            settings.stabilisers.forEach(stabiliser -> stabiliser.afterGeneratorStep(this));
            if (diagnosis != null) {
                diagnosis.readings().forEach(this::record);
            }
            generating.recycle(fake);
        }
    }

    private void record(DiscriminatorStep.Judgement judgement) {
        record(DISCRIMINATOR_LOSS, judgement.loss());
        record(ON_REAL, judgement.onReal());
        record(ON_FAKES, judgement.onFakes());
        if (!settings.penalties.isEmpty()) {
            record(PENALTY, discriminatorStep.penalty());
        }
    }

    private Tensor generate(Pass pass) {
        Tensor z = latent.draw(batches.size(), latentRandom, backend());
        return settings.generator.forward(z, pass);
    }

    @Override
    public void stepDiscriminator(Optimizer optimizer) {
        try (Pass generating = open()) {
            Tensor fake = generate(generating);
            discriminatorStep.take(batches.items(), fake, this, optimizer, null);
            generating.recycle(fake);
        }
    }

    @Override
    protected void archiveTraining(Archive archive) {
        batches.archiveData(archive);
        archive.alike("loss", settings.loss.name(), 0);
        archive.same("penalties", settings.penalties);
        archive.same("augmentation", settings.augmentation == null ? "none" : Fingerprint.of(settings.augmentation));
        archive.alike("latent", latent, Fingerprint.TOLERANCE);
        archive.same("discriminator steps", settings.discriminatorSteps);
        archive.same("diagnosed every", settings.diagnosedEvery);
        archiveNetwork(archive, "generator", settings.generator);
        archiveNetwork(archive, "discriminator", settings.discriminator);
        Archive optimizers = archive.part("optimizers");
        settings.generatorOptimizer.archive(optimizers.part("generator"), settings.generator.state());
        settings.discriminatorOptimizer.archive(optimizers.part("discriminator"), settings.discriminator.state());
        batches.archivePlace(archive);
        discriminatorStep.archive(archive);
    }

    @Override
    protected void archiveParts(Archive archive) {
        archive.same("generator objective", settings.objective == null ? "the loss's" : Fingerprint.kind(objective));
        objective.archive(archive.part("objective"));
        archive.same("stabilisers", Fingerprint.kinds(settings.stabilisers));
        for (int i = 0; i < settings.stabilisers.size(); i++) {
            settings.stabilisers.get(i).archive(archive.part("stabilisers").part(String.valueOf(i)), this);
        }
        if (diagnosis != null) {
            diagnosis.archive(archive.part("diagnosis"), backend());
        }
    }

    @Override
    public long step() {
        return currentStep();
    }

    @Override
    public Sequential generator() {
        return settings.generator;
    }

    @Override
    public Sequential discriminator() {
        return settings.discriminator;
    }

    @Override
    public Pass open() {
        return Pass.training(workspace(), dropout).labels(batches.labels());
    }

    @Override
    public RandomStream random() {
        return stabiliserRandom;
    }

    @Override
    public Tensor showReal(Pass pass) {
        return view.ofReal(this, pass);
    }
}
