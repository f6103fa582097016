package io.github.grisaille.train;

import io.github.grisaille.io.SafeTensors;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.nn.Weights;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.OptionalDouble;

/**
 * One checkpoint on the disk: {@code step-00000500.json} and, with all tensors, {@code step-00000500.safetensors}. The
 * JSON file is written last and knows the other's length and digest.
 */
public final class Checkpoint {
    private final Path file;
    private final Path tensors;
    private final Manifest manifest;

    private Checkpoint(Path file, Path tensors, Manifest manifest) {
        this.file = file;
        this.tensors = tensors;
        this.manifest = manifest;
    }

    /**
     * Reads the JSON half.
     *
     * @throws DamagedCheckpointException if it is not as it was written
     * @throws IllegalArgumentException if a newer version of this library wrote it
     */
    static Checkpoint read(Path file, Path tensors) {
        try {
            return new Checkpoint(file, tensors, Manifest.parse(Files.readAllBytes(file), file.toString()));
        } catch (NoSuchFileException missing) {
            throw new DamagedCheckpointException(file + " is missing", missing);
        } catch (IOException failed) {
            throw new DamagedCheckpointException(file + " could not be read: " + failed, failed);
        }
    }

    Manifest manifest() {
        return manifest;
    }

    /** The JSON file. */
    public Path file() {
        return file;
    }

    /** The number of steps that were done. */
    public long step() {
        return manifest.step();
    }

    /** What it was judged by, if it was judged: the value of {@link Checkpoints#keepLowest} or keepHighest. */
    public OptionalDouble measured() {
        return manifest.measure() == null ? OptionalDouble.empty() : OptionalDouble.of(manifest.measured());
    }

    /** What the training had recorded by then. */
    public History history() {
        return manifest.history();
    }

    /**
     * All its tensors; {@link SafeTensors#part} takes one network's out.
     *
     * @throws IllegalArgumentException if their file is cut off, changed, or not the one that was written with the JSON file
     */
    public SafeTensors tensors() {
        MessageDigest digest = Sha256.digest();
        long wanted = manifest.tensors().bytes();
        try (InputStream stream =
                new DigestInputStream(new BufferedInputStream(Files.newInputStream(tensors)), digest)) {
            long bytes = Files.size(tensors);
            if (bytes != wanted) {
                throw new DamagedCheckpointException(tensors + " has " + bytes + " bytes, and " + wanted
                        + " were written: it is cut off or another's");
            }
            SafeTensors read = SafeTensors.read(stream, bytes, tensors.toString());
            if (!Sha256.hex(digest).equals(manifest.tensors().sha256())) {
                throw new DamagedCheckpointException(
                        tensors + " was changed: its digest is not that of what was written");
            }
            return read;
        } catch (NoSuchFileException missing) {
            throw new DamagedCheckpointException(tensors + " is missing", missing);
        } catch (IOException failed) {
            throw new DamagedCheckpointException(tensors + " could not be read: " + failed, failed);
        } catch (DamagedCheckpointException damaged) {
            throw damaged;
        } catch (IllegalArgumentException broken) {
            throw new DamagedCheckpointException(broken.getMessage(), broken);
        }
    }

    /**
     * Overwrites a network's parameters and buffers by those of one part, such as {@code generator}.
     *
     * @throws IllegalArgumentException if there is no such part, or it is of another architecture
     */
    public void load(String part, Sequential network) {
        Weights.load(network, tensors().part(part));
    }

    @Override
    public String toString() {
        return file + ", step " + step()
                + (manifest.measure() == null ? "" : ", " + manifest.measure() + " " + manifest.measured());
    }
}
