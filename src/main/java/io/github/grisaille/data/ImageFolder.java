package io.github.grisaille.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/**
 * The pictures of a folder and of all folders in it (PNG, JPEG, GIF, BMP, WebP), each cut to its middle square and brought
 * to one size by averaging areas; small ones are enlarged. They come in the order of their paths, whatever the file
 * system's.
 *
 * <p>The first time, all are decoded, on all processors, and kept in one file with a byte a value; later this file is
 * found again as long as names, sizes and times of the pictures stay. It lies where that of {@link Faces} does, and may be
 * deleted. Training reads from it batch by batch, so that memory does not grow with the number of pictures.
 *
 * <p>What cannot be read is left out, and {@link #skipped} says why. Files whose names end otherwise are not looked at.
 */
public final class ImageFolder implements Dataset {
    /**
     * A file that is left out.
     *
     * @param reason why it cannot be read
     */
    public record Skipped(Path file, String reason) {}

    /** What the name of a kept file begins with; changes when decoding does. */
    private static final String VERSION = "pictures-1";

    private static final Set<String> ENDINGS = Set.of("png", "jpg", "jpeg", "jpe", "jfif", "gif", "bmp", "webp");
    private static final int SMALLEST = 4;
    private static final int LARGEST = 512;
    private static final int WHITE = 255;

    private final Path folder;
    private final int side;
    private final PictureFile pictures;
    private final List<Path> files;
    private final List<Skipped> skipped;
    private final float black;
    private final float white;

    private ImageFolder(
            Path folder,
            int side,
            PictureFile pictures,
            List<Path> files,
            List<Skipped> skipped,
            float black,
            float white) {
        this.folder = folder;
        this.side = side;
        this.pictures = pictures;
        this.files = files;
        this.skipped = skipped;
        this.black = black;
        this.white = white;
    }

