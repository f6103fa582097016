package io.github.grisaille.io;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Named tensors, read from or written to a file in the safetensors format: the length of a head as a little-endian
 * 64-bit number, the head (JSON: for each name the type, the shape and where its bytes lie, and {@code __metadata__} of
 * strings), then the values, little-endian and row-major. The Python package {@code safetensors} reads what is written
 * here, and the other way round.
 *
 * <p>Written is float32. Read are float32 as it is, and float16 and bfloat16 widened to it, which loses nothing. A file
 * may hold tensors of other types, also of newer ones than are known here; only asking for their values is an error. A reader takes no more memory for values
 * than the file is long (twice that for 16-bit types), whatever the head claims.
 */
public final class SafeTensors {
    /** One tensor; without values if they are of a type that is not read here. */
    record Named(String type, int[] shape, float[] values) {}

    private static final int CHUNK = 1 << 14;

    private final String source;
    private final Map<String, Named> tensors;
    private final Map<String, String> metadata;

    /** No tensors yet. */
    public SafeTensors() {
        this("the tensors", new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    SafeTensors(String source, Map<String, Named> tensors, Map<String, String> metadata) {
        this.source = source;
        this.tensors = tensors;
        this.metadata = metadata;
    }

    /**
     * Reads a file.
     *
     * @throws IllegalArgumentException if there is none, or it is not one of this format, cut off or damaged
     */
    public static SafeTensors read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(file + " is not a file: give the path of a file in safetensors format");
        }
        try (InputStream stream = Files.newInputStream(file)) {
            return read(stream, Files.size(file), file.toString());
        } catch (IOException failed) {
            throw new UncheckedIOException(file + " could not be read: " + failed, failed);
        }
    }

    /**
     * Reads what follows in a stream, to its end.
     *
     * @param bytes how many bytes follow
     * @param source what messages call it
     * @throws IllegalArgumentException if it is not of this format, cut off or damaged
     */
    public static SafeTensors read(InputStream stream, long bytes, String source) throws IOException {
        return new SafeTensorsReader(stream, bytes, source).read();
    }

    /**
     * Reads a file that stands beside a class in its jar.
     *
     * @throws IllegalArgumentException if it is not one of this format, cut off or damaged
     */
    public static SafeTensors resource(Class<?> beside, String name) {
        try (InputStream stream = beside.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException(name + " is missing from grisaille's jar: build it again");
            }
            byte[] bytes = stream.readAllBytes();
            return new SafeTensorsReader(bytes, name).read();
        } catch (IOException failed) {
            throw new UncheckedIOException(name + " could not be read: " + failed, failed);
        }
    }

    /** Adds a copy of a tensor's values under a name that is not there yet. */
    public SafeTensors put(String name, Tensor tensor) {
        if (name.equals(SafeTensorsHead.METADATA)) {
            throw new IllegalArgumentException(
                    "the format keeps the name " + name + " for itself: give the tensor another");
        }
        Named named = new Named(SafeTensorsHead.FLOAT, tensor.shape().toArray(), tensor.toArray());
        if (tensors.putIfAbsent(name, named) != null) {
            throw new IllegalArgumentException(
                    source + " hold " + name + " already: give each tensor a name of its own");
        }
        return this;
    }

    /** Adds a text to what the file says of itself. */
    public SafeTensors describe(String key, String text) {
        metadata.put(key, text);
        return this;
    }

    /** Where the tensors came from, for messages. */
    public String source() {
        return source;
    }

    /** The names of all tensors, in the head's order. */
    public Set<String> names() {
        return Collections.unmodifiableSet(tensors.keySet());
    }

    /** What the file says of itself. */
    public Map<String, String> metadata() {
        return Collections.unmodifiableMap(metadata);
    }

    /** The extents of a tensor; none for a scalar, and in files of other makers an extent may be 0. */
    public int[] shape(String name) {
        return named(name).shape.clone();
    }

    /** The type in the file, such as F32, BF16 or I64. */
    public String type(String name) {
        return named(name).type;
    }

    /**
     * A copy of a tensor's values, in row-major order.
     *
     * @throws IllegalArgumentException if there is no such tensor, or it is of another type than F32, F16 and BF16
     */
    public float[] values(String name) {
        return readable(name).clone();
    }

    private float[] readable(String name) {
        Named named = named(name);
        if (named.values == null) {
            throw new IllegalArgumentException(source + ": " + name + " is of type " + named.type
                    + ", and F32, F16 and BF16 are read: convert it before it is saved");
        }
        return named.values;
    }

    /** A copy of a tensor, on the CPU. */
    public Tensor tensor(String name) {
        return Backend.cpu().tensor(values(name), Shape.of(shape(name)));
    }

    private Named named(String name) {
        Named named = tensors.get(name);
        if (named == null) {
            throw new IllegalArgumentException(source + " has no tensor " + name + "; it has " + names());
        }
        return named;
    }

    /** The tensors of one part of a model, those whose names begin with the part's and a dot, under the rest of their names. */
    public SafeTensors part(String name) {
        Map<String, Named> part = new LinkedHashMap<>();
        tensors.forEach((full, named) -> {
            if (full.startsWith(name + ".")) {
                part.put(full.substring(name.length() + 1), named);
            }
        });
        return new SafeTensors(source + ", " + name, part, new LinkedHashMap<>(metadata));
    }

    /**
     * Writes a file, whole or not at all ({@link AtomicFile}).
     *
     * @throws IllegalArgumentException if a tensor was read from a file with a type that is not written here
     */
    public void write(Path file) {
        AtomicFile.write(file, bytes(), this::write);
    }

    /** The length of the file that is written, in bytes. */
    public long bytes() {
        List<SafeTensorsHead.Entry> entries = entries();
        long values = entries.isEmpty() ? 0 : entries.get(entries.size() - 1).end();
        return Long.BYTES + new SafeTensorsHead(entries, metadata).toBytes().length + values;
    }

    private List<SafeTensorsHead.Entry> entries() {
        List<SafeTensorsHead.Entry> entries = new ArrayList<>();
        long at = 0;
        for (String name : names()) {
            long end = at + (long) readable(name).length * Float.BYTES;
            entries.add(new SafeTensorsHead.Entry(name, SafeTensorsHead.FLOAT, shape(name), at, end));
            at = end;
        }
        return entries;
    }

    /**
     * Writes what a file holds to a stream, which stays open.
     *
     * @throws IllegalArgumentException if a tensor was read from a file with a type that is not written here
     */
    public void write(OutputStream out) throws IOException {
        byte[] head = new SafeTensorsHead(entries(), metadata).toBytes();
        out.write(littleEndian(Long.BYTES).putLong(head.length).array());
        out.write(head);
        for (Named named : tensors.values()) {
            writeValues(named.values, out);
        }
    }

    private static void writeValues(float[] values, OutputStream out) throws IOException {
        for (int from = 0; from < values.length; from += CHUNK) {
            int to = Math.min(values.length, from + CHUNK);
            ByteBuffer bytes = littleEndian((to - from) * Float.BYTES);
            bytes.asFloatBuffer().put(values, from, to - from);
            out.write(bytes.array());
        }
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public String toString() {
        return source + " of " + names().size() + " tensors " + metadata;
    }
}
