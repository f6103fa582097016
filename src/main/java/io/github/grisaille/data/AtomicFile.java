package io.github.grisaille.data;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Writes a file whole or not at all: into a hidden file beside it, which is forced to the disk and then takes the
 * file's place. Whoever opens the file at any moment, also after a crash in between, finds the old contents or the new.
 */
public final class AtomicFile {
    /** Writes the contents of a file. */
    @FunctionalInterface
    public interface Writer {
        void write(OutputStream out) throws IOException;
    }

    private static final int BUFFER = 1 << 16;

    private AtomicFile() {}

    /**
     * Writes a file, with the folders that it lies in.
     *
     * @throws UncheckedIOException if that fails; then the file is as it was
     */
    public static void write(Path file, Writer contents) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            Files.createDirectories(folder);
            Path temporary = folder.resolve("." + file.getFileName() + "." + UUID.randomUUID() + ".part");
            try {
                writeToDisk(temporary, contents);
                Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(temporary);
            }
            forceFolder(folder);
        } catch (IOException failed) {
            throw new UncheckedIOException(file + " could not be written: " + failed, failed);
        }
    }

    /** Writes a file with these bytes. */
    public static void write(Path file, byte[] bytes) {
        write(file, out -> out.write(bytes));
    }

    private static void writeToDisk(Path temporary, Writer contents) throws IOException {
        try (FileChannel channel =
                FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
            contents.write(out);
            out.flush();
            channel.force(true);
        }
    }

    /** The new name is on the disk only when the folder is; Windows opens no folders, and needs no such call. */
    private static void forceFolder(Path folder) throws IOException {
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
