package io.github.grisaille.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Says why a file could not be written, and what to do: the disk is full, the folder is read-only, and so on. The
 * operating system's own message gives no advice and depends on the user's language.
 */
public final class FileTrouble {
    /** The length of a file is not known. */
    static final long UNKNOWN = -1;

    private static final int LONGEST_NAME = 255;
    /** File systems give out room in blocks of this size. With this much free, the problem is not a lack of bytes. */
    private static final long BLOCK = 4096;

    private static final String[] UNITS = {"kB", "MB", "GB", "TB"};

    private FileTrouble() {}

    /**
     * The exception for a file that could not be written.
     *
     * @param failed the operating system's error; it becomes the cause
     */
    public static UncheckedIOException writing(Path file, IOException failed) {
        return writing(file, UNKNOWN, UNKNOWN, failed);
    }

    /**
     * The exception for a file that was partly written.
     *
     * @param length the length of the whole file in bytes, or {@link #UNKNOWN}
     * @param written the number of bytes written before the error, or {@link #UNKNOWN}
     */
    static UncheckedIOException writing(Path file, long length, long written, IOException failed) {
        return new UncheckedIOException(
                file + " could not be written: " + reason(file.toAbsolutePath(), length, written, failed), failed);
    }

    private static String reason(Path file, long length, long written, IOException failed) {
        Path folder = nearest(file);
        if (file.getParent() == null || Files.isDirectory(file)) {
            return "it is a folder; name a file in it";
        }
        if (!Files.isDirectory(folder)) {
            return folder + " is a file, but a folder is needed in its place; name another folder";
        }
        if (says(failed, "too long") || namesOf(file).anyMatch(name -> name > LONGEST_NAME)) {
            return "its name is too long for the file system; use at most " + LONGEST_NAME
                    + " bytes for each part of the path, or a folder with a shorter path";
        }
        if (readOnly(folder, failed)) {
            return folder
                    + " is on a read-only file system; name a folder that can be written, or mount it for writing";
        }
        if (says(failed, "quota")) {
            return "your disk quota is used up; delete some of your files, or name a folder on another disk";
        }
        if (says(failed, "no space left") || says(failed, "not enough space")) {
            return full(folder, length, written);
        }
        if (failed instanceof AccessDeniedException
                || says(failed, "permission denied")
                || says(failed, "not permitted")
                || !Files.isWritable(folder)) {
            return "user " + System.getProperty("user.name") + " may not write in " + folder
                    + "; change its permissions, or name a folder of your own";
        }
        return failed.toString();
    }

    private static String full(Path folder, long length, long written) {
        long free = free(folder);
        if (written <= 0 && free >= Math.max(length, BLOCK)) {
            return "the file system of " + folder + " can hold no more files, though " + text(free)
                    + " are free (the number of files is limited too); delete files, or name a folder on another disk";
        }
        String needed =
                length >= 0 ? "needs " + text(length) : written > 0 ? "needs more than " + text(written) : "needs more";
        return "the disk is full: the file " + needed + ", and " + text(free)
                + " are free; delete files, or name a folder on another disk";
    }

    /** The file's folder, or the nearest folder above it that exists. */
    private static Path nearest(Path file) {
        Path folder = file.getParent() == null ? file : file.getParent();
        while (folder.getParent() != null && !Files.exists(folder)) {
            folder = folder.getParent();
        }
        return folder;
    }

    private static Stream<Integer> namesOf(Path file) {
        return Stream.iterate(file, part -> part.getFileName() != null, Path::getParent)
                .map(part -> part.getFileName().toString().getBytes(StandardCharsets.UTF_8).length);
    }

    private static boolean readOnly(Path folder, IOException failed) {
        try {
            FileStore store = Files.getFileStore(folder);
            return store.isReadOnly() || says(failed, "read-only file system");
        } catch (IOException | ReadOnlyFileSystemException unknown) {
            return says(failed, "read-only file system");
        }
    }

    private static long free(Path folder) {
        try {
            return Files.getFileStore(folder).getUsableSpace();
        } catch (IOException unknown) {
            return 0;
        }
    }

    private static boolean says(IOException failed, String words) {
        return String.valueOf(failed.getMessage()).toLowerCase(Locale.ROOT).contains(words);
    }

    private static String text(long bytes) {
        if (bytes < 1000) {
            return bytes + " bytes";
        }
        double amount = bytes / 1e3;
        int unit = 0;
        while (amount >= 999.95 && unit + 1 < UNITS.length) {
            amount /= 1e3;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %s", amount, UNITS[unit]);
    }
}
