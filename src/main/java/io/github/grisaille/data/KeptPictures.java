package io.github.grisaille.data;

import io.github.grisaille.io.AtomicFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * Finds the small pictures of files, or makes them. They are kept under a digest of the files' contents, so that the same
 * contents are decoded once, wherever they lie. A file is written under its name when it is whole, is never changed, and is
 * never removed here, since another process can read from it; so several processes can use the folder at a time.
 */
final class KeptPictures {
    /** What the name of a kept file begins with; changes when decoding or the form of the file does. */
    private static final String VERSION = "pictures-2";

    private static final int NAME = 32;

    private final Path folder;
    private final int size;

    /** @param folder where they are kept */
    KeptPictures(Path folder, int size) {
        this.folder = folder;
        this.size = size;
    }

    /**
     * The small pictures of files.
     *
     * @param root the folder that the files belong to
     * @throws UncheckedIOException if there is no place for them
     */
    PictureFile of(Path root, List<Path> files) {
        ContentIndex index = new ContentIndex(folder.resolve(
                VERSION + "-index-" + name(root.toAbsolutePath().normalize().toString())));
        List<PictureSource> sources = index.digest(files);
        String key = key(sources);
        PictureFile found = find(key, sources.size());
        if (found != null) {
            return found;
        }
        try {
            Path written = write(sources, key);
            return Objects.requireNonNull(open(written, sources.size()), "the file that was just written");
        } catch (UncheckedIOException failed) {
            // Windows does not replace a file that another process, which was faster, reads from
            PictureFile ofAnother = find(key, sources.size());
            if (ofAnother != null) {
                return ofAnother;
            }
            throw new UncheckedIOException(
                    "the small pictures, " + (long) item() * sources.size() / 1_000_000
                            + " MB, are kept in a file, and " + failed.getMessage()
                            + ". -Dgrisaille.cache=… names another folder for it",
                    failed.getCause());
        }
    }

    /** What the heap was too small for is tried again with another heap, so there can be a file for this one. */
    private PictureFile find(String key, int sources) {
        PictureFile found = open(folder.resolve(file(key, "")), sources);
        return found != null ? found : open(folder.resolve(file(key, ofThisHeap())), sources);
    }

    private PictureFile open(Path file, int sources) {
        return PictureFile.open(file, item(), sources);
    }

    private int item() {
        return size * size * AreaAverage.CHANNELS;
    }

    private Path write(List<PictureSource> sources, String key) {
        return AtomicFile.write(folder, VERSION, out -> {
            List<PictureFile.Outcome> outcomes = PictureFile.write(sources, size, out);
            if (outcomes.contains(PictureFile.Outcome.MOMENT)) {
                // is not found again
                String once = file(key, "-" + UUID.randomUUID());
                folder.resolve(once).toFile().deleteOnExit();
                return once;
            }
            return file(key, outcomes.contains(PictureFile.Outcome.MEMORY) ? ofThisHeap() : "");
        });
    }

    private String file(String key, String suffix) {
        return VERSION + "-" + size + "-" + key + suffix + ".rgb";
    }

    private static String ofThisHeap() {
        return "-heap-" + (Runtime.getRuntime().maxMemory() >> 20);
    }

    /** The same for the same contents in the same order; and of the decoders the JDK's are its own. */
    private static String key(List<PictureSource> sources) {
        StringBuilder text = new StringBuilder();
        text.append(Runtime.version().feature());
        sources.forEach(each -> text.append('\n').append(each.digest()).append(each.reason()));
        return name(text.toString());
    }

    private static String name(String text) {
        MessageDigest digest = PictureSource.sha256();
        return HexFormat.of()
                .formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)))
                .substring(0, NAME);
    }
}
