package io.github.grisaille.train;

import io.github.grisaille.io.AtomicFile;
import io.github.grisaille.io.FileTrouble;
import io.github.grisaille.io.SafeTensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Keeps the checkpoints of one run: it restores the newest one before the first step, writes new ones after steps, and
 * deletes old ones.
 */
final class CheckpointKeeper {
    private final Checkpoints settings;
    private final CheckpointFolder folder;
    private final TrainingRun run;
    private long written = -1;
    private boolean callbacksOwed;

    CheckpointKeeper(Checkpoints settings, TrainingRun run) {
        this.settings = settings;
        this.folder = settings.folder();
        this.run = run;
    }

    /**
     * Restores the newest checkpoint that is whole. A finished run needs only to read the folder.
     *
     * @return the number of steps done; 0 if the folder holds no checkpoint
     * @throws UncheckedIOException if the folder cannot be written, and the run has steps left
     * @throws IllegalArgumentException if the checkpoint belongs to another training, if a newer version wrote it, or if all
     *     are damaged
     */
    long resume() {
        if (folder.writable()) {
            folder.deleteLeftOvers();
            return resumeFromNewest();
        }
        long done = resumeFromNewest();
        if (done < run.steps() || callbacksOwed) {
            throw unwritable(done);
        }
        return done;
    }

    private UncheckedIOException unwritable(long done) {
        IOException failed = new AccessDeniedException(folder.path().toString());
        String trouble =
                FileTrouble.writing(folder.manifestFile(run.steps()), failed).getMessage();
        return new UncheckedIOException(
                trouble + "; this run has " + run.steps() + " steps, and the checkpoints in the folder end at step "
                        + done
                        + ": copy the folder to a place that can be written and train on there, or load the networks"
                        + " with Checkpoints.newest()",
                failed);
    }

    private long resumeFromNewest() {
        List<Long> steps = folder.steps();
        List<String> damaged = new ArrayList<>();
        for (int i = steps.size() - 1; i >= 0; i--) {
            try {
                Checkpoint checkpoint = folder.read(steps.get(i));
                restore(checkpoint, checkpoint.tensors());
                damaged.forEach(text -> run.history()
                        .remark(text + "; resumed from the checkpoint before it, step " + checkpoint.step()));
                return checkpoint.step();
            } catch (DamagedCheckpointException broken) {
                damaged.add(broken.getMessage());
            }
        }
        if (!damaged.isEmpty()) {
            throw new IllegalArgumentException(
                    "no checkpoint in " + folder.path() + " is whole: " + String.join("; ", damaged)
                            + ". Put an undamaged copy in its place, or start again in another folder");
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
                            + " was written by an older version of grisaille, and these settings"
                            + " could not be compared: " + String.join(", ", unknown));
        }
        if (!manifest.madeBy().equals(madeBy())) {
            run.history()
                    .remark("this run went on at step " + manifest.step() + " from a checkpoint made by "
                            + manifest.madeBy() + "; here it is " + madeBy()
                            + ", so the last bits can differ from those of a run that was not stopped");
        }
        callbacksOwed = !manifest.place().called();
        written = manifest.place().called() ? manifest.step() : -1;
    }

    /** What the last bits depend on, besides the seed. They do not depend on the number of threads. */
    private Map<String, String> madeBy() {
        Map<String, String> madeBy = new LinkedHashMap<>();
        madeBy.put("Java", String.valueOf(Runtime.version().feature()));
        madeBy.put("architecture", System.getProperty("os.arch"));
        madeBy.put("backend", run.backend().name().replaceAll("\\d+ threads?, ", ""));
        return madeBy;
    }

    /** Whether the run stopped after the restored step and before its callbacks. */
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
     * Writes a checkpoint after a step whose callbacks are not called, because training is interrupted.
     *
     * @return what to tell the user about it
     */
    String atInterrupt(long step) {
        write(step, false);
        return folder.manifestFile(step) + " has all that is needed to go on: run it again";
    }

    private void write(long step, boolean called) {
        SavingArchive archive = new SavingArchive();
        run.archive(archive);
        boolean judged = called && settings.measure() != null;
        Manifest.Judgement judgement =
                judged ? new Manifest.Judgement(settings.measure(), settings.measured()) : Manifest.Judgement.NONE;
        SafeTensors tensors = archive.tensors();
        MessageDigest digest = Sha256.digest();
        try (AtomicFile weights = AtomicFile.prepare(
                folder.tensorsFile(step), tensors.bytes(), out -> tensors.write(new DigestOutputStream(out, digest)))) {
            byte[] manifest = new Manifest(
                            new Manifest.Place(step, step / run.stepsPerEpoch(), called),
                            judgement,
                            madeBy(),
                            archive.settings(),
                            archive.numbers(),
                            run.history(),
                            new Manifest.Tensors(weights.length(), Sha256.hex(digest)))
                    .toBytes();
            try (AtomicFile head =
                    AtomicFile.prepare(folder.manifestFile(step), manifest.length, out -> out.write(manifest))) {
                weights.commit();
                head.commit();
            }
        } catch (UncheckedIOException failed) {
            throw new UncheckedIOException(
                    failed.getMessage() + ". The earlier checkpoints are unchanged: "
                            + (settings.kept() > 1
                                    ? "remove the cause and run again, or keep fewer of them with keep(1)"
                                    : "remove the cause and run again"),
                    failed.getCause());
        }
        written = step;
        prune(step);
    }

    /**
     * Deletes all but the newest checkpoints and the best one. Checkpoints of later steps stay: they are of a run that began
     * again before them.
     */
    private void prune(long step) {
        List<Checkpoint> sofar =
                folder.list().stream().filter(each -> each.step() <= step).toList();
        Checkpoint best = settings.best(sofar).orElse(null);
        for (Checkpoint each : sofar.subList(0, Math.max(0, sofar.size() - settings.kept()))) {
            if (each != best) {
                folder.delete(each.step());
            }
        }
        folder.deleteOrphansBefore(step);
    }
}
