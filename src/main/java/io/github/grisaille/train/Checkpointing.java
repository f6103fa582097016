package io.github.grisaille.train;

import io.github.grisaille.data.AtomicFile;
import io.github.grisaille.data.SafeTensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The checkpoints of one run: takes up an earlier run where it stopped, and writes down this one. */
final class Checkpointing {
    private static final String LEFT_OVER = ".step-*.part";

    private final Checkpoints settings;
    private final TrainingLoop.Run run;
    private long written = -1;
    private boolean callbacksOwed;

    Checkpointing(Checkpoints settings, TrainingLoop.Run run) {
        this.settings = settings;
        this.run = run;
    }

    /**
     * Restores the newest whole checkpoint.
     *
     * @return the number of steps done; 0 if the folder holds no checkpoint
     * @throws IllegalArgumentException if it is another training's, of a newer version, or if all are damaged
     */
    long resume() {
        deleteLeftOvers();
        List<Long> steps = settings.stepsThere();
        List<String> damaged = new ArrayList<>();
        for (int i = steps.size() - 1; i >= 0; i--) {
            try {
                Checkpoint checkpoint = settings.read(steps.get(i));
                restore(checkpoint, checkpoint.tensors());
                damaged.forEach(text -> run.history()
                        .remark(text + "; resumed from the checkpoint before it, step " + checkpoint.step()));
                return checkpoint.step();
            } catch (DamagedCheckpointException broken) {
                damaged.add(broken.getMessage());
            }
        }
        if (!damaged.isEmpty()) {
            throw new IllegalArgumentException("no checkpoint in " + settings.folder() + " is whole: "
                    + String.join("; ", damaged) + ". Put a copy in its place, or start anew in another folder");
        }
        return 0;
    }

    private void restore(Checkpoint checkpoint, SafeTensors tensors) {
        Manifest manifest = checkpoint.manifest();
        if (manifest.step() > run.steps()) {
            throw new IllegalArgumentException(checkpoint.file() + " is of step " + manifest.step()
                    + ", and this training ends at step " + run.steps()
                    + ": train for longer, or keep checkpoints in another folder");
        }
        RestoringArchive.restore(manifest, tensors, checkpoint.file().toString(), run::archive);
        run.history().restore(manifest.history());
        if (!manifest.madeBy().equals(madeBy())) {
            run.history()
                    .remark("this run went on at step " + manifest.step() + " from a checkpoint made by "
                            + manifest.madeBy() + "; by " + madeBy()
                            + " the last bits can differ from those of a run that was not stopped");
        }
        callbacksOwed = !manifest.called();
        written = manifest.called() ? manifest.step() : -1;
    }

    /** What decides the last bits besides the seed; the number of threads does not. */
    private Map<String, String> madeBy() {
        Map<String, String> madeBy = new LinkedHashMap<>();
        madeBy.put("Java", String.valueOf(Runtime.version().feature()));
        madeBy.put("architecture", System.getProperty("os.arch"));
        madeBy.put("backend", run.backend().name().replaceAll("\\d+ threads?, ", ""));
        return madeBy;
    }

    /** Whether the run stopped between the step that was restored and its callbacks. */
    boolean callbacksOwed() {
        return callbacksOwed;
    }

    /** Writes a checkpoint after a step and its callbacks, if one is due. */
    void afterCallbacks(long step) {
        if (step != written && (step == run.steps() || settings.due(step, run.stepsPerEpoch()))) {
            run.read();
            write(step, true);
        }
    }

    /**
     * Writes a checkpoint after a step whose callbacks are not called, since training is interrupted.
     *
     * @return what to tell about it
     */
    String atInterrupt(long step) {
        write(step, false);
        return settings.manifestFile(step) + " has all that is needed to go on: run it again";
    }

    private void write(long step, boolean called) {
        SavingArchive archive = new SavingArchive();
        run.archive(archive);
        boolean judged = called && settings.measure() != null;
        Manifest manifest = new Manifest(
                step,
                step / run.stepsPerEpoch(),
                called,
                judged ? settings.measure() : null,
                judged ? settings.measured() : Double.NaN,
                madeBy(),
                archive.settings(),
                archive.numbers(),
                run.history(),
                writeTensors(archive.tensors(), settings.tensorsFile(step)));
        AtomicFile.write(settings.manifestFile(step), manifest.toBytes());
        written = step;
        prune(step);
    }

    private static Manifest.Tensors writeTensors(SafeTensors tensors, Path file) {
        MessageDigest digest = Fingerprint.sha256();
        AtomicFile.write(file, out -> tensors.write(new DigestOutputStream(out, digest)));
        try {
            return new Manifest.Tensors(Files.size(file), Fingerprint.hex(digest));
        } catch (IOException failed) {
            throw new UncheckedIOException(file + " was written and cannot be found: " + failed, failed);
        }
    }

    /** Deletes what is neither among the newest nor the best. Later ones, of a run that was taken up before them, stay. */
    private void prune(long step) {
        List<Checkpoint> sofar =
                settings.list().stream().filter(each -> each.step() <= step).toList();
        Checkpoint best = settings.best(sofar).orElse(null);
        for (Checkpoint each : sofar.subList(0, Math.max(0, sofar.size() - settings.kept()))) {
            if (each != best) {
                delete(settings.manifestFile(each.step()));
                delete(settings.tensorsFile(each.step()));
            }
        }
    }

    /** Parts of files that a process was writing when it died. */
    private void deleteLeftOvers() {
        try (DirectoryStream<Path> parts = Files.newDirectoryStream(settings.folder(), LEFT_OVER)) {
            parts.forEach(Checkpointing::delete);
        } catch (IOException failed) {
            throw new UncheckedIOException(settings.folder() + " could not be read: " + failed, failed);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException failed) {
            throw new UncheckedIOException(file + " could not be deleted: " + failed, failed);
        }
    }
}
