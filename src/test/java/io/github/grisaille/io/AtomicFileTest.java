package io.github.grisaille.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    @TempDir
    Path folder;

    private List<Path> files() throws IOException {
        try (Stream<Path> list = Files.list(folder)) {
            return list.toList();
        }
    }

    @Test
    void writesAFileAndItsFolders() throws IOException {
        Path file = folder.resolve("a/b/file");
        AtomicFile.write(file, new byte[] {1, 2});
        AtomicFile.write(file, new byte[] {3});
        assertThat(file).hasBinaryContent(new byte[] {3});
    }

    @Test
    void aFailureInTheMiddleLeavesTheOldFileAndNothingElse() throws IOException {
        Path file = folder.resolve("file");
        AtomicFile.write(file, new byte[] {1, 2});
        assertThatThrownBy(() -> AtomicFile.write(file, out -> {
                    out.write(new byte[1 << 20]);
                    throw new IOException("the drive was pulled out");
                }))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(file + " could not be written")
                .hasMessageContaining("the drive was pulled out");
        assertThat(file).hasBinaryContent(new byte[] {1, 2});
        assertThat(files()).containsExactly(file);
    }

    @Test
    void anInterruptIsLeftForLater() {
        Path file = folder.resolve("file");
        Thread.currentThread().interrupt();
        AtomicFile.write(file, out -> {
            out.write(1);
            Thread.currentThread().interrupt();
            out.write(new byte[1 << 20]);
        });
        assertThat(Thread.interrupted()).isTrue();
        assertThat(file).hasSize(1 + (1 << 20));
    }

    @Test
    void aFileHasTheUsualPermissions() throws IOException {
        Path usual = Files.write(folder.resolve("usual"), new byte[1]);
        Path file = folder.resolve("file");
        AtomicFile.write(file, new byte[1]);
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            assertThat(Files.getPosixFilePermissions(file)).isEqualTo(Files.getPosixFilePermissions(usual));
        }
    }

    /** Files that belong together change together, or not at all. */
    @Test
    void aPreparedFileChangesNothingUntilItIsCommitted() throws IOException {
        Path file = folder.resolve("file");
        AtomicFile.write(file, new byte[] {1});
        try (AtomicFile given = AtomicFile.prepare(file, 2, out -> out.write(new byte[] {2, 3}))) {
            assertThat(given.length()).isEqualTo(2);
            assertThat(file).hasBinaryContent(new byte[] {1});
        }
        assertThat(file).hasBinaryContent(new byte[] {1});
        assertThat(files()).containsExactly(file);
        try (AtomicFile given = AtomicFile.prepare(file, 2, out -> out.write(new byte[] {2, 3}))) {
            given.commit();
        }
        assertThat(file).hasBinaryContent(new byte[] {2, 3});
        assertThat(files()).containsExactly(file);
    }
}
