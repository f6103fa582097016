package io.github.grisaille.data;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.stream.ImageInputStream;

/**
 * A part of a PNG or WebP file.
 *
 * @param type its four-letter name
 * @param begin the place where its data begin
 * @param length the number of bytes of its data that it claims
 */
record Chunk(String type, long begin, long length) {
    private static final int NAME = 4;
    private static final int PNG_SIGNATURE = 8;
    private static final int CHECKSUM = 4;
    /** Chunks beyond this number are not read. A picture has a few; an animation has one or more per frame. */
    private static final int MOST = 1 << 20;

    /** The place after the data. */
    long end() {
        return begin + length;
    }

    /** The chunks of a PNG file, even of one that is cut off. Changes the stream's position. */
    static List<Chunk> ofPng(ImageInputStream stream) throws IOException {
        stream.setByteOrder(ByteOrder.BIG_ENDIAN);
        List<Chunk> chunks = new ArrayList<>();
        for (long at = PNG_SIGNATURE; at + Integer.BYTES + NAME <= stream.length() && chunks.size() < MOST; ) {
            stream.seek(at);
            long length = stream.readUnsignedInt();
            Chunk chunk = new Chunk(name(stream), at + Integer.BYTES + NAME, length);
            chunks.add(chunk);
            at = chunk.end() + CHECKSUM;
        }
        return chunks;
    }

    /**
     * The chunks between two places of a WebP file, even of one that is cut off. Changes the stream's position and
     * makes it little-endian.
     */
    static List<Chunk> ofWebp(ImageInputStream stream, long from, long to) throws IOException {
        stream.setByteOrder(ByteOrder.LITTLE_ENDIAN);
        List<Chunk> chunks = new ArrayList<>();
        for (long at = from; at + NAME + Integer.BYTES <= Math.min(to, stream.length()) && chunks.size() < MOST; ) {
            stream.seek(at);
            String type = name(stream);
            Chunk chunk = new Chunk(type, at + NAME + Integer.BYTES, stream.readUnsignedInt());
            chunks.add(chunk);
            at = chunk.end() + (chunk.length & 1);
        }
        return chunks;
    }

    private static String name(ImageInputStream stream) throws IOException {
        byte[] name = new byte[NAME];
        stream.readFully(name);
        return new String(name, StandardCharsets.ISO_8859_1);
    }
}
