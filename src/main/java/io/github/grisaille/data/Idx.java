package io.github.grisaille.data;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * An array of unsigned bytes from an IDX file, the format of MNIST. The file holds two zero bytes, the type (8:
 * unsigned byte), the number of axes, each extent as a big-endian 32-bit number, and the values.
 *
 * @param shape the extents, outermost first
 * @param values the bytes in row-major order
 */
record Idx(int[] shape, byte[] values) {
    private static final int UNSIGNED_BYTE = 8;
    private static final int MOST_AXES = 4;
    private static final int GZIP_0 = 0x1F;
    private static final int GZIP_1 = 0x8B;
    private static final int CHUNK = 1 << 16;

    /** Reads a file, raw or compressed with gzip. */
    static Idx read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(
                    file + " is not a file: give the path of an IDX file, such as" + " train-images-idx3-ubyte.gz");
        }
        try (InputStream stream = Files.newInputStream(file)) {
            return read(stream, file.toString());
        } catch (IOException failed) {
            throw new UncheckedIOException(file + " could not be read: " + failed.getMessage(), failed);
        }
    }

    /**
     * Reads a stream, raw or compressed with gzip.
     *
     * @param name the name of the stream in messages
     */
    static Idx read(InputStream stream, String name) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(stream, CHUNK);
        buffered.mark(2);
        boolean packed = buffered.read() == GZIP_0 && buffered.read() == GZIP_1;
        buffered.reset();
        try {
            return parse(new DataInputStream(packed ? new GZIPInputStream(buffered, CHUNK) : buffered), name);
        } catch (EOFException end) {
            throw new IllegalArgumentException(name + " ends too early: download it again", end);
        } catch (ZipException damaged) {
            throw new IllegalArgumentException(
                    name + " is damaged (" + damaged.getMessage() + "): download it again", damaged);
        }
    }

    private static Idx parse(DataInputStream in, String name) throws IOException {
        int magic = in.readInt();
        int type = magic >>> 8;
        int axes = magic & 0xFF;
        if (type != UNSIGNED_BYTE || axes < 1 || axes > MOST_AXES) {
            throw new IllegalArgumentException(String.format(
                    "%s is not an IDX file of unsigned bytes: it should start with 000008 and the number of"
                            + " axes, 01 to 04;"
                            + " found %08x",
                    name, magic));
        }
        int[] shape = new int[axes];
        long size = 1;
        for (int i = 0; i < axes; i++) {
            shape[i] = in.readInt();
            if (shape[i] < 1 || (size *= shape[i]) > Integer.MAX_VALUE - 8) {
                throw new IllegalArgumentException(name + " claims the extents "
                        + Arrays.toString(Arrays.copyOf(shape, i + 1)) + ": each must be at least 1, and all together"
                        + " at most 2^31 values");
            }
        }
        byte[] values = readExactly(in, (int) size);
        if (in.read() >= 0) {
            throw new IllegalArgumentException(
                    name + " has more bytes than the " + size + " values of shape " + Arrays.toString(shape));
        }
        return new Idx(shape, values);
    }

    /** The buffer grows as values arrive, so a false size in the header costs no memory. */
    private static byte[] readExactly(DataInputStream in, int size) throws IOException {
        byte[] values = in.readNBytes(size);
        if (values.length < size) {
            throw new EOFException();
        }
        return values;
    }
}
