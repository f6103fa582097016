package io.github.grisaille.data;

import java.awt.Rectangle;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteOrder;
import javax.imageio.stream.ImageInputStream;

/**
 * The parts of a picture file's header that the decoders do not report or check.
 *
 * @param orientation the EXIF orientation, 1 to 8; 0 if there is none
 * @param canvas the canvas of an animation; null if there is none
 */
record PictureHeader(int orientation, Canvas canvas) {
    /** The size of an animation, and the place of its first picture. */
    record Canvas(int width, int height, int left, int top) {
        /** The canvas, enlarged if the first picture does not fit. Its x and y are the place of the first picture. */
        Rectangle around(int pictureWidth, int pictureHeight) {
            return new Rectangle(
                    left, top, Math.max(width, left + pictureWidth), Math.max(height, top + pictureHeight));
        }
    }

    private static final PictureHeader NOTHING = new PictureHeader(0, null);

    private static final int TIFF_COMPRESSION = 259;
    private static final int[] TIFF_OFFSETS = {273, 324};
    private static final int[] TIFF_LENGTHS = {279, 325};

    private static final int EXIF_NAME = 'E' << 24 | 'x' << 16 | 'i' << 8 | 'f';
    private static final int EXIF_NAME_LENGTH = 6;

    private static final int RIFF_HEAD = 12;
    private static final int CANVAS_IN_VP8X = 4;

    private static final int JPEG_SIGNATURE = 2;
    private static final int JPEG_MARK = 0xFF;
    private static final int JPEG_FIRST_RESTART = 0xD0;
    private static final int JPEG_END = 0xD9;

    private static final int GIF_SIGNATURE = 6;
    private static final int GIF_SCREEN = 13;
    private static final int GIF_EXTENSION = 0x21;
    private static final int GIF_IMAGE = 0x2C;
    private static final int GIF_END = 0x3B;
    private static final int GIF_TABLE = 0x80;
    private static final int GIF_TABLE_SIZE = 7;

    /**
     * Reads the header. Changes the stream's position and byte order.
     *
     * @param format one of {@link PictureDecoder#FORMATS}
     * @throws UnreadablePictureException if the file is cut off or damaged
     */
    static PictureHeader of(ImageInputStream stream, String format) throws IOException, UnreadablePictureException {
        return switch (format) {
            case "png" -> png(stream);
            case "webp" -> webp(stream);
            case "tiff" -> tiff(stream);
            case "gif" -> gif(stream);
            case "jpeg" -> jpeg(stream);
            default -> NOTHING;
        };
    }

    private static PictureHeader png(ImageInputStream stream) throws IOException {
        for (Chunk chunk : Chunk.ofPng(stream)) {
            if (chunk.type().equals("eXIf")) {
                return new PictureHeader(exif(stream, chunk), null);
            }
        }
        return NOTHING;
    }

    /**
     * TwelveMonkeys' decoder reads missing bytes as zeros. So the lengths in the file are checked here to find a file
     * that is cut off.
     */
    private static PictureHeader webp(ImageInputStream stream) throws IOException, UnreadablePictureException {
        Chunk file = Chunk.ofWebp(stream, 0, RIFF_HEAD).get(0);
        checkEnd(file.end(), stream.length());
        int orientation = 0;
        Chunk extended = null;
        Chunk frame = null;
        boolean pixels = false;
        for (Chunk chunk : Chunk.ofWebp(stream, RIFF_HEAD, file.end())) {
            checkEnd(chunk.end(), stream.length());
            switch (chunk.type()) {
                case "VP8 ", "VP8L" -> pixels = true;
                case "VP8X" -> extended = chunk;
                case "ANMF" -> frame = frame == null ? chunk : frame;
                case "EXIF" -> orientation = exif(stream, chunk);
                default -> {
                    // colours, texts, loops: not needed here
                }
            }
        }
        if (!pixels && frame == null) {
            throw new UnreadablePictureException("it is damaged: it holds no pixels");
        }
        return new PictureHeader(
                orientation, extended == null || frame == null ? null : canvas(stream, extended, frame));
    }

    private static Canvas canvas(ImageInputStream stream, Chunk extended, Chunk frame) throws IOException {
        long size = extended.begin() + CANVAS_IN_VP8X;
        return new Canvas(
                1 + int24(stream, size),
                1 + int24(stream, size + 3),
                2 * int24(stream, frame.begin()),
                2 * int24(stream, frame.begin() + 3));
    }

    private static int int24(ImageInputStream stream, long at) throws IOException {
        stream.seek(at);
        return stream.readUnsignedShort() | stream.readUnsignedByte() << Short.SIZE;
    }

