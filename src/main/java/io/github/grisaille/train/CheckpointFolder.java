package io.github.grisaille.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The files in a folder of checkpoints: their names, which of them are there, and how they are deleted. */
final class CheckpointFolder {
    private static final Pattern MANIFEST = Pattern.compile("step-(\\d{8,18})\\.json");
    private static final Pattern TENSORS = Pattern.compile("step-(\\d{8,18})\\.safetensors");
    private static final String LEFT_OVER = ".step-*.part";

    private final Path path;

    CheckpointFolder(Path path) {
        this.path = path;
    }

    Path path() {
        return path;
    }

    boolean writable() {
        return Files.isWritable(path);
    }

    /** The JSON file of a step. */
    Path manifestFile(long step) {
        return path.resolve(name(step) + ".json");
    }

    /** The safetensors file of a step. */
    Path tensorsFile(long step) {
        return path.resolve(name(step) + ".safetensors");
    }

    private static String name(long step) {
        return String.format(Locale.ROOT, "step-%08d", step);
    }

    /** The steps of all checkpoints in the folder, damaged ones too, in order. */
    List<Long> steps() {
        return steps(MANIFEST);
    }

    private List<Long> steps(Pattern pattern) {
        if (!Files.isDirectory(path)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(path)) {
            return files.map(file -> pattern.matcher(file.getFileName().toString()))
                    .filter(Matcher::matches)
                    .map(name -> Long.valueOf(name.group(1)))
                    .sorted()
                    .toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(path + " could not be read: " + failed, failed);
        }
    }

    /**
     * Reads the JSON half of a checkpoint.
     *
     * @throws DamagedCheckpointException if the file is not as it was written
     */
    Checkpoint read(long step) {
        return Checkpoint.read(manifestFile(step), tensorsFile(step));
    }

    /** The checkpoints in the order of their steps, without those whose JSON file is damaged. */
    List<Checkpoint> list() {
        List<Checkpoint> checkpoints = new ArrayList<>();
        for (long step : steps()) {
            try {
                checkpoints.add(read(step));
            } catch (DamagedCheckpointException skipped) {
                continue;
            }
        }
        return checkpoints;
    }

    /** Deletes both files of a step. */
    void delete(long step) {
        delete(manifestFile(step));
        delete(tensorsFile(step));
    }

    /** Deletes the tensors of earlier steps that have no JSON file: a process died between the two. */
    void deleteOrphansBefore(long step) {
        List<Long> orphans = new ArrayList<>(steps(TENSORS));
        orphans.removeAll(steps());
        orphans.stream().filter(each -> each < step).forEach(each -> delete(tensorsFile(each)));
    }

    /** Deletes the parts of files that a process was writing when it died. */
    void deleteLeftOvers() {
        try (DirectoryStream<Path> parts = Files.newDirectoryStream(path, LEFT_OVER)) {
            parts.forEach(CheckpointFolder::delete);
        } catch (IOException failed) {
            throw new UncheckedIOException(path + " could not be read: " + failed, failed);
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
