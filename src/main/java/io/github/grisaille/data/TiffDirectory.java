package io.github.grisaille.data;

import java.io.IOException;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import javax.imageio.stream.ImageInputStream;

/**
 * The first directory of a TIFF file (TIFF 6.0, section 2, and BigTIFF): numbers by tag. EXIF data in other formats
 * have the same form. Entries that do not fit into the data are ignored.
 */
final class TiffDirectory {
    static final int ORIENTATION = 274;

    /** A tag with more numbers is ignored. */
    private static final int MOST = 1 << 20;

    private static final int BIG = 43;
    private static final int LITTLE_ENDIAN = 'I' << Byte.SIZE | 'I';
    private static final int BIG_ENDIAN = 'M' << Byte.SIZE | 'M';
    private static final int SHORT = 3;
    private static final int LONG = 4;
    private static final int LONG8 = 16;

    private final Map<Integer, long[]> numbers = new HashMap<>();

    /**
     * Reads the directory. Changes the stream's position, and sets its byte order to that of the directory.
     *
     * @param begin the place where the data begin
     * @param end the place after them
     * @throws IOException if the directory is cut off, or the data are not TIFF
     */
    TiffDirectory(ImageInputStream stream, long begin, long end) throws IOException {
        stream.seek(begin);
        stream.setByteOrder(ByteOrder.BIG_ENDIAN);
        int order = stream.readUnsignedShort();
        if (order != LITTLE_ENDIAN && order != BIG_ENDIAN) {
            throw new IOException("the byte order of its directory is neither II nor MM");
        }
        stream.setByteOrder(order == LITTLE_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        boolean big = stream.readUnsignedShort() == BIG;
        if (big) {
            stream.skipBytes(Integer.BYTES);
        }
        stream.seek(begin + offset(stream, big));
        long entries = big ? stream.readLong() : stream.readUnsignedShort();
        int width = big ? Long.BYTES : Integer.BYTES;
        for (long i = 0; i < entries; i++) {
            int tag = stream.readUnsignedShort();
            int type = stream.readUnsignedShort();
            long count = offset(stream, big);
            long next = stream.getStreamPosition() + width;
            int size = type == SHORT ? Short.BYTES : type == LONG ? Integer.BYTES : type == LONG8 ? Long.BYTES : 0;
            if (size > 0 && count > 0 && count <= Math.min(MOST, (end - begin) / size)) {
                if (count * size > width) {
                    stream.seek(begin + offset(stream, big));
                }
                if (stream.getStreamPosition() <= end - count * size) {
                    numbers.put(tag, numbers(stream, type, (int) count));
                }
            }
            stream.seek(next);
        }
    }

    private static long offset(ImageInputStream stream, boolean big) throws IOException {
        long offset = big ? stream.readLong() : stream.readUnsignedInt();
        if (offset < 0) {
            throw new IOException("an offset in its directory is negative");
        }
        return offset;
    }

    private static long[] numbers(ImageInputStream stream, int type, int count) throws IOException {
        long[] numbers = new long[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = switch (type) {
                case SHORT -> stream.readUnsignedShort();
                case LONG -> stream.readUnsignedInt();
                default -> stream.readLong();
            };
        }
        return numbers;
    }

    /** The integers of a tag; empty if there are none. */
    long[] numbers(int tag) {
        return numbers.getOrDefault(tag, new long[0]);
    }
}