    /**
     * For some compressions the decoder fills up strips that are cut off. So the places of the strips are checked here.
     */
    private static PictureHeader tiff(ImageInputStream stream) throws IOException, UnreadablePictureException {
        TiffDirectory directory = new TiffDirectory(stream, 0, stream.length());
        long[] compression = directory.numbers(TIFF_COMPRESSION);
        boolean compressed = compression.length > 0 && compression[0] != 1;
        // some programs write too large lengths for uncompressed strips; there the decoder notices the end itself
        for (int kind = 0; compressed && kind < TIFF_OFFSETS.length; kind++) {
            long[] offsets = directory.numbers(TIFF_OFFSETS[kind]);
            long[] lengths = directory.numbers(TIFF_LENGTHS[kind]);
            for (int i = 0; i < Math.min(offsets.length, lengths.length); i++) {
                checkEnd(offsets[i] + lengths[i], stream.length());
            }
        }
        return new PictureHeader(orientation(directory), null);
    }

    /**
     * The decoder fills up a file that is cut off and does not always warn. So this method searches for the end marker.
     */
    private static PictureHeader jpeg(ImageInputStream stream) throws IOException, UnreadablePictureException {
        stream.setByteOrder(ByteOrder.BIG_ENDIAN);
        stream.seek(JPEG_SIGNATURE);
        try {
            while (true) {
                int mark = nextMark(stream);
                if (mark == JPEG_END) {
                    return NOTHING;
                }
                if (mark > JPEG_END || mark < JPEG_FIRST_RESTART && mark != 0 && mark != 1) {
                    // skips a segment by its length, which includes the length itself; the data of a scan are searched
                    // byte by byte
                    stream.seek(stream.getStreamPosition() + stream.readUnsignedShort());
                }
            }
        } catch (EOFException missing) {
            throw new UnreadablePictureException("it is cut off: the end marker is missing", missing);
        }
    }

    /** The byte after the next 0xFF. A zero means that the 0xFF belongs to the data. */
    private static int nextMark(ImageInputStream stream) throws IOException {
        while (stream.readUnsignedByte() != JPEG_MARK) {
            continue;
        }
        int mark = stream.readUnsignedByte();
        while (mark == JPEG_MARK) {
            mark = stream.readUnsignedByte();
        }
        return mark;
    }

    /**
     * Reads the screen, which browsers use as the animation's size, and the place of the first picture on it. If the
     * data of a picture end early, the decoder does not complain; then no valid block follows, so this is checked here.
     * Zeros may come before a block.
     */
    private static PictureHeader gif(ImageInputStream stream) throws IOException, UnreadablePictureException {
        stream.setByteOrder(ByteOrder.LITTLE_ENDIAN);
        stream.seek(GIF_SIGNATURE);
        int width = stream.readUnsignedShort();
        int height = stream.readUnsignedShort();
        int flags = stream.readUnsignedByte();
        long at = GIF_SCREEN + ((flags & GIF_TABLE) == 0 ? 0 : 3L << (flags & GIF_TABLE_SIZE) + 1);
        stream.seek(at);
        int block = stream.readUnsignedByte();
        while (block == GIF_EXTENSION) {
            stream.skipBytes(1);
            skipBlocks(stream);
            block = stream.readUnsignedByte();
        }
        if (block != GIF_IMAGE) {
            return NOTHING;
        }
        int left = stream.readUnsignedShort();
        int top = stream.readUnsignedShort();
        stream.skipBytes(2 * Short.BYTES);
        flags = stream.readUnsignedByte();
        stream.skipBytes(1 + ((flags & GIF_TABLE) == 0 ? 0 : 3 << (flags & GIF_TABLE_SIZE) + 1));
        skipBlocks(stream);
        block = stream.read();
        boolean zeros = block == 0;
        while (block == 0) {
            block = stream.read();
        }
        if ((block >= 0 || zeros) && block != GIF_EXTENSION && block != GIF_IMAGE && block != GIF_END) {
            throw new UnreadablePictureException("it is damaged: the data of its first picture end early");
        }
        return new PictureHeader(0, new Canvas(width, height, left, top));
    }

    private static void skipBlocks(ImageInputStream stream) throws IOException {
        for (int length = stream.readUnsignedByte(); length > 0; length = stream.readUnsignedByte()) {
            stream.seek(stream.getStreamPosition() + length);
        }
    }

    /** The orientation in EXIF data; 0 if they are damaged. Some programs write the name "Exif" before the data. */
    private static int exif(ImageInputStream stream, Chunk chunk) throws IOException {
        ByteOrder before = stream.getByteOrder();
        try {
            stream.seek(chunk.begin());
            stream.setByteOrder(ByteOrder.BIG_ENDIAN);
            boolean named = chunk.length() > EXIF_NAME_LENGTH && stream.readInt() == EXIF_NAME;
            return orientation(new TiffDirectory(stream, chunk.begin() + (named ? EXIF_NAME_LENGTH : 0), chunk.end()));
        } catch (IOException | RuntimeException damaged) {
            // the pixels may still be good
            return 0;
        } finally {
            stream.setByteOrder(before);
        }
    }

    private static int orientation(TiffDirectory directory) {
        long[] found = directory.numbers(TiffDirectory.ORIENTATION);
        return found.length == 0 ? 0 : (int) Math.min(found[0], Integer.MAX_VALUE);
    }

    private static void checkEnd(long end, long length) throws UnreadablePictureException {
        if (end > length) {
            throw new UnreadablePictureException(
                    "it is cut off: it should have " + end + " bytes, but it has " + length);
        }
    }
}
