package io.github.grisaille.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class ImageFolderTest extends PictureFolder {
    @Test
    void theSmallPicturesAreKeptAsLongAsTheFolderStays() throws IOException {
        Path one = write("1.png", quarters(BufferedImage.TYPE_INT_RGB, 16));
        write("2.png", quarters(BufferedImage.TYPE_INT_RGB, 16));
        Path broken = Files.writeString(folder.resolve("3.png"), "no picture");
        ImageFolder.of(folder, 4);
        Path kept = kept().get(0);
        FileTime then = FileTime.fromMillis(1_000_000);
        Files.setLastModifiedTime(kept, then);
        ImageFolder again = ImageFolder.of(folder, 4);
        assertThat(Files.getLastModifiedTime(kept)).isEqualTo(then);
        assertThat(again.skipped())
                .containsExactly(new ImageFolder.Skipped(
                        broken, "it is not a picture in PNG, JPEG, GIF, BMP, WebP or TIFF format"));
        assertQuarters(again, 0, 0);
        // another size, another picture: another file; another time or place: the same
        ImageFolder.of(folder, 8);
        assertThat(kept()).hasSize(2);
        Files.setLastModifiedTime(one, then);
        Files.move(folder.resolve("2.png"), folder.resolve("20.png"));
        ImageFolder.of(folder, 4);
        assertThat(kept()).hasSize(2);
        Files.copy(one, folder.resolve("4.png"));
        ImageFolder.of(folder, 4);
        assertThat(kept()).hasSize(3);
        // a kept file that was damaged is made again
        byte[] bytes = Files.readAllBytes(kept);
        for (Path each : kept()) {
            Files.write(each, Arrays.copyOf(bytes, bytes.length - 1));
        }
        assertQuarters(ImageFolder.of(folder, 4), 1, 0);
    }

    @Test
    void foldersThatCannotBeUsed() throws IOException {
        assertThatThrownBy(() -> ImageFolder.of(folder.resolve("none"), 8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(folder.resolve("none") + " does not exist: give the folder that holds the pictures");
        assertThatThrownBy(() -> ImageFolder.of(folder, 8))
                .hasMessage(folder
                        + " holds no pictures: there are no files that end in apng, bmp, dib, gif, jfif, jpe,"
                        + " jpeg, jpg, png, tif, tiff,"
                        + " webp");
        Path one = write("1.png", quarters(BufferedImage.TYPE_INT_RGB, 16));
        assertThatThrownBy(() -> ImageFolder.of(one, 8)).hasMessageContaining("1.png is a file: give the folder");
        assertThatThrownBy(() -> ImageFolder.of(folder, 8))
                .hasMessage(folder + " needs at least 2 pictures that can be read; got 1 of 1");
        Files.write(folder.resolve("2.png"), new byte[10]);
        assertThatThrownBy(() -> ImageFolder.of(folder, 8))
                .hasMessageContaining(folder + " needs at least 2 pictures that can be read; got 1 of 2; the first"
                        + " skipped one: " + folder.resolve("2.png") + ": it is not a picture in");
        assertThatThrownBy(() -> ImageFolder.of(folder, 3)).hasMessageContaining("a side of 4 to 512 pixels; got 3");
        write("3.png", quarters(BufferedImage.TYPE_INT_RGB, 16));
        System.setProperty(CACHE, one.toString());
        assertThatThrownBy(() -> ImageFolder.of(folder, 8))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("You can name another folder with -Dgrisaille.cache=…");
    }

    @Test
    void anInterruptStopsTheDecodingAndLeavesNothing() throws IOException {
        write("1.png", quarters(BufferedImage.TYPE_INT_RGB, 16));
        write("2.png", quarters(BufferedImage.TYPE_INT_RGB, 16));
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> ImageFolder.of(folder, 4))
                    .isInstanceOf(CancellationException.class)
                    .hasMessage("interrupted after 0 of 2 pictures");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(kept()).isEmpty();
        assertThat(ImageFolder.of(folder, 4).size()).isEqualTo(2);
    }

    @Test
    void linksThatLeadInCirclesAreListed() throws IOException {
        write("a/1.png", quarters(BufferedImage.TYPE_INT_RGB, 16));
        write("a/2.png", quarters(BufferedImage.TYPE_INT_RGB, 16));
        Path circle = Files.createSymbolicLink(folder.resolve("a/circle"), folder);
        ImageFolder images = ImageFolder.of(folder, 4);
        assertThat(images.size()).isEqualTo(2);
        assertThat(images.skipped()).hasSize(1);
        assertThat(images.skipped().get(0).file()).isEqualTo(circle);
        assertThat(images.skipped().get(0).reason()).startsWith("it cannot be opened: ");
    }
}
