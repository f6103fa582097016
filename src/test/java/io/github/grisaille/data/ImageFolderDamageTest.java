package io.github.grisaille.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.grisaille.tensor.RandomStream;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Picture files that are cut off, damaged or too large are left out. */
class ImageFolderDamageTest extends PictureFolder {
    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg", "gif", "bmp", "webp"})
    void whatIsCutOffIsLeftOut(String ending) throws IOException {
        write("1.png", quarters(BufferedImage.TYPE_INT_RGB, 16));
        write("2.png", quarters(BufferedImage.TYPE_INT_RGB, 16));
        Path whole;
        if (ending.equals("webp")) {
            whole = write("whole.webp", WEBP_LOSSLESS);
        } else {
            BufferedImage noise = new BufferedImage(64, 80, BufferedImage.TYPE_INT_RGB);
            RandomStream random = new RandomStream(1, 1);
            for (int i = 0; i < 64 * 80; i++) {
                noise.setRGB(i % 64, i / 64, random.nextInt(1 << 24));
            }
            whole = write("whole." + ending, noise);
        }
        byte[] bytes = Files.readAllBytes(whole);
        for (int percent : new int[] {0, 1, 10, 50, 80, 97}) {
            Files.write(
                    folder.resolve("cut" + percent + "." + ending), Arrays.copyOf(bytes, bytes.length * percent / 100));
        }
        ImageFolder images = ImageFolder.of(folder, 4);
        assertThat(images.skipped())
                .extracting(each -> each.file().getFileName().toString())
                .as(images.skipped().toString())
                .containsExactly(
                        "cut0." + ending,
                        "cut1." + ending,
                        "cut10." + ending,
                        "cut50." + ending,
                        "cut80." + ending,
                        "cut97." + ending);
        assertThat(images.size()).isEqualTo(3);
        assertThat(images.skippedShare()).isEqualTo(6 / 9.0);
        assertThat(images.toString()).endsWith("; 6 skipped (67%)");
        images.skipped().forEach(each -> assertThat(each.reason()).startsWith("it "));
    }

    /** Flipped bytes may make another picture, or none; they are never fatal. */
    @Test
    void damagedPicturesAreNeverFatal() throws IOException {
        RandomStream random = new RandomStream(1, 2);
        for (String ending : List.of("png", "jpg", "gif", "bmp", "webp", "tiff")) {
            Path whole = ending.equals("webp")
                    ? write("whole.webp", WEBP_LOSSLESS)
                    : write("whole." + ending, quarters(BufferedImage.TYPE_INT_RGB, 16));
            byte[] bytes = Files.readAllBytes(whole);
            for (int k = 0; k < 60; k++) {
                byte[] damaged = bytes.clone();
                for (int flips = 0; flips < 4; flips++) {
                    damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
                }
                Files.write(folder.resolve(ending + k + "." + ending), damaged);
            }
        }
        ImageFolder images = ImageFolder.of(folder, 8);
        assertThat(images.size() + images.skipped().size()).isEqualTo(6 * 61);
        assertThat(images.skipped())
                .hasSizeGreaterThan(30)
                .allSatisfy(each -> assertThat(each.reason()).startsWith("it "));
    }

    @Test
    void aPictureThatIsTooLargeIsLeftOutWithAdvice() throws IOException {
        write("1.png", quarters(BufferedImage.TYPE_INT_RGB, 16));
        Path large = write("2.png", quarters(BufferedImage.TYPE_INT_RGB, 16));
        write("3.png", quarters(BufferedImage.TYPE_INT_RGB, 16));
        byte[] bytes = Files.readAllBytes(large);
        // width and height in the head of a PNG file, and the head's checksum
        CRC32 checksum = new CRC32();
        ByteBuffer head = ByteBuffer.wrap(bytes).putInt(16, 2_000_000).putInt(20, 1_000_000);
        checksum.update(bytes, 12, 17);
        head.putInt(29, (int) checksum.getValue());
        Files.write(large, bytes);
        ImageFolder images = ImageFolder.of(folder, 4);
        assertThat(images.skipped()).hasSize(1);
        assertThat(images.skipped().get(0).reason())
                .startsWith("it has 2000000×1000000 pixels, but this heap has room for at most ")
                .endsWith("make it smaller, or start Java with a larger -Xmx");
    }
}
