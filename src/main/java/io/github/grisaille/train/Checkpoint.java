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
 * One checkpoint on the disk. It is two files: {@code step-00000500.safetensors} holds all tensors, and {@code
 * step-00000500.json} everything else. The JSON file is written last, and holds the length and the digest of the other.
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
     * @throws DamagedCheckpointException if the file was damaged after it was written
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

    /** The number of steps that were done when it was written. */
    public long step() {
        return manifest.step();
    }

    /** The value that {@link Checkpoints#keepLowest} or keepHighest measured, if there is one. */
    public OptionalDouble measured() {
        return manifest.judgement().measure() == null
                ? OptionalDouble.empty()
                : OptionalDouble.of(manifest.judgement().value());
    }

    /** What the training had recorded when it was written. */
    public History history() {
        return manifest.history();
    }

    /**
     * All its tensors; {@link SafeTensors#part} gives those of one network.
     *
     * @throws IllegalArgumentException if their file is cut off or changed, or belongs to another JSON file
     */
    public SafeTensors tensors() {
        MessageDigest digest = Sha256.digest();
        long wanted = manifest.tensors().bytes();
        try (InputStream stream =
                new DigestInputStream(new BufferedInputStream(Files.newInputStream(tensors)), digest)) {
            long bytes = Files.size(tensors);
            if (bytes != wanted) {
                throw new DamagedCheckpointException(tensors + " has " + bytes + " bytes; wanted: " + wanted
                        + ": it is cut off, or belongs to another checkpoint");
            }
            SafeTensors read = SafeTensors.read(stream, bytes, tensors.toString());
            if (!Sha256.hex(digest).equals(manifest.tensors().sha256())) {
                throw new DamagedCheckpointException(
                        tensors + " was changed: it does not have the digest that was written");
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
     * Overwrites a network's parameters and buffers with those of one part.
     *
     * @param part the name of the part, such as {@code generator}
     * @throws IllegalArgumentException if there is no such part, or if it belongs to another architecture
     */
    public void load(String part, Sequential network) {
        Weights.load(network, tensors().part(part));
    }

    @Override
    public String toString() {
        return file + ", step " + step()
                + (manifest.judgement().measure() == null
                        ? ""
                        : ", " + manifest.judgement().measure() + " "
                                + manifest.judgement().value());
    }
}