    /**
     * The pictures of a folder.
     *
     * @param size the side that they are brought to, 4 to 512 pixels
     * @throws IllegalArgumentException if this is no folder, or fewer than 2 pictures in it can be read
     * @throws UncheckedIOException if the file of small pictures cannot be written
     */
    public static ImageFolder of(Path folder, int size) {
        if (size < SMALLEST || size > LARGEST) {
            throw new IllegalArgumentException("pictures are brought to a side of " + SMALLEST + " to " + LARGEST
                    + " pixels, and " + size + " was asked for");
        }
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException(folder + (Files.exists(folder) ? " is a file" : " does not exist")
                    + ": give the folder that holds the pictures");
        }
        Listing listing = Listing.of(folder);
        if (listing.candidates.isEmpty()) {
            throw new IllegalArgumentException(folder + " holds no pictures: looked for files that end in "
                    + String.join(", ", ENDINGS.stream().sorted().toList())
                    + (listing.failed.isEmpty() ? "" : "; and could not look into " + listing.failed));
        }
        PictureFile pictures = small(listing, size);
        List<Path> files = new ArrayList<>();
        List<Skipped> skipped = new ArrayList<>(listing.failed);
        for (int i = 0; i < listing.candidates.size(); i++) {
            Path file = listing.candidates.get(i).file;
            String reason = pictures.reasons().get(i);
            if (reason.isEmpty()) {
                files.add(file);
            } else {
                skipped.add(new Skipped(file, reason));
            }
        }
        if (files.size() < 2) {
            throw new IllegalArgumentException("of " + (files.size() + skipped.size()) + " pictures in " + folder + " "
                    + files.size() + " can be read, and at least 2 are needed"
                    + (skipped.isEmpty()
                            ? ""
                            : "; the first that cannot: " + skipped.get(0).file + ": " + skipped.get(0).reason));
        }
        return new ImageFolder(folder, size, pictures, List.copyOf(files), List.copyOf(skipped), 0, 1);
    }

    private static PictureFile small(Listing listing, int size) {
        int item = size * size * AreaAverage.CHANNELS;
        int sources = listing.candidates.size();
        Path file = Faces.cacheFolder().resolve(VERSION + "-" + size + "-" + listing.key() + ".rgb");
        PictureFile found = PictureFile.open(file, item, sources);
        if (found != null) {
            return found;
        }
        try {
            PictureFile.write(
                    file, listing.candidates.stream().map(Candidate::file).toList(), size);
        } catch (UncheckedIOException failed) {
            throw new UncheckedIOException(
                    "the small pictures, " + (long) item * sources / 1_000_000 + " MB, need a place: "
                            + failed.getMessage() + "; name another folder with -Dgrisaille.cache",
                    failed.getCause());
        }
        return Objects.requireNonNull(PictureFile.open(file, item, sources), "the file that was just written");
    }

    /** The same pictures with black as low and white as high; without it they are in [0, 1]. */
    public ImageFolder scaled(float low, float high) {
        if (!(low < high) || !Float.isFinite(high - low)) {
            throw new IllegalArgumentException(
                    "black must be below white, and both finite: got " + low + " and " + high);
        }
        return new ImageFolder(folder, side, pictures, files, skipped, low, high);
    }

    /** The number of pictures that can be read. */
    @Override
    public int size() {
        return files.size();
    }

    @Override
    public int[] shape() {
        return new int[] {side, side, AreaAverage.CHANNELS};
    }

    @Override
    public void read(int index, float[] target, int offset) {
        Objects.checkIndex(index, size());
        float step = (white - black) / WHITE;
        byte[] bytes = pictures.picture(index);
        for (int i = 0; i < bytes.length; i++) {
            target[offset + i] = black + step * (bytes[i] & WHITE);
        }
    }

    @Override
    public boolean onDisk() {
        return true;
    }

    /** Where a picture came from. */
    public Path file(int index) {
        return files.get(index);
    }

    /** What is left out, and why. */
    public List<Skipped> skipped() {
        return skipped;
    }

    /** The part of all files that is left out, from 0 to 1. */
    public double skippedShare() {
        return (double) skipped.size() / (skipped.size() + files.size());
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%,d pictures of %d×%d from %s%s",
                size(),
                side,
                side,
                folder,
                skipped.isEmpty()
                        ? ""
                        : String.format(Locale.ROOT, "; %,d left out (%.2g%%)", skipped.size(), 100 * skippedShare()));
    }

    /** A file that may be a picture. */
    private record Candidate(Path file, String name, long bytes, long modified) {}

    /** What a folder holds. */
    private record Listing(List<Candidate> candidates, List<Skipped> failed) {
        static Listing of(Path folder) {
            Listing listing = new Listing(new ArrayList<>(), new ArrayList<>());
            try {
                Files.walkFileTree(
                        folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, listing.visitor(folder));
            } catch (IOException failed) {
                throw new UncheckedIOException(folder + " could not be read: " + failed, failed);
            }
            listing.candidates.sort(Comparator.comparing(Candidate::name));
            return listing;
        }

        private SimpleFileVisitor<Path> visitor(Path folder) {
            return new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    String name = folder.relativize(file).toString().replace('\\', '/');
                    if (attributes.isRegularFile() && isPicture(file)) {
                        candidates.add(new Candidate(
                                file,
                                name,
                                attributes.size(),
                                attributes.lastModifiedTime().toMillis()));
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException why) {
                    failed.add(new Skipped(file, "it cannot be opened: " + why));
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path each, IOException why) {
                    if (why != null) {
                        failed.add(new Skipped(each, "not all of it could be listed: " + why));
                    }
                    return FileVisitResult.CONTINUE;
                }
            };
        }

        private static boolean isPicture(Path file) {
            String name = file.getFileName().toString();
            String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
            return ENDINGS.contains(ending) && !name.startsWith(".");
        }

        /** The same for the same names, sizes and times. */
        String key() {
            StringBuilder text = new StringBuilder();
            candidates.forEach(each -> text.append(each.name)
                    .append('\0')
                    .append(each.bytes)
                    .append('\0')
                    .append(each.modified)
                    .append('\n'));
            return UUID.nameUUIDFromBytes(text.toString().getBytes(StandardCharsets.UTF_8))
                    .toString();
        }
    }
}
