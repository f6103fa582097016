package io.github.grisaille.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.tensor.RandomStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxTest {
    @TempDir
    Path folder;

    private static byte[] idx(int magic, int[] shape, int values) {
        ByteBuffer buffer = ByteBuffer.allocate(4 + 4 * shape.length + values);
        buffer.putInt(magic);
        for (int extent : shape) {
            buffer.putInt(extent);
        }
        for (int i = 0; i < values; i++) {
            buffer.put((byte) i);
        }
        return buffer.array();
    }

    private static byte[] packed(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    private Path file(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("some-idx"), bytes);
    }

    @Test
    void readsRawAndPackedFiles() throws IOException {
        byte[] raw = idx(0x803, new int[] {2, 3, 4}, 24);
        for (byte[] bytes : new byte[][] {raw, packed(raw)}) {
            Idx idx = Idx.read(file(bytes));
            assertThat(idx.shape()).containsExactly(2, 3, 4);
            assertThat(idx.values()).hasSize(24);
            assertThat(idx.values()[23]).isEqualTo((byte) 23);
        }
    }

    @Test
    void refusesWhatIsNotOneOrNotWhole() throws IOException {
        byte[] good = idx(0x803, new int[] {2, 3, 4}, 24);
        assertThatThrownBy(() -> Idx.read(file(idx(0xD03, new int[] {2, 3, 4}, 24))))
                .hasMessageContaining("01 to 04; found 00000d03");
        assertThatThrownBy(() -> Idx.read(file("<html>not found".getBytes())))
                .hasMessageContaining(
                        "is not an IDX file of unsigned bytes: it should start with 000008 and the number of"
                                + " axes, 01 to 04; found 3c68746d");
        assertThatThrownBy(() -> Idx.read(file(Arrays.copyOf(good, 30)))).hasMessageContaining("ends too early");
        assertThatThrownBy(() -> Idx.read(file(new byte[2]))).hasMessageContaining("ends too early");
        assertThatThrownBy(() -> Idx.read(file(Arrays.copyOf(packed(good), 25))))
                .hasMessageContaining("ends too early");
        assertThatThrownBy(() -> Idx.read(file(Arrays.copyOf(good, 50))))
                .hasMessageContaining("has more bytes than the 24 values");
        assertThatThrownBy(() -> Idx.read(file(idx(0x803, new int[] {-1, 3, 4}, 0))))
                .hasMessageContaining("claims the extents [-1]");
        assertThatThrownBy(() -> Idx.read(folder.resolve("nothing"))).hasMessageContaining("is not a file");
    }

    /** A head that claims two thousand million values must not make the reader reserve them. */
    @Test
    void aFalseClaimCostsNoMemory() throws IOException {
        Path liar = file(idx(0x803, new int[] {1 << 10, 1 << 10, (1 << 11) - 1}, 100));
        assertThatThrownBy(() -> Idx.read(liar)).hasMessageContaining("ends too early");
    }

    @Test
    void damagedFilesNeverCrashTheReader() throws IOException {
        byte[] raw = idx(0x802, new int[] {5, 7}, 35);
        byte[] packed = packed(raw);
        RandomStream random = new RandomStream(1, 1);
        for (int round = 0; round < 2000; round++) {
            byte[] bytes = (round % 2 == 0 ? raw : packed).clone();
            for (int k = random.nextInt(4); k >= 0; k--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            byte[] cut = Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length));
            try {
                Idx idx = Idx.read(file(cut));
                assertThat(idx.values().length)
                        .isEqualTo(Arrays.stream(idx.shape()).reduce(1, (a, b) -> a * b));
            } catch (IllegalArgumentException | UncheckedIOException expected) {
                assertThat(expected).hasMessageContaining("some-idx");
            }
        }
    }

    @Test
    void imagesAndLabelsMustBelongTogether() throws IOException {
        Path images = Files.write(folder.resolve("images"), idx(0x803, new int[] {2, 3, 4}, 24));
        Path labels = Files.write(folder.resolve("labels"), idx(0x801, new int[] {2}, 2));
        Path three = Files.write(folder.resolve("three"), idx(0x801, new int[] {3}, 3));
        ImageDataset set = IdxImages.read(images, labels);
        assertThat(set.size()).isEqualTo(2);
        assertThat(set.shape()).containsExactly(3, 4, 1);
        assertThat(set.label(1)).isEqualTo(1);
        assertThatThrownBy(() -> IdxImages.read(images, three))
                .hasMessageContaining("holds 2 images and")
                .hasMessageContaining("holds 3 labels: the two files do not belong together");
        assertThatThrownBy(() -> IdxImages.read(labels, images))
                .hasMessageContaining("has extents [2], but a file of images has 3 axes");
    }
}
