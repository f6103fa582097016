package io.github.grisaille.data;

import io.github.grisaille.io.CacheFolder;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * The pictures of a folder and of all folders in it (PNG, JPEG, GIF, BMP, WebP, TIFF), each cut to its middle square and
 * brought to one size by averaging areas; small ones are enlarged. They come in the order of their paths, whatever the file
 * system's. A picture that its camera held otherwise is turned upright, as its EXIF data say (JPEG, PNG, WebP, TIFF). Of an
 * animation or a file of several pages the first picture is taken; what is transparent lies on white.
 *
 * <p>What cannot be read is left out, and {@link #skipped} says why: files that are damaged or cut off, pictures in other
 * formats (HEIC, AVIF, SVG, camera raw and the like), and whole folders that are hidden (their names begin with a dot) or
 * that systems keep for themselves (such as {@code @eaDir} and {@code __MACOSX}). The folder that is asked for may itself be
 * hidden. Files whose names begin with a dot, or end as no picture's, are not looked at.
 *
 * <p>The first time, all are decoded, on all processors, and kept in one file with a byte a value. It lies where that of
 * {@link Faces} does, and may be deleted when no program reads from it. Training reads from it batch by batch, so that
 * memory does not grow with the number of pictures. Later it is found again as long as the contents of all pictures stay,
 * whatever their names, places and times. Whether they stay is seen in one of two ways:
 *
 * <ul>
 *   <li>On local file systems of Linux and macOS (ext4, XFS, Btrfs, ZFS, APFS and others) by each file's number, size, time
 *       of modification and time of change. No program can set the last one, so a file that is replaced by one of equal size
 *       and time is seen. This takes a few seconds for 50,000 pictures. Files that changed less than 2 seconds before
 *       they were read are read again.
 *   <li>Elsewhere (Windows, FAT, network drives) by reading the files, all of them, each time. This takes as long as
 *       copying them.
 * </ul>
 */
public final class ImageFolder implements Dataset {
    /**
     * A file that is left out, or a folder with all that it holds.
     *
     * @param reason why
     */
    public record Skipped(Path file, String reason) {}

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
        PictureListing listing = PictureListing.of(folder);
        List<Path> files = new ArrayList<>();
        List<Skipped> skipped = new ArrayList<>();
        if (listing.files().isEmpty()) {
            throw new IllegalArgumentException(folder + " holds no pictures: looked for files that end in "
                    + String.join(", ", PictureKind.ENDINGS) + first(listing.skipped()));
        }
        PictureFile pictures = new KeptPictures(CacheFolder.path(), size).of(folder, listing.files());
        for (int i = 0; i < listing.files().size(); i++) {
            Path file = listing.files().get(i);
            String reason = pictures.reasons().get(i);
            if (reason.isEmpty()) {
                files.add(file);
            } else {
                skipped.add(new Skipped(file, reason));
            }
        }
        skipped.addAll(listing.skipped());
        if (files.size() < 2) {
            throw new IllegalArgumentException("of " + listing.files().size() + " pictures in " + folder + " "
                    + files.size() + " can be read, and at least 2 are needed" + first(skipped));
        }
        return new ImageFolder(folder, size, pictures, List.copyOf(files), List.copyOf(skipped), 0, 1);
    }

    private static String first(List<Skipped> skipped) {
        return skipped.isEmpty()
                ? ""
                : "; the first that is left out: " + skipped.get(0).file + ": " + skipped.get(0).reason;
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

    /** What is left out, and why; a folder that is left out is one entry, and not looked into. */
    public List<Skipped> skipped() {
        return skipped;
    }

    /** The part of all files that is left out, from 0 to 1; a folder that is left out counts as one file. */
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
}
