package io.github.grisaille.train;

import io.github.grisaille.data.Dataset;
import io.github.grisaille.loss.Outputs;
import io.github.grisaille.nn.Archive;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Workspace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One run of a training: its random streams, its history, its watch for NaN, and its part of a checkpoint. A subclass adds
 * the step itself. {@code TrainingSettings.run} drives the run from the first step to the last.
 *
 * <p>A step must not read values from the device. It records tensors by name with {@link #record}, and marks what is not
 * finite with {@link #mark}; both are read once in many steps.
 */
public abstract class TrainingRun {
    private final RunSettings settings;
    private final Workspace workspace;
    private final History history;
    private final Recorder recorder;
    private final Map<String, RandomStream> streams = new LinkedHashMap<>();
    private final List<FiniteGuard> guards = new ArrayList<>();
    private final List<String> remarksAtStart = new ArrayList<>();
    private long step;
    private Row row;

    /**
     * @param backend where the networks of this run are
     * @param series the names of all values that each step records
     */
    protected TrainingRun(RunSettings settings, Backend backend, List<String> series) {
        this.settings = settings;
        workspace = new Workspace(backend);
        history = new History(series.toArray(String[]::new));
        recorder = new Recorder(history);
    }

    /** The number of steps from the first to the last. */
    protected long steps() {
        return settings.steps() > 0 ? settings.steps() : settings.epochs() * stepsPerEpoch();
    }

    /** The number of steps in one pass through the data. */
    protected abstract long stepsPerEpoch();

    /**
     * Takes one step. It records one value for each series.
     *
     * @param number the number of this step, from 1
     */
    protected abstract void takeStep(long number);

    /**
     * Tells a checkpoint the data, the settings that have to stay the same, and everything that a step leaves for the next
     * one. The seed, the batch size, the series and the random streams are saved already.
     */
    protected abstract void archiveTraining(Archive archive);

    /** Tells a checkpoint about parts that a user adds to the training; there are none unless overridden. */
    protected void archiveParts(Archive archive) {}

    /** Called after the values of past steps were read from the device; does nothing unless overridden. */
    protected void afterReading() {}

    /** The batch size that was set. */
    protected final int batch() {
        return settings.batch();
    }

    /** The seed that was set. */
    protected final long seed() {
        return settings.seed();
    }

    /** Where the networks of this run are. */
    protected final Backend backend() {
        return workspace.backend();
    }

    /** The memory that passes of this run use again and again. */
    protected final Workspace workspace() {
        return workspace;
    }

    /** What this run has recorded so far. */
    protected final History history() {
        return history;
    }

    /** The number of the step that is being taken, or of the last one; 0 before the first. */
    protected final long currentStep() {
        return step;
    }

    /**
     * A random stream of this run. Checkpoints save its position.
     *
     * @param name its name in checkpoints
     * @param number tells it from the other streams of the same seed
     */
    protected final RandomStream stream(String name, int number) {
        RandomStream stream = new RandomStream(settings.seed(), number);
        if (streams.putIfAbsent(name, stream) != null) {
            throw new IllegalArgumentException(
                    "this run has a random stream \"" + name + "\" already: give each stream its own name");
        }
        return stream;
    }

    /**
     * Watches a network and its loss for NaN and infinity. The networks are looked at in the order of these calls.
     *
     * @param loss what messages call the loss, such as {@code the generator's loss}
     * @param outputs what the loss expects the network's outputs to be
     */
    protected final void watch(Sequential network, String loss, Outputs outputs) {
        guards.add(new FiniteGuard(network, loss, outputs));
    }

    /** Marks NaN and infinity in this step's loss and gradients. Call it after backward and before the optimiser's step. */
    protected final void mark(Sequential network, Tensor loss) {
        for (FiniteGuard guard : guards) {
            if (guard.watches(network)) {
                guard.mark(step, loss);
            }
        }
    }

    /**
     * Records a value of this step.
     *
     * @param series one of the names that this run was made with
     * @param value one value; it must stay as it is until it is read, so it cannot be in a pass's memory
     */
    protected final void record(String series, Tensor value) {
        row.with(series, value);
    }

    /** Records a value of this step that the host computes from tensors when it reads them. */
    protected final void record(String series, DeferredValue value) {
        row.with(series, value);
    }

    /** Puts a remark into the history at the first step; a run that goes on from a checkpoint has it already. */
    protected final void remarkAtStart(String remark) {
        remarksAtStart.add(remark);
    }

    /**
     * Adds a remark at the first step if the network ends in an activation that cannot give the values of the data. It looks
     * at no more than 1000 items.
     *
     * @param what what the remark calls the data, such as {@code real items}
     * @param name what the remark calls the network, such as {@code the generator}
     */
    protected final void remarkUnreached(Dataset data, String what, String name, Sequential network) {
        DataCheck.some(data).doubt(what, name, network).ifPresent(this::remarkAtStart);
    }

    /** Tells a checkpoint which data a network is trained on. */
    protected static void archiveData(Archive archive, String name, Dataset data) {
        archive.alike(name, Fingerprint.of(data), Fingerprint.TOLERANCE);
    }

    /** Tells a checkpoint a network's layers, and all its parameters and buffers. */
    protected static void archiveNetwork(Archive archive, String name, Sequential network) {
        archive.same(name, Fingerprint.of(network));
        archive.part(name).states(network.state());
    }

    /** Takes one step and keeps its row. */
    final void advance(long number) {
        remarksAtStart.stream()
                .filter(remark -> !history.remarks().contains(remark))
                .forEach(history::remark);
        remarksAtStart.clear();
        step = number;
        row = new Row(number);
        takeStep(number);
        recorder.add(row);
    }

    /** Brings the history and the guards up to date. */
    final void read() {
        recorder.flush();
        guards.forEach(FiniteGuard::check);
        afterReading();
    }

    /** Tells a checkpoint everything that later steps depend on. */
    final void archive(Archive archive) {
        archive.same("training", settings.training());
        archive.same("seed", settings.seed());
        archive.same("batch", settings.batch());
        archive.same("series", history.series());
        archiveTraining(archive);
        Archive random = archive.part("random");
        streams.forEach(random::random);
        archiveParts(archive);
    }
}
