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
 * Says why a file could not be written, and what to do: the disk is full, the folder is read-only, and the like. What the
 * operating system says alone has no advice, and its words depend on the user's language.
 */
public final class FileTrouble {
    /** The length of a file is not known. */
    static final long UNKNOWN = -1;

    private static final int LONGEST_NAME = 255;
    /** What a file system hands out at a time; where so much is free, the room for bytes is not what lacks. */
    private static final long BLOCK = 4096;

    private static final String[] UNITS = {"kB", "MB", "GB", "TB"};

    private FileTrouble() {}

    /**
     * The exception for a file that could not be written.
     *
     * @param failed what the operating system said; it becomes the cause
     */
    public static UncheckedIOException writing(Path file, IOException failed) {
        return writing(file, UNKNOWN, UNKNOWN, failed);
    }

    /**
     * The same, where some of the file was written.
     *
     * @param length of the whole file in bytes, or {@link #UNKNOWN}
     * @param written how many bytes were written until it failed, or {@link #UNKNOWN}
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
            return folder + " is a file, and a folder is needed in its place; name another folder";
        }
        if (says(failed, "too long") || namesOf(file).anyMatch(name -> name > LONGEST_NAME)) {
            return "its name is too long for the file system; name it with at most " + LONGEST_NAME
                    + " bytes a part, or a folder with a shorter path";
        }
        if (readOnly(folder, failed)) {
            return folder
                    + " is on a read-only file system; name a folder that can be written, or mount it for writing";
        }
        if (says(failed, "quota")) {
            return "your share of the disk (quota) is used up; delete files of yours, or name a folder on another disk";
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
            return "the file system of " + folder + " has no room for another file, though " + text(free)
                    + " are free (it counts files too); delete files, or name a folder on another disk";
        }
        String needed =
                length >= 0 ? "needs " + text(length) : written > 0 ? "needs more than " + text(written) : "needs more";
        return "the disk is full: the file " + needed + ", and " + text(free)
                + " are free; delete files, or name a folder" + " on another disk";
    }

    /** The folder that the file was to lie in, or the nearest above it that is there. */
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
