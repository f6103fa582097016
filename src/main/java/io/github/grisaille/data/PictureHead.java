package io.github.grisaille.data;

import java.awt.Rectangle;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteOrder;
import javax.imageio.stream.ImageInputStream;

/**
 * What a file says of its picture that the decoders do not tell or check.
 *
 * @param orientation how its camera was held, by EXIF's numbers 1 to 8; 0 if it does not say
 * @param canvas the canvas of an animation; null if there is none
 */
record PictureHead(int orientation, Canvas canvas) {
    /** An animation's size, and where on it its first picture lies. */
    record Canvas(int width, int height, int left, int top) {
        /** The canvas, made larger if the first picture is larger than it; its x and y say where that lies. */
        Rectangle around(int pictureWidth, int pictureHeight) {
            return new Rectangle(
                    left, top, Math.max(width, left + pictureWidth), Math.max(height, top + pictureHeight));
        }
    }

    private static final PictureHead NOTHING = new PictureHead(0, null);

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
     * Reads it; afterwards the stream stands elsewhere, and its byte order can be another.
     *
     * @param format one of {@link Pictures#FORMATS}
     * @throws UnreadablePictureException if the file is shorter than it says
     */
    static PictureHead of(ImageInputStream stream, String format) throws IOException, UnreadablePictureException {
        return switch (format) {
            case "png" -> png(stream);
            case "webp" -> webp(stream);
            case "tiff" -> tiff(stream);
            case "gif" -> gif(stream);
            case "jpeg" -> jpeg(stream);
            default -> NOTHING;
        };
    }

    private static PictureHead png(ImageInputStream stream) throws IOException {
        for (Chunk chunk : Chunk.ofPng(stream)) {
            if (chunk.type().equals("eXIf")) {
                return new PictureHead(exif(stream, chunk), null);
            }
        }
        return NOTHING;
    }

    /** TwelveMonkeys' decoder takes missing bytes for zeros, so a file that is cut off is known by the lengths in it. */
    private static PictureHead webp(ImageInputStream stream) throws IOException, UnreadablePictureException {
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
                    // colours, texts, loops: nothing that is asked for here
                }
            }
        }
        if (!pixels && frame == null) {
            throw new UnreadablePictureException("it is damaged: it holds no pixels");
        }
        return new PictureHead(orientation, extended == null || frame == null ? null : canvas(stream, extended, frame));
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

    /** Strips that are cut off are filled up if they are compressed in some ways, so it is seen by their places. */
    private static PictureHead tiff(ImageInputStream stream) throws IOException, UnreadablePictureException {
        TiffDirectory directory = new TiffDirectory(stream, 0, stream.length());
        long[] compression = directory.numbers(TIFF_COMPRESSION);
        boolean compressed = compression.length > 0 && compression[0] != 1;
        // of strips that are not compressed some writers give too long a length, and the decoder notices their end
        for (int kind = 0; compressed && kind < TIFF_OFFSETS.length; kind++) {
            long[] offsets = directory.numbers(TIFF_OFFSETS[kind]);
            long[] lengths = directory.numbers(TIFF_LENGTHS[kind]);
            for (int i = 0; i < Math.min(offsets.length, lengths.length); i++) {
                checkEnd(offsets[i] + lengths[i], stream.length());
            }
        }
        return new PictureHead(orientation(directory), null);
    }

    /**
     * Of a file that is cut off the decoder fills up the rest, with a warning in some cases only; so its parts are gone
     * through to the mark at its end.
     */
    private static PictureHead jpeg(ImageInputStream stream) throws IOException, UnreadablePictureException {
        stream.setByteOrder(ByteOrder.BIG_ENDIAN);
        stream.seek(JPEG_SIGNATURE);
        try {
            while (true) {
                int mark = nextMark(stream);
                if (mark == JPEG_END) {
                    return NOTHING;
                }
                if (mark > JPEG_END || mark < JPEG_FIRST_RESTART && mark != 0 && mark != 1) {
                    // a part with a length, which counts itself; what follows a scan's is gone through as data
                    stream.seek(stream.getStreamPosition() + stream.readUnsignedShort());
                }
            }
        } catch (EOFException missing) {
            throw new UnreadablePictureException("it is cut off: the mark at its end is missing", missing);
        }
    }

    /** The byte after the next 0xFF; a zero there means that the data have such a byte. */
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
     * Where the first picture lies on the screen, which browsers take for the animation's size. Of a picture whose data
     * end early the decoder leaves the rest as it is, and something else than a block follows; zeros may lie before one.
     */
    private static PictureHead gif(ImageInputStream stream) throws IOException, UnreadablePictureException {
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
            throw new UnreadablePictureException("it is damaged: its first picture's data end early");
        }
        return new PictureHead(0, new Canvas(width, height, left, top));
    }

    private static void skipBlocks(ImageInputStream stream) throws IOException {
        for (int length = stream.readUnsignedByte(); length > 0; length = stream.readUnsignedByte()) {
            stream.seek(stream.getStreamPosition() + length);
        }
    }

    /** The orientation in EXIF data; some writers put EXIF's name before them. Damaged ones say nothing. */
    private static int exif(ImageInputStream stream, Chunk chunk) throws IOException {
        ByteOrder before = stream.getByteOrder();
        try {
            stream.seek(chunk.begin());
            stream.setByteOrder(ByteOrder.BIG_ENDIAN);
            boolean named = chunk.length() > EXIF_NAME_LENGTH && stream.readInt() == EXIF_NAME;
            return orientation(new TiffDirectory(stream, chunk.begin() + (named ? EXIF_NAME_LENGTH : 0), chunk.end()));
        } catch (IOException | RuntimeException damaged) {
            // the pixels are what counts
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
                    "it is cut off: it says that it goes to byte " + end + ", and it has " + length);
        }
    }
}
