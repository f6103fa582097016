package io.github.grisaille.data;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;

/**
 * A file of resized pictures. It is mapped into memory, so the system loads only what is read. The file holds the
 * pictures, one byte per value; then one line for each source file, empty or with the reason why it was skipped; then
 * the number of pictures, the length of the lines and a mark, 8 bytes each.
 */
final class PictureFile {
    private static final long MARK = 0x4752495350494354L;
    private static final int TRAILER = 3 * Long.BYTES;
    /** One mapping may have at most 2 GB. */
    private static final int SEGMENT = 1 << 30;

    private static final int CHUNK = 512;

    private final int item;
    private final int perSegment;
    private final List<MappedByteBuffer> segments;
    private final List<String> reasons;
    private final int count;

    private PictureFile(int item, List<MappedByteBuffer> segments, List<String> reasons, int count) {
        this.item = item;
        this.perSegment = SEGMENT / item;
        this.segments = segments;
        this.reasons = reasons;
        this.count = count;
    }

    /**
     * Opens a file.
     *
     * @param item the number of bytes of a picture
     * @param sources the number of files that the pictures came from
     * @return null if there is no such file or it has another format
     */
    static PictureFile open(Path file, int item, int sources) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size < TRAILER) {
                return null;
            }
            ByteBuffer trailer = read(channel, size - TRAILER, TRAILER);
            long count = trailer.getLong();
            long length = trailer.getLong();
            if (trailer.getLong() != MARK
                    || count < 0
                    || length < 0
                    || length > size
                    || count > sources
                    || count * item + length + TRAILER != size) {
                return null;
            }
            String lines = new String(
                    read(channel, size - TRAILER - length, (int) length).array(), StandardCharsets.UTF_8);
            List<String> reasons = List.of(lines.split("\n", -1)).subList(0, sources);
            return new PictureFile(item, map(channel, item, (int) count), reasons, (int) count);
        } catch (IOException | IndexOutOfBoundsException unusable) {
            return null;
        }
    }

    private static ByteBuffer read(FileChannel channel, long from, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) >= 0) {
            continue;
        }
        return bytes.flip();
    }

    private static List<MappedByteBuffer> map(FileChannel channel, int item, int count) throws IOException {
        int perSegment = SEGMENT / item;
        List<MappedByteBuffer> segments = new ArrayList<>();
        for (int from = 0; from < count; from += perSegment) {
            int items = Math.min(perSegment, count - from);
            segments.add(channel.map(FileChannel.MapMode.READ_ONLY, (long) from * item, (long) items * item));
        }
        return segments;
    }

    /**
     * Decodes pictures on all processors, a few hundred at a time, and writes them.
     *
     * @return the outcome for each source
     * @throws CancellationException if the thread is interrupted
     */
    static List<Outcome> write(List<PictureSource> sources, int size, OutputStream out) throws IOException {
        List<Outcome> outcomes = new ArrayList<>();
        StringBuilder lines = new StringBuilder();
        long count = 0;
        for (int from = 0; from < sources.size(); from += CHUNK) {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("interrupted after " + from + " of " + sources.size() + " pictures");
            }
            List<PictureSource> chunk = sources.subList(from, Math.min(sources.size(), from + CHUNK));
            for (Decoded each : decode(chunk, size)) {
                if (each.pixels != null) {
                    out.write(each.pixels);
                    count++;
                }
                lines.append(each.reason.replace('\n', ' ')).append('\n');
                outcomes.add(each.outcome);
            }
        }
        writeEnd(lines.toString().getBytes(StandardCharsets.UTF_8), count, out);
        return outcomes;
    }

    private static void writeEnd(byte[] lines, long count, OutputStream out) throws IOException {
        out.write(lines);
        out.write(ByteBuffer.allocate(TRAILER)
                .putLong(count)
                .putLong(lines.length)
                .putLong(MARK)
                .array());
    }

    /** Says what else could change the result of decoding a file. */
    enum Outcome {
        /** Only its contents. */
        CONTENTS,
        /** The heap size too. */
        MEMORY,
        /** The moment too: the file changed while it was read, or could not be read to its end. */
        MOMENT
    }

    /**
     * One picture.
     *
     * @param pixels null if it cannot be read
     * @param reason why it cannot be read, or empty
     */
    private record Decoded(byte[] pixels, String reason, Outcome outcome) {
        static Decoded of(PictureSource source, int size) {
            if (!source.reason().isEmpty()) {
                return new Decoded(null, source.reason(), Outcome.CONTENTS);
            }
            Decoded decoded = decode(source, size);
            // a file that changed while it was read looks like a damaged one
            if (decoded.pixels == null ? source.isAsDigested() : source.isAsListed()) {
                return decoded;
            }
            return new Decoded(
                    null, "it changed while it was read: open the folder again when it is complete", Outcome.MOMENT);
        }

        private static Decoded decode(PictureSource source, int size) {
            try {
                double[] values = PictureDecoder.square(source.file(), size, true);
                byte[] pixels = new byte[values.length];
                for (int i = 0; i < pixels.length; i++) {
                    pixels[i] = (byte) Math.round(values[i]);
                }
                return new Decoded(pixels, "", Outcome.CONTENTS);
            } catch (UnreadablePictureException unreadable) {
                return new Decoded(
                        null, unreadable.getMessage(), unreadable.isForMemory() ? Outcome.MEMORY : Outcome.CONTENTS);
            }
        }
    }

    private static List<Decoded> decode(List<PictureSource> chunk, int size) {
        return IntStream.range(0, chunk.size())
                .parallel()
                .mapToObj(i -> Decoded.of(chunk.get(i), size))
                .toList();
    }

    /** The number of pictures. */
    int count() {
        return count;
    }

    /** For each source the reason why it was skipped; empty if it was not. */
    List<String> reasons() {
        return reasons;
    }

    /** A copy of the bytes of one picture. */
    byte[] picture(int index) {
        byte[] bytes = new byte[item];
        segments.get(index / perSegment).get(index % perSegment * item, bytes);
        return bytes;
    }
}
