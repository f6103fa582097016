package io.github.grisaille.data;

import io.github.grisaille.io.AtomicFile;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * Remembers the digest of each file's contents together with the file's {@link FileState}. If the file system shows
 * every change in this state, a file with the same state is not read again. Git does the same. As in Git, a file that
 * changed shortly before it was read is not remembered: it could change again within the same clock tick.
 */
final class ContentIndex {
    private static final long MARK = 0x4752495344494745L;
    private static final int DIGEST = 32;
    private static final int ENTRY = 5 * Long.BYTES + DIGEST;
    private static final int HEAD = Long.BYTES + Integer.BYTES;
    private static final int CHUNK = 512;

    private final Path kept;
    private final Map<FileState, String> digests = new HashMap<>();
    private final Map<Long, Boolean> trusted = new ConcurrentHashMap<>();

    /**
     * Reads the remembered digests. If there is no such file, or it is damaged, none are remembered.
     *
     * @param kept the file with the digests
     */
    ContentIndex(Path kept) {
        this.kept = kept;
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(Files.readAllBytes(kept)))) {
            int length = in.available();
            if (length < HEAD || in.readLong() != MARK) {
                return;
            }
            int count = in.readInt();
            if (length != HEAD + (long) count * ENTRY) {
                return;
            }
            for (int i = 0; i < count; i++) {
                FileState state =
                        new FileState(in.readLong(), in.readLong(), in.readLong(), in.readLong(), in.readLong());
                digests.put(state, HexFormat.of().formatHex(in.readNBytes(DIGEST)));
            }
        } catch (IOException none) {
            digests.clear();
        }
    }

    /**
     * Returns the files with their digests. Files without a remembered digest are read, on all processors, and then
     * remembered.
     *
     * @throws CancellationException if the thread is interrupted
     */
    List<PictureSource> digest(List<Path> files) {
        long now = System.currentTimeMillis();
        List<PictureSource> sources = new ArrayList<>();
        for (int from = 0; from < files.size(); from += CHUNK) {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("interrupted after " + from + " of " + files.size() + " pictures");
            }
            List<Path> chunk = files.subList(from, Math.min(files.size(), from + CHUNK));
            sources.addAll(IntStream.range(0, chunk.size())
                    .parallel()
                    .mapToObj(i -> digest(chunk.get(i)))
                    .toList());
        }
        remember(sources, now);
        return sources;
    }

    private PictureSource digest(Path file) {
        FileState state;
        try {
            state = FileState.of(file);
        } catch (IOException gone) {
            return new PictureSource(file, null, "", "it cannot be opened: " + gone);
        }
        String known = digests.get(state);
        return known == null ? PictureSource.digested(file, state) : new PictureSource(file, state, known, "");
    }

    private void remember(List<PictureSource> sources, long now) {
        Map<FileState, String> lasting = new HashMap<>();
        for (PictureSource each : sources) {
            if (each.reason().isEmpty()
                    && each.state().isOlderThan(now)
                    && trusted.computeIfAbsent(each.state().device(), device -> FileState.tellsChanges(each.file()))) {
                lasting.put(each.state(), each.digest());
            }
        }
        if (lasting.equals(digests)) {
            return;
        }
        try {
            AtomicFile.write(kept, out -> {
                DataOutputStream data = new DataOutputStream(out);
                data.writeLong(MARK);
                data.writeInt(lasting.size());
                for (Map.Entry<FileState, String> each : lasting.entrySet()) {
                    FileState state = each.getKey();
                    data.writeLong(state.device());
                    data.writeLong(state.inode());
                    data.writeLong(state.bytes());
                    data.writeLong(state.modified());
                    data.writeLong(state.changed());
                    data.write(HexFormat.of().parseHex(each.getValue()));
                }
            });
        } catch (UncheckedIOException full) {
            // no harm: the files are read again the next time
            return;
        }
    }
}
