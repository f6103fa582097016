package io.github.grisaille.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.grisaille.plot.ImageGrid;
import io.github.grisaille.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTroubleTest {
    @TempDir
    Path folder;

    @Test
    void aFullDiskSaysWhatWasNeededAndWhatIsFree() throws Exception {
        try (SmallDisk disk = SmallDisk.of(1024, 100)) {
            Path file = disk.folder().resolve("weights");
            AtomicFile.write(file, new byte[100]);
            assertThatThrownBy(() -> AtomicFile.write(file, new byte[2_000_000]))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessage(file
                            + " could not be written: the disk is full: the file needs 2.0 MB, and 1.0 MB are free;"
                            + " delete files, or name a folder on another disk")
                    .hasCauseInstanceOf(IOException.class);
            assertThatThrownBy(() -> AtomicFile.write(file, out -> {
                        for (int i = 0; i < 100; i++) {
                            out.write(new byte[65_536]);
                        }
                    }))
                    .hasMessageContaining("the disk is full: the file needs more than 983.0 kB, and 1.0 MB are free");
            assertThat(file).hasBinaryContent(new byte[100]);
            assertThat(disk.files()).containsExactly("weights");
        }
    }

    /** Pictures, animations and weights are written in the same way. */
    @Test
    void whateverIsSavedSaysSo() throws Exception {
        try (SmallDisk disk = SmallDisk.of(8, 100)) {
            disk.fill();
            Path picture = disk.folder().resolve("grid.png");
            assertThatThrownBy(() -> ImageGrid.of(new float[64 * 64], 64, 64, 1).save(picture))
                    .hasMessageContaining(picture + " could not be written: the disk is full: the file needs ");
            Path weights = disk.folder().resolve("weights.safetensors");
            SafeTensors tensors = new SafeTensors();
            tensors.put("a", Tensor.of(new float[1000], 1000));
            assertThatThrownBy(() -> tensors.write(weights))
                    .hasMessageContaining(
                            weights + " could not be written: the disk is full: the file needs 4.1 kB, and 0"
                                    + " bytes are free");
            assertThat(disk.files()).containsExactly("filler");
        }
        SafeTensors tensors = new SafeTensors();
        tensors.put("a", Tensor.of(new float[1000], 1000));
        Path weights = folder.resolve("weights.safetensors");
        tensors.write(weights);
        assertThat(weights).hasSize(tensors.bytes());
    }

    @Test
    void aDiskThatIsOutOfFilesSaysSo() throws Exception {
        try (SmallDisk disk = SmallDisk.of(1024, 3)) {
            AtomicFile.write(disk.folder().resolve("1"), new byte[1]);
            AtomicFile.write(disk.folder().resolve("2"), new byte[1]);
            Path file = disk.folder().resolve("3");
            assertThatThrownBy(() -> AtomicFile.write(file, new byte[1]))
                    .hasMessageContaining(file + " could not be written: the file system of " + disk.folder()
                            + " can hold no more files, though 1.0 MB are free (the number of files is limited too)");
            assertThat(disk.files()).containsExactly("1", "2");
        }
    }

    @Test
    void aReadOnlyDiskSaysSo() throws Exception {
        try (SmallDisk disk = SmallDisk.of(1024, 100)) {
            disk.readOnly();
            for (String name : new String[] {"file", "folder/file"}) {
                Path file = disk.folder().resolve(name);
                assertThatThrownBy(() -> AtomicFile.write(file, new byte[1]))
                        .hasMessage(file + " could not be written: " + disk.folder()
                                + " is on a read-only file system; name"
                                + " a folder that can be written, or mount it for writing");
            }
        }
    }

    @Test
    void aFolderWithoutPermissionSaysSo() throws IOException {
        assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("posix"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("r-xr-xr-x"));
        try {
            assumeFalse(Files.isWritable(folder), "the superuser may write anywhere");
            assertThatThrownBy(() -> AtomicFile.write(folder.resolve("file"), new byte[1]))
                    .hasMessage(folder.resolve("file") + " could not be written: user "
                            + System.getProperty("user.name") + " may not write in " + folder
                            + "; change its permissions, or name a folder of your own");
        } finally {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    @Test
    void aPathThatCannotBeSaysSo() throws IOException {
        Path file = Files.write(folder.resolve("file"), new byte[] {7});
        assertThatThrownBy(() -> AtomicFile.write(file.resolve("below"), new byte[1]))
                .hasMessage(file.resolve("below") + " could not be written: " + file
                        + " is a file, but a folder is needed in its place; name another folder");
        assertThat(file).hasBinaryContent(new byte[] {7});
        Path inside = Files.createDirectories(folder.resolve("a/b"));
        assertThatThrownBy(() -> AtomicFile.write(inside.getParent(), new byte[1]))
                .hasMessageContaining("it is a folder; name a file in it");
        assertThatThrownBy(() -> AtomicFile.write(folder.getRoot(), new byte[1]))
                .hasMessageContaining("it is a folder; name a file in it");
        Path longest = folder.resolve("n".repeat(255));
        AtomicFile.write(longest, new byte[1]);
        assertThat(longest).exists();
        assertThatThrownBy(() -> AtomicFile.write(folder.resolve("n".repeat(256)), new byte[1]))
                .hasMessageContaining(
                        "its name is too long for the file system; use at most 255 bytes for each part of the path");
        // 41 characters of 4 bytes, cut in none of them
        Path smileys = folder.resolve("x" + "\uD83D\uDE00".repeat(41));
        AtomicFile.write(smileys, new byte[1]);
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactlyInAnyOrder(file, folder.resolve("a"), longest, smileys);
        }
    }

    /** What other file systems answer; the words are theirs. */
    @Test
    void otherAnswers() {
        Path file = folder.resolve("file");
        assertThat(FileTrouble.writing(file, new IOException(file + ": Disk quota exceeded")))
                .hasMessageContaining("your disk quota is used up");
        assertThat(FileTrouble.writing(file, new AccessDeniedException(file.toString())))
                .hasMessageContaining("may not write in " + folder);
        assertThat(FileTrouble.writing(file, new IOException("There is not enough space on the disk")))
                .hasMessageContaining("can hold no more files, though");
        assertThat(FileTrouble.writing(file, new IOException("Input/output error")))
                .hasMessage(file + " could not be written: java.io.IOException: Input/output error");
    }
}
