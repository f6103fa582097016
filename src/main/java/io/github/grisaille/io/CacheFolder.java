package io.github.grisaille.io;

import java.nio.file.Path;

/** The folder for files that can be made again. You may delete any of them at any time. */
public final class CacheFolder {
    private static final String PROPERTY = "grisaille.cache";

    private CacheFolder() {}

    /** The folder named by {@code -Dgrisaille.cache}; without it, .cache/grisaille in the user's home. */
    public static Path path() {
        String wanted = System.getProperty(PROPERTY);
        return wanted == null ? Path.of(System.getProperty("user.home"), ".cache", "grisaille") : Path.of(wanted);
    }
}
