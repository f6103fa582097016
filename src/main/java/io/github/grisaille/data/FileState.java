package io.github.grisaille.data;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What the file system knows about a file without reading it. Times are in nanoseconds.
 *
 * @param device the number of the file system; 0 if there is none
 * @param inode the number of the file; 0 if there is none
 * @param bytes the length of the file
 * @param modified the time of the last modification, which programs can set
 * @param changed the time when the contents, the times or the name last changed, which no program can set; 0 if it is
 *     not kept
 */
record FileState(long device, long inode, long bytes, long modified, long changed) {
    /** Local file systems that keep the time of the last change and the number of a file. */
    private static final Set<String> KEEP_CHANGES = Set.of(
            "ext2",
            "ext3",
            "ext4",
            "xfs",
            "btrfs",
            "zfs",
            "f2fs",
            "bcachefs",
            "jfs",
            "reiserfs",
            "tmpfs",
            "ramfs",
            "overlay",
            "apfs",
            "hfs",
            "ufs");

    /** Some of them keep whole seconds only, and the kernel's clock is a little late. */
    private static final long COARSEST = TimeUnit.SECONDS.toNanos(2);

    private static final String UNIX = "unix";

    static FileState of(Path file) throws IOException {
        if (!file.getFileSystem().supportedFileAttributeViews().contains(UNIX)) {
            BasicFileAttributes basic = Files.readAttributes(file, BasicFileAttributes.class);
            return new FileState(0, 0, basic.size(), nanos(basic.lastModifiedTime()), 0);
        }
        Map<String, Object> all = Files.readAttributes(file, UNIX + ":dev,ino,size,lastModifiedTime,ctime");
        return new FileState(
                ((Number) all.get("dev")).longValue(),
                ((Number) all.get("ino")).longValue(),
                ((Number) all.get("size")).longValue(),
                nanos((FileTime) all.get("lastModifiedTime")),
                nanos((FileTime) all.get("ctime")));
    }

    private static long nanos(FileTime time) {
        return time.to(TimeUnit.NANOSECONDS);
    }

    /** Whether a file with the same state has the same contents on this file system. */
    static boolean tellsChanges(Path file) {
        try {
            FileStore store = Files.getFileStore(file);
            return file.getFileSystem().supportedFileAttributeViews().contains(UNIX)
                    && KEEP_CHANGES.contains(store.type().toLowerCase(Locale.ROOT));
        } catch (IOException unknown) {
            return false;
        }
    }

    /** Whether a change at this time or later would show in the state. The time is in milliseconds since 1970. */
    boolean isOlderThan(long millis) {
        return changed < TimeUnit.MILLISECONDS.toNanos(millis) - COARSEST;
    }
}
