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
 * The cache of resized pictures. The name of a cache file is a digest of the pictures' contents, so the same contents
 * are decoded only once, wherever they are stored. A cache file gets its name when it is complete. Afterwards it is
 * never changed or removed here, because another process may read it. So several processes can use the folder at the
 * same time.
 */
final class PictureCache {
    /** The beginning of a cache file's name. Change it when the decoding or the file format changes. */
    private static final String VERSION = "pictures-2";

    private static final int NAME = 32;

    private final Path folder;
    private final int size;

    /** @param folder the folder of the cache */
    PictureCache(Path folder, int size) {
        this.folder = folder;
        this.size = size;
    }

    /**
     * The resized pictures of these files, from the cache or newly decoded.
     *
     * @param root the folder that the files belong to
     * @throws UncheckedIOException if the cache file cannot be written
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
            // another process may have been faster, and Windows does not replace a file that is being read
            PictureFile ofAnother = find(key, sources.size());
            if (ofAnother != null) {
                return ofAnother;
            }
            throw new UncheckedIOException(
                    "the resized pictures need a file of " + (long) item() * sources.size() / 1_000_000 + " MB, but "
                            + failed.getMessage() + ". You can name another folder with -Dgrisaille.cache=…",
                    failed.getCause());
        }
    }

    /**
     * Pictures that were too large for one heap size are tried again with another, so a cache file may be for this heap
     * size.
     */
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
                // a random name, so that no later call finds the file
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

    /** The cache key. It depends on the contents and their order, and on the JDK, which brings some of the decoders. */
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
