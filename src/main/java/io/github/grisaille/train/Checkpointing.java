package io.github.grisaille.train;

import io.github.grisaille.io.AtomicFile;
import io.github.grisaille.io.FileTrouble;
import io.github.grisaille.io.SafeTensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
     * Restores the newest whole checkpoint. A folder that cannot be written is read; that is enough for a run that is done.
     *
     * @throws UncheckedIOException if the folder cannot be written, and the run has steps left
     * @return the number of steps done; 0 if the folder holds no checkpoint
     * @throws IllegalArgumentException if it is another training's, of a newer version, or if all are damaged
     */
    long resume() {
        if (Files.isWritable(settings.folder())) {
            deleteLeftOvers();
            return resumeFromNewest();
        }
        long done = resumeFromNewest();
        if (done < run.steps() || callbacksOwed) {
            throw unwritable(done);
        }
        return done;
    }

    private UncheckedIOException unwritable(long done) {
        IOException failed = new AccessDeniedException(settings.folder().toString());
        String trouble =
                FileTrouble.writing(settings.manifestFile(run.steps()), failed).getMessage();
        return new UncheckedIOException(
                trouble + "; this run has " + run.steps() + " steps, and what the folder holds goes to step " + done
                        + ": copy it to where it can be written to train on, or load its networks with"
                        + " Checkpoints.newest()",
                failed);
    }

    private long resumeFromNewest() {
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
        Set<String> unknown =
                RestoringArchive.restore(manifest, tensors, checkpoint.file().toString(), run::archive);
        run.history().restore(manifest.history());
        if (!unknown.isEmpty()) {
            run.history()
                    .remark(checkpoint.file()
                            + " is of an older version of grisaille, and whether these are what they were"
                            + " could not be compared: " + String.join(", ", unknown));
        }
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
        String measure = judged ? settings.measure() : null;
        double measured = judged ? settings.measured() : Double.NaN;
        SafeTensors tensors = archive.tensors();
        MessageDigest digest = Fingerprint.sha256();
        try (AtomicFile weights = AtomicFile.prepare(
                settings.tensorsFile(step),
                tensors.bytes(),
                out -> tensors.write(new DigestOutputStream(out, digest)))) {
            byte[] manifest = new Manifest(
                            step,
                            step / run.stepsPerEpoch(),
                            called,
                            measure,
                            measured,
                            madeBy(),
                            archive.settings(),
                            archive.numbers(),
                            run.history(),
                            new Manifest.Tensors(weights.length(), Fingerprint.hex(digest)))
                    .toBytes();
            try (AtomicFile head =
                    AtomicFile.prepare(settings.manifestFile(step), manifest.length, out -> out.write(manifest))) {
                weights.commit();
                head.commit();
            }
        } catch (UncheckedIOException failed) {
            throw new UncheckedIOException(
                    failed.getMessage() + ". The checkpoints before it are as they were: "
                            + (settings.kept() > 1
                                    ? "mend this and run again, or keep fewer of them with keep(1)"
                                    : "mend this and run again"),
                    failed.getCause());
        }
        written = step;
        prune(step);
    }

    /**
     * Deletes what is neither among the newest nor the best, and tensors whose JSON file is missing, since a process died
     * between the two. Later ones, of a run that was taken up before them, stay.
     */
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
        settings.orphans().stream().filter(each -> each < step).forEach(each -> delete(settings.tensorsFile(each)));
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
