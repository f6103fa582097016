package io.github.grisaille.data;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
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
 * Writes a file whole or not at all: into a hidden file beside it, which is forced to the disk and then takes the
 * file's place. Whoever opens the file at any moment, also after a crash in between, finds the old contents or the new. An interrupt of the
 * writing thread is left for later: the file is written all the same.
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
        // an interrupt would close a channel in the middle of the file
        try (FileOutputStream file = new FileOutputStream(temporary.toFile())) {
            OutputStream out = new BufferedOutputStream(file, BUFFER);
            contents.write(out);
            out.flush();
            file.getFD().sync();
        }
    }

    /** The new name is on the disk only when the folder is; Windows opens no folders, and needs no such call. */
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
