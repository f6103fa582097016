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
 * The pictures of a folder and of all folders in it (PNG, JPEG, GIF, BMP, WebP, TIFF). Each is cropped to its central
 * square and resized by area averaging; small ones are enlarged. The order is that of the paths, on every file system.
 * Pictures are turned upright by their EXIF orientation (JPEG, PNG, WebP, TIFF). An animation or a file of several
 * pages gives its first picture. Transparent pixels become white.
 *
 * <p>Some files and folders are skipped, and {@link #skipped} says why: damaged files, pictures in other formats (HEIC,
 * AVIF, SVG, camera raw and others), hidden folders (their names begin with a dot) and folders of the system (such as
 * {@code @eaDir} and {@code __MACOSX}). The given folder itself may be hidden. Files whose names begin with a dot or do
 * not end like a picture's name are ignored.
 *
 * <p>The first call decodes all pictures, on all processors, and stores them in one file with a byte per value. This
 * file is in the folder {@link CacheFolder#path}; you may delete it when no program uses it. Training reads it batch by
 * batch, so the memory needed does not grow with the number of pictures. Later calls use the file again as long as the
 * contents of all pictures are the same, even if names, places or times changed. There are two ways to find out:
 *
 * <ul>
 *   <li>On local file systems of Linux and macOS (ext4, XFS, Btrfs, ZFS, APFS and others): by the number, the size, the
 *       modification time and the change time of each file. No program can set the change time, so a replaced file is
 *       noticed even if its size and modification time are the same. This takes a few seconds for 50,000 pictures.
 *       Files that changed less than 2 seconds before they were read are read again.
 *   <li>Elsewhere (Windows, FAT, network drives): by reading all files each time. This takes as long as copying them.
 * </ul>
 */
public final class ImageFolder implements Dataset {
    /**
     * A skipped file, or a skipped folder with everything in it.
     *
     * @param reason why it is skipped
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
     * Reads the pictures of a folder.
     *
     * @param size the side of the resized pictures, 4 to 512 pixels
     * @throws IllegalArgumentException if it is not a folder, or fewer than 2 of its pictures can be read
     * @throws UncheckedIOException if the file of resized pictures cannot be written
     */
    public static ImageFolder of(Path folder, int size) {
        if (size < SMALLEST || size > LARGEST) {
            throw new IllegalArgumentException(
                    "pictures are resized to a side of " + SMALLEST + " to " + LARGEST + " pixels; got " + size);
        }
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException(folder + (Files.exists(folder) ? " is a file" : " does not exist")
                    + ": give the folder that holds the pictures");
        }
        PictureListing listing = PictureListing.of(folder);
        List<Path> files = new ArrayList<>();
        List<Skipped> skipped = new ArrayList<>();
        if (listing.files().isEmpty()) {
            throw new IllegalArgumentException(folder + " holds no pictures: there are no files that end in "
                    + String.join(", ", PictureKind.ENDINGS) + first(listing.skipped()));
        }
        PictureFile pictures = new PictureCache(CacheFolder.path(), size).of(folder, listing.files());
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
            throw new IllegalArgumentException(folder + " needs at least 2 pictures that can be read; got "
                    + files.size() + " of " + listing.files().size() + first(skipped));
        }
        return new ImageFolder(folder, size, pictures, List.copyOf(files), List.copyOf(skipped), 0, 1);
    }

    private static String first(List<Skipped> skipped) {
        return skipped.isEmpty()
                ? ""
                : "; the first skipped one: " + skipped.get(0).file + ": " + skipped.get(0).reason;
    }

    /** A view with pixel values from {@code low} (black) to {@code high} (white). The default is [0, 1]. */
    public ImageFolder scaled(float low, float high) {
        if (!(low < high) || !Float.isFinite(high - low)) {
            throw new IllegalArgumentException(
                    "black must be below white, and both must be finite; got " + low + " and " + high);
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

    /** The file that a picture was read from. */
    public Path file(int index) {
        return files.get(index);
    }

    /** The skipped files and folders, with reasons. A skipped folder is one entry. */
    public List<Skipped> skipped() {
        return skipped;
    }

    /** The share of skipped files, from 0 to 1. A skipped folder counts as one file. */
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
                        : String.format(Locale.ROOT, "; %,d skipped (%.2g%%)", skipped.size(), 100 * skippedShare()));
    }
}
