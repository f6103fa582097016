package io.github.grisaille.io;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Writes a file whole or not at all. The contents go into a hidden file in the same folder. This is forced to the disk
 * and then moved to the file's place. So a reader always finds either the old contents or the new ones, even after a
 * crash. If the writing thread is interrupted, the file is still written, and the thread stays interrupted.
 */
public final class AtomicFile implements AutoCloseable {
    /** Writes the contents of a file. */
    @FunctionalInterface
    public interface Writer {
        void write(OutputStream out) throws IOException;
    }

    /** Writes the contents of a file whose name depends on them. */
    @FunctionalInterface
    public interface NamingWriter {
        /** Returns the file's name. */
        String write(OutputStream out) throws IOException;
    }

    private static final int BUFFER = 1 << 16;
    /** The hidden file's name holds this many letters of the file's name; with more it could get too long. */
    private static final int SHOWN = 40;

    private final Path file;
    private final Path hidden;
    private final long length;

    private AtomicFile(Path file, Path hidden, long length) {
        this.file = file;
        this.hidden = hidden;
        this.length = length;
    }

    /**
     * Writes a file, and makes its folder if there is none.
     *
     * @throws UncheckedIOException if that fails; the message says what to do, and the file is unchanged
     */
    public static void write(Path file, Writer contents) {
        write(file, FileTrouble.UNKNOWN, contents);
    }

    /**
     * Writes a file whose name is known only after its contents.
     *
     * @param label becomes a part of the hidden file's name
     * @return the file
     */
    public static Path write(Path folder, String label, NamingWriter contents) {
        String[] name = new String[1];
        try (AtomicFile written =
                prepare(folder.resolve(label), FileTrouble.UNKNOWN, out -> name[0] = contents.write(out))) {
            return written.commitAs(name[0]);
        }
    }

    /** Writes a file with these bytes. */
    public static void write(Path file, byte[] bytes) {
        write(file, bytes.length, out -> out.write(bytes));
    }

    /** Writes a file of a known length in bytes. An error message then says how much room was needed. */
    static void write(Path file, long length, Writer contents) {
        try (AtomicFile written = prepare(file, length, contents)) {
            written.commit();
        }
    }

    /**
     * Writes only the hidden file. For files that belong together, prepare all and then commit all: a full disk then
     * shows before any of them has changed.
     *
     * @param length the length of the file in bytes
     * @throws UncheckedIOException if that fails; the message says what to do, and no hidden file is left
     */
    public static AtomicFile prepare(Path file, long length, Writer contents) {
        Path folder = file.toAbsolutePath().getParent();
        Counting counting = new Counting();
        try {
            if (folder == null) {
                throw new IOException("no folder");
            }
            Files.createDirectories(folder);
            Path hidden = folder.resolve("." + beginning(file) + "." + UUID.randomUUID() + ".part");
            try {
                writeToDisk(hidden, contents, counting);
                return new AtomicFile(file, hidden, Files.size(hidden));
            } catch (IOException | RuntimeException | Error failed) {
                deleteAfter(failed, hidden);
                throw failed;
            }
        } catch (IOException failed) {
            throw FileTrouble.writing(file, length, counting.bytes, failed);
        }
    }

    private static String beginning(Path file) {
        String name = file.getFileName().toString();
        int most = name.length() > SHOWN && Character.isHighSurrogate(name.charAt(SHOWN - 1)) ? SHOWN - 1 : SHOWN;
        return name.substring(0, Math.min(name.length(), most));
    }

    private static void deleteAfter(Throwable failed, Path hidden) {
        try {
            Files.deleteIfExists(hidden);
        } catch (IOException another) {
            failed.addSuppressed(another);
        }
    }

    /** The number of bytes written. */
    public long length() {
        return length;
    }

    /**
     * Moves the hidden file to the file's place.
     *
     * @throws UncheckedIOException if that fails; the message says what to do
     */
    public void commit() {
        commitAs(file.getFileName().toString());
    }

    private Path commitAs(String name) {
        Path place = hidden.resolveSibling(name);
        try {
            Files.move(hidden, place, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            forceFolder(hidden.getParent());
        } catch (IOException failed) {
            throw FileTrouble.writing(place, length, length, failed);
        }
        return place;
    }

    /** Deletes the hidden file if it was not committed. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(hidden);
        } catch (IOException failed) {
            throw new UncheckedIOException(hidden + " could not be deleted: " + failed, failed);
        }
    }

    private static void writeToDisk(Path hidden, Writer contents, Counting counting) throws IOException {
        // not a FileChannel: an interrupt would close it in the middle of the file
        try (FileOutputStream stream = new FileOutputStream(hidden.toFile())) {
            OutputStream out = new BufferedOutputStream(counting.to(stream), BUFFER);
            contents.write(out);
            out.flush();
            stream.getFD().sync();
        }
    }

    /** Counts the bytes that reach the disk. */
    private static final class Counting {
        private long bytes;

        OutputStream to(OutputStream out) {
            return new FilterOutputStream(out) {
                @Override
                public void write(byte[] values, int from, int count) throws IOException {
                    out.write(values, from, count);
                    bytes += count;
                }
            };
        }
    }

    /**
     * The new name is safe only when the folder is on the disk too. Windows cannot open a folder and does not need
     * this.
     */
    private static void forceFolder(Path folder) throws IOException {
        boolean interrupted = false;
        boolean forced = !folder.getFileSystem().supportedFileAttributeViews().contains("posix");
        while (!forced) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
                forced = true;
            } catch (ClosedByInterruptException again) {
                interrupted = Thread.interrupted();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
