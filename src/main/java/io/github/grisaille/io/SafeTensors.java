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
 * Named tensors, read from or written to a file in the safetensors format. Such a file has three parts: the length of
 * the header as a little-endian 64-bit number, the header, and the values, little-endian and row-major. The header is
 * JSON: for each name the type, the shape and the place of its bytes, and strings under {@code __metadata__}. The
 * Python package {@code safetensors} reads files written here, and files written by it are read here.
 *
 * <p>Values are written as float32. Values of float32, float16 and bfloat16 are read; the 16-bit ones are widened to
 * float32, which loses nothing. A file may hold tensors of other types, even of types unknown here; only asking for
 * their values is an error. The values take at most as much memory as the file is long (twice that for 16-bit types),
 * even if a damaged header claims more.
 */
public final class SafeTensors {
    /** One tensor; {@code values} is null if its type is not read here. */
    record Named(String type, int[] shape, float[] values) {}

    private static final int CHUNK = 1 << 14;

    private final String source;
    private final Map<String, Named> tensors;
    private final Map<String, String> metadata;

    /** An empty set of tensors. */
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
     * @throws IllegalArgumentException if there is no such file, or it has another format, is cut off or is damaged
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
     * Reads a stream to its end.
     *
     * @param bytes the number of bytes that follow in the stream
     * @param source the name of the stream in messages
     * @throws IllegalArgumentException if it has another format, is cut off or is damaged
     */
    public static SafeTensors read(InputStream stream, long bytes, String source) throws IOException {
        return new SafeTensorsReader(stream, bytes, source).read();
    }

    /**
     * Reads a resource from a class's own package in its jar.
     *
     * @throws IllegalArgumentException if it has another format, is cut off or is damaged
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

    /** Adds a copy of a tensor under a new name. */
    public SafeTensors put(String name, Tensor tensor) {
        if (name.equals(SafeTensorsHeader.METADATA)) {
            throw new IllegalArgumentException(
                    "the name " + name + " is reserved by the format: give the tensor another name");
        }
        Named named = new Named(SafeTensorsHeader.FLOAT, tensor.shape().toArray(), tensor.toArray());
        if (tensors.putIfAbsent(name, named) != null) {
            throw new IllegalArgumentException(source + " already hold " + name + ": give each tensor its own name");
        }
        return this;
    }

    /** Adds a text to the file's metadata. */
    public SafeTensors describe(String key, String text) {
        metadata.put(key, text);
        return this;
    }

    /** The origin of the tensors, for messages. */
    public String source() {
        return source;
    }

    /** The names of all tensors, in the order of the header. */
    public Set<String> names() {
        return Collections.unmodifiableSet(tensors.keySet());
    }

    /** The texts that describe the file. */
    public Map<String, String> metadata() {
        return Collections.unmodifiableMap(metadata);
    }

    /** The shape of a tensor: empty for a scalar. In files from other programs an extent may be 0. */
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
     * @throws IllegalArgumentException if there is no such tensor, or its type is not F32, F16 or BF16
     */
    public float[] values(String name) {
        return readable(name).clone();
    }

    private float[] readable(String name) {
        Named named = named(name);
        if (named.values == null) {
            throw new IllegalArgumentException(source + ": " + name + " has type " + named.type
                    + ", but only F32, F16 and BF16 are read: convert it before you save it");
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

    /**
     * The tensors of one part of a model: those whose names begin with {@code name} and a dot. The result holds them
     * under the rest of their names.
     */
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
     * @throws IllegalArgumentException if a tensor has a type that is not read here, so that there are no values to
     *     write
     */
    public void write(Path file) {
        AtomicFile.write(file, bytes(), this::write);
    }

    /** The length of the file in bytes. */
    public long bytes() {
        List<SafeTensorsHeader.Entry> entries = entries();
        long values = entries.isEmpty() ? 0 : entries.get(entries.size() - 1).end();
        return Long.BYTES + new SafeTensorsHeader(entries, metadata).toBytes().length + values;
    }

    private List<SafeTensorsHeader.Entry> entries() {
        List<SafeTensorsHeader.Entry> entries = new ArrayList<>();
        long at = 0;
        for (String name : names()) {
            long end = at + (long) readable(name).length * Float.BYTES;
            entries.add(new SafeTensorsHeader.Entry(name, SafeTensorsHeader.FLOAT, shape(name), at, end));
            at = end;
        }
        return entries;
    }

    /**
     * Writes the contents of the file to a stream, which stays open.
     *
     * @throws IllegalArgumentException if a tensor has a type that is not read here, so that there are no values to
     *     write
     */
    public void write(OutputStream out) throws IOException {
        byte[] header = new SafeTensorsHeader(entries(), metadata).toBytes();
        out.write(littleEndian(Long.BYTES).putLong(header.length).array());
        out.write(header);
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
