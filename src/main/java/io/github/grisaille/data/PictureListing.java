package io.github.grisaille.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The contents of a folder and of all folders in it.
 *
 * @param files the files that may be pictures, in the order of their paths
 * @param skipped what is skipped by its name or cannot be listed
 */
record PictureListing(List<Path> files, List<ImageFolder.Skipped> skipped) {
    /**
     * System folders whose names have no dot: thumbnails and recycle bins of network drives (Synology, QNAP, NetApp),
     * folders that macOS puts into archives, and recycle bins and lost files of Windows and Linux.
     */
    private static final Set<String> SYSTEM_FOLDERS = Set.of(
            "@eadir",
            "@tmp",
            "@recycle",
            "@recently-snapshot",
            "@__thumb",
            "#recycle",
            "#snapshot",
            "~snapshot",
            "__macosx",
            "$recycle.bin",
            "recycler",
            "system volume information",
            "lost+found");

    /** @throws UncheckedIOException if the folder cannot be listed */
    static PictureListing of(Path folder) {
        PictureListing listing = new PictureListing(new ArrayList<>(), new ArrayList<>());
        try {
            Files.walkFileTree(
                    folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, listing.visitor(folder));
        } catch (IOException failed) {
            throw new UncheckedIOException(folder + " could not be read: " + failed, failed);
        }
        // names that are equal as text are compared by their bytes
        listing.files.sort(Comparator.<Path, String>comparing(
                        file -> folder.relativize(file).toString().replace('\\', '/'))
                .thenComparing(Comparator.naturalOrder()));
        listing.skipped.sort(Comparator.comparing(each -> each.file().toString()));
        return listing;
    }

    private SimpleFileVisitor<Path> visitor(Path root) {
        return new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                if (!folder.equals(root) && isHidden(folder)) {
                    skip(folder, "it is a hidden folder or a system folder: rename it if you want" + " its pictures");
                    return FileVisitResult.SKIP_SUBTREE;
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                boolean read = PictureKind.isRead(file);
                if (file.getFileName().toString().startsWith(".")) {
                    return FileVisitResult.CONTINUE;
                }
                if (read && attributes.isRegularFile()) {
                    files.add(file);
                } else if (read) {
                    skip(file, attributes.isSymbolicLink() ? "it is a broken link" : "it is not a regular file");
                } else if (!PictureKind.reasonByName(file).isEmpty()) {
                    skip(file, PictureKind.reasonByName(file));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException why) {
                skip(file, "it cannot be opened: " + why);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path each, IOException why) {
                if (why != null) {
                    skip(each, "some of its files could not be listed: " + why);
                }
                return FileVisitResult.CONTINUE;
            }
        };
    }

    private void skip(Path file, String reason) {
        skipped.add(new ImageFolder.Skipped(file, reason));
    }

    private static boolean isHidden(Path folder) throws IOException {
        String name = folder.getFileName().toString();
        return name.startsWith(".") || SYSTEM_FOLDERS.contains(name.toLowerCase(Locale.ROOT)) || Files.isHidden(folder);
    }
}
