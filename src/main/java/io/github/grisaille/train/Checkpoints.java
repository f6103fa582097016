package io.github.grisaille.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.DoubleSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where a training keeps checkpoints, and how many. A training that is given a folder with checkpoints goes on from the
 * newest one, and then ends with the same bits as one that was never stopped:
 *
 * <pre>{@code
 * new GanTrainer(generator, discriminator)
 *         .checkpoints(Checkpoints.in(Path.of("run")).everySteps(500).keepLowest("FID", () -> metrics.fid(sample()).value()))
 *         .fit(faces)
 * }</pre>
 *
 * <p>A checkpoint is written after the steps or epochs that are set (every epoch unless set), after the last step, and
 * when training is interrupted. It holds the networks, the optimisers' memory, where each random stream stands, what
 * stabilisers remember, and the history; the data, and what callbacks gather, are the caller's. The number of epochs or
 * steps may be raised, which trains on; everything else has to be as it was, or an error lists the differences. A loss that
 * is written as a function has no name, and cannot be told from another: it is the caller's to keep. A run goes on with
 * another Java, processor or backend too; then its last bits can differ, and the history's remarks say so.
 *
 * <p>Each checkpoint is two files ({@link Checkpoint}), which are written whole or not at all. What is damaged later is
 * noticed: the one before it is taken, and the history's remarks say so.
 *
 * <p>A new checkpoint is written before old ones are deleted, so the disk needs room for one more than are kept. A folder
 * that cannot be written can be read, and a training that is done there returns what it had.
 *
 * <p>The safetensors file names a {@link GanTrainer}'s tensors {@code generator.…} and {@code discriminator.…}, a {@link
 * VaeTrainer}'s {@code encoder.…} and {@code decoder.…}, a {@link Trainer}'s {@code model.…}; a moving average is {@code
 * stabilisers.0.average.…}, by its place among the stabilisers. The optimisers' memory is named as in PyTorch, such as
 * {@code optimizers.generator.0.weight.exp_avg}.
 */
public final class Checkpoints {
    private static final int KEPT = 3;
    private static final Pattern NAME = Pattern.compile("step-(\\d{8,18})\\.json");
    private static final Pattern TENSORS_NAME = Pattern.compile("step-(\\d{8,18})\\.safetensors");

    private final Path folder;
    private long steps;
    private long epochs;
    private int kept = KEPT;
    private String measure;
    private DoubleSupplier measurement;
    private boolean highest;

    private Checkpoints(Path folder) {
        this.folder = folder;
    }

    /** Checkpoints in a folder, which is made where it is missing. One training uses it at a time. */
    public static Checkpoints in(Path folder) {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new IllegalArgumentException(folder + " is a file, and checkpoints need a folder: name another");
        }
        return new Checkpoints(folder);
    }

    /** Writes one after every so many steps. */
    public Checkpoints everySteps(long count) {
        steps = Arguments.positive("the number of steps between checkpoints", count);
        return this;
    }

    /** Writes one after every so many epochs. */
    public Checkpoints everyEpochs(long count) {
        epochs = Arguments.positive("the number of epochs between checkpoints", count);
        return this;
    }

    /** How many of the newest are kept; 3 unless set. With more than one, there is another if one is damaged. */
    public Checkpoints keep(int count) {
        kept = Arguments.positive("the number of checkpoints kept", count);
        return this;
    }

    /**
     * Judges each checkpoint when it is written, and also keeps the one with the lowest value.
     *
     * @param name what is measured, such as {@code FID}
     * @param value measures the networks as they are; it is not called when training is interrupted
     */
    public Checkpoints keepLowest(String name, DoubleSupplier value) {
        measure = name;
        measurement = value;
        highest = false;
        return this;
    }

    /** The same, and keeps the one with the highest value. */
    public Checkpoints keepHighest(String name, DoubleSupplier value) {
        keepLowest(name, value);
        highest = true;
        return this;
    }

    /** The checkpoints that are there, in the order of their steps; those whose JSON file is damaged are left out. */
    public List<Checkpoint> list() {
        List<Checkpoint> checkpoints = new ArrayList<>();
        for (long step : stepsThere()) {
            try {
                checkpoints.add(read(step));
            } catch (DamagedCheckpointException skipped) {
                continue;
            }
        }
        return checkpoints;
    }

    /** The newest checkpoint that is whole, if there is any. */
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

    /** The best of those that were judged, if there is any; call {@link #keepLowest} or keepHighest first. */
    public Optional<Checkpoint> best() {
        if (measure == null) {
            throw new IllegalStateException(
                    "which checkpoint is best depends on what is measured: say keepLowest or" + " keepHighest first");
        }
        return best(list());
    }

    Optional<Checkpoint> best(List<Checkpoint> among) {
        Comparator<Checkpoint> order = Comparator.comparingDouble(this::badness);
        return among.stream().filter(each -> !Double.isNaN(badness(each))).min(order);
    }

    /** Low for a good one, NaN for one that was not judged by this measure. */
    private double badness(Checkpoint checkpoint) {
        OptionalDouble measured = checkpoint.measured();
        if (measure == null
                || measured.isEmpty()
                || !measure.equals(checkpoint.manifest().measure())) {
            return Double.NaN;
        }
        return highest ? -measured.getAsDouble() : measured.getAsDouble();
    }

    Path folder() {
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

    boolean due(long step, long stepsPerEpoch) {
        boolean unset = steps == 0 && epochs == 0;
        return steps > 0 && step % steps == 0
                || epochs > 0 && step % (epochs * stepsPerEpoch) == 0
                || unset && step % stepsPerEpoch == 0;
    }

    /** The steps of all checkpoints that are there, whole or not, in order. */
    List<Long> stepsThere() {
        return steps(NAME);
    }

    /** The steps of tensors without their JSON file, in order. */
    List<Long> orphans() {
        List<Long> orphans = new ArrayList<>(steps(TENSORS_NAME));
        orphans.removeAll(stepsThere());
        return orphans;
    }

    private List<Long> steps(Pattern pattern) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> pattern.matcher(file.getFileName().toString()))
                    .filter(Matcher::matches)
                    .map(name -> Long.valueOf(name.group(1)))
                    .sorted()
                    .toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(folder + " could not be read: " + failed, failed);
        }
    }

    Checkpoint read(long step) {
        return Checkpoint.read(manifestFile(step), tensorsFile(step));
    }

    Path manifestFile(long step) {
        return folder.resolve(name(step) + ".json");
    }

    Path tensorsFile(long step) {
        return folder.resolve(name(step) + ".safetensors");
    }

    private static String name(long step) {
        return String.format(Locale.ROOT, "step-%08d", step);
    }

    @Override
    public String toString() {
        return "checkpoints in " + folder + ": steps " + stepsThere();
    }
}
