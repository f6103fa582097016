package io.github.grisaille.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A file that may be a picture.
 *
 * @param state the state of the file before its contents were read
 * @param digest the SHA-256 digest of its contents in hexadecimal; empty if they cannot be read
 * @param reason why they cannot be read, or empty
 */
record PictureSource(Path file, FileState state, String digest, String reason) {
    private static final int BUFFER = 1 << 16;

    /** Reads a file and computes its digest. */
    static PictureSource digested(Path file, FileState state) {
        try {
            return new PictureSource(file, state, digest(file), "");
        } catch (IOException unreadable) {
            return new PictureSource(file, state, "", "it cannot be opened: " + unreadable);
        }
    }

    private static String digest(Path file) throws IOException {
        MessageDigest digest = sha256();
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = Files.newInputStream(file)) {
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                digest.update(buffer, 0, length);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    /** Whether the file system still reports the same state. */
    boolean isAsListed() {
        try {
            return FileState.of(file).equals(state);
        } catch (IOException gone) {
            return false;
        }
    }

    /** Whether the contents are still the same. */
    boolean isAsDigested() {
        try {
            return digest(file).equals(digest);
        } catch (IOException gone) {
            return false;
        }
    }
}
