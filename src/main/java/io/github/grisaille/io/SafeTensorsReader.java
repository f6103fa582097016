package io.github.grisaille.io;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads one safetensors file from its first byte to its last. */
final class SafeTensorsReader {
    private static final int CHUNK = 1 << 14;

    private final InputStream stream;
    private final long size;
    private final String file;

    /**
     * @param size the length of the whole file in bytes
     * @param file the name of the file in messages
     */
    SafeTensorsReader(InputStream stream, long size, String file) {
        this.stream = stream;
        this.size = size;
        this.file = file;
    }

    SafeTensorsReader(byte[] bytes, String file) {
        this(new ByteArrayInputStream(bytes), bytes.length, file);
    }

    SafeTensors read() throws IOException {
        if (size < Long.BYTES) {
            throw new IllegalArgumentException(file + " has " + size
                    + " bytes: it is cut off or not in safetensors format, which starts with 8 bytes"
                    + " for the length of the header");
        }
        long length = next(Long.BYTES).getLong();
        long room = size - Long.BYTES;
        if (length < 0 || length > Math.min(room, SafeTensorsHeader.LONGEST)) {
            throw new IllegalArgumentException(file + " claims a header of " + Long.toUnsignedString(length)
                    + " bytes, but " + room + " bytes follow, and a header has at most " + SafeTensorsHeader.LONGEST
                    + ": it is cut off, damaged or not in safetensors format");
        }
        byte[] json = next((int) length).array();
        SafeTensorsHeader header = SafeTensorsHeader.parse(json, room - length, file);
        Map<String, SafeTensors.Named> read = new HashMap<>();
        for (SafeTensorsHeader.Entry entry : header.inOrderOfBytes()) {
            read.put(entry.name(), new SafeTensors.Named(entry.type(), entry.shape(), values(entry)));
        }
        Map<String, SafeTensors.Named> tensors = new LinkedHashMap<>();
        header.entries().forEach(entry -> tensors.put(entry.name(), read.get(entry.name())));
        return new SafeTensors(file, tensors, header.metadata());
    }

    private float[] values(SafeTensorsHeader.Entry entry) throws IOException {
        long bytes = entry.end() - entry.begin();
        return switch (entry.type()) {
            case SafeTensorsHeader.FLOAT -> values(bytes, Float.BYTES, ByteBuffer::getFloat);
            case "F16" -> values(bytes, Short.BYTES, chunk -> widenHalf(chunk.getShort()));
            case "BF16" -> values(bytes, Short.BYTES, chunk -> Float.intBitsToFloat(chunk.getShort() << Short.SIZE));
            default -> {
                stream.skipNBytes(bytes);
                yield null;
            }
        };
    }

    /** Reads the next value from a buffer. */
    private interface Decoder {
        float next(ByteBuffer chunk);
    }

    private float[] values(long bytes, int width, Decoder decoder) throws IOException {
        float[] values = new float[(int) (bytes / width)];
        for (int from = 0; from < values.length; from += CHUNK) {
            int to = Math.min(values.length, from + CHUNK);
            ByteBuffer chunk = next((to - from) * width);
            for (int i = from; i < to; i++) {
                values[i] = decoder.next(chunk);
            }
        }
        return values;
    }

    private ByteBuffer next(int length) throws IOException {
        byte[] bytes = stream.readNBytes(length);
        if (bytes.length < length) {
            throw new IllegalArgumentException(file + " became shorter while it was read: read it again");
        }
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Converts an IEEE 754 binary16 value (sign, 5 bits of exponent, 10 bits of fraction) to a float, exactly. */
    static float widenHalf(short half) {
        int sign = (half & 0x8000) << 16;
        int exponent = half >> 10 & 0x1F;
        int fraction = half & 0x3FF;
        if (exponent == 0) {
            return Math.copySign(fraction * 0x1p-24f, Float.intBitsToFloat(sign));
        }
        int widened = exponent == 0x1F ? 0xFF : exponent - 15 + 127;
        return Float.intBitsToFloat(sign | widened << 23 | fraction << 13);
    }
}
