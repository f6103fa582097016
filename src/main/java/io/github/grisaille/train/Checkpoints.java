package io.github.grisaille.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.DoubleSupplier;

/**
 * The checkpoints of a training: their folder, when they are written, and how many are kept. If the folder holds checkpoints
 * of this training already, training goes on from the newest one. It then ends with the same bits as a training that was
 * never stopped:
 *
 * <pre>{@code
 * new GanTrainer(generator, discriminator)
 *         .checkpoints(Checkpoints.in(Path.of("run")).everySteps(500).keepLowest("FID", () -> metrics.fid(sample()).value()))
 *         .fit(faces)
 * }</pre>
 *
 * <p>A checkpoint is written after a number of steps or epochs (every epoch unless set), after the last step, and when
 * training is interrupted. It holds the networks, the state of the optimisers, of the random streams and of stabilisers,
 * and the history. It does not hold the data, or what callbacks collect.
 *
 * <p>The number of epochs or steps may be raised: then training goes on. All other settings have to be the same, or an error
 * lists the differences. A loss that is written as a function has no name, so it cannot be compared: keep it the same
 * yourself. Training can go on with another Java, processor or backend. Then its last bits can differ, and a remark in the
 * history says so.
 *
 * <p>Each checkpoint is two files ({@link Checkpoint}). They are written whole or not at all. If a file is damaged later, the
 * checkpoint before it is used, and a remark in the history says so.
 *
 * <p>A new checkpoint is written before old ones are deleted, so the disk needs room for one more than are kept. If the
 * folder can be read and not written, a finished training still returns its history.
 *
 * <p>The safetensors file names the tensors of a {@code GanTrainer} {@code generator.…} and {@code discriminator.…}, those of
 * a {@link VaeTrainer} {@code encoder.…} and {@code decoder.…}, and those of a {@link Trainer} {@code model.…}. A moving
 * average is {@code stabilisers.0.average.…}, where 0 is its place among the stabilisers. The state of the optimisers has the
 * names that PyTorch uses, such as {@code optimizers.generator.0.weight.exp_avg}.
 */
public final class Checkpoints {
    private static final int KEPT = 3;

    private final CheckpointFolder folder;
    private long steps;
    private long epochs;
    private int kept = KEPT;
    private String measure;
    private DoubleSupplier measurement;
    private boolean highest;

    private Checkpoints(Path folder) {
        this.folder = new CheckpointFolder(folder);
    }

    /**
     * Checkpoints in a folder. Training makes the folder if it is missing. Only one training can use it at a time.
     *
     * @throws IllegalArgumentException if the path is a file
     */
    public static Checkpoints in(Path folder) {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new IllegalArgumentException(
                    folder + " is a file, and checkpoints need a folder: choose another path");
        }
        return new Checkpoints(folder);
    }

    /** Writes a checkpoint each time this many steps are done. */
    public Checkpoints everySteps(long count) {
        steps = Arguments.positive("the number of steps between checkpoints", count);
        return this;
    }

    /** Writes a checkpoint each time this many epochs are done. */
    public Checkpoints everyEpochs(long count) {
        epochs = Arguments.positive("the number of epochs between checkpoints", count);
        return this;
    }

    /** How many of the newest checkpoints are kept; 3 unless set. With 2 or more, training can go on if one is damaged. */
    public Checkpoints keep(int count) {
        kept = Arguments.positive("the number of checkpoints kept", count);
        return this;
    }

    /**
     * Measures the networks when a checkpoint is written, and also keeps the checkpoint with the lowest value.
     *
     * @param name what is measured, such as {@code FID}
     * @param value measures the networks as they are now; it is not called when training is interrupted
     */
    public Checkpoints keepLowest(String name, DoubleSupplier value) {
        measure = name;
        measurement = value;
        highest = false;
        return this;
    }

    /** The same as {@link #keepLowest}, but keeps the checkpoint with the highest value. */
    public Checkpoints keepHighest(String name, DoubleSupplier value) {
        keepLowest(name, value);
        highest = true;
        return this;
    }

    /** The checkpoints in the folder, in the order of their steps, without those whose JSON file is damaged. */
    public List<Checkpoint> list() {
        return folder.list();
    }

    /** The newest checkpoint that is not damaged, if there is any. */
    public Optional<Checkpoint> newest() {
        List<Checkpoint> all = list();
        for (int i = all.size() - 1; i >= 0; i--) {
            if (whole(all.get(i))) {
                return Optional.of(all.get(i));
            }
        }
        return Optional.empty();
    }

    private static boolean whole(Checkpoint checkpoint) {
        try {
            checkpoint.tensors();
            return true;
        } catch (DamagedCheckpointException damaged) {
            return false;
        }
    }

    /**
     * The best of the checkpoints that were measured, if there is any.
     *
     * @throws IllegalStateException if neither {@link #keepLowest} nor {@link #keepHighest} was called
     */
    public Optional<Checkpoint> best() {
        if (measure == null) {
            throw new IllegalStateException(
                    "which checkpoint is best depends on what is measured: say keepLowest or keepHighest first");
        }
        return best(list());
    }

    Optional<Checkpoint> best(List<Checkpoint> among) {
        Comparator<Checkpoint> order = Comparator.comparingDouble(this::badness);
        return among.stream().filter(each -> !Double.isNaN(badness(each))).min(order);
    }

    /** Low for a good checkpoint; NaN if it was not measured, or measured by something else. */
    private double badness(Checkpoint checkpoint) {
        OptionalDouble measured = checkpoint.measured();
        if (measure == null
                || measured.isEmpty()
                || !measure.equals(checkpoint.manifest().judgement().measure())) {
            return Double.NaN;
        }
        return highest ? -measured.getAsDouble() : measured.getAsDouble();
    }

    CheckpointFolder folder() {
        return folder;
    }

    int kept() {
        return kept;
    }

    String measure() {
        return measure;
    }

    double measured() {
        return measurement.getAsDouble();
    }

    /** Whether a checkpoint is written after this step. */
    boolean due(long step, long stepsPerEpoch) {
        boolean unset = steps == 0 && epochs == 0;
        return steps > 0 && step % steps == 0
                || epochs > 0 && step % (epochs * stepsPerEpoch) == 0
                || unset && step % stepsPerEpoch == 0;
    }

    @Override
    public String toString() {
        return "checkpoints in " + folder.path() + ": steps " + folder.steps();
    }
}
