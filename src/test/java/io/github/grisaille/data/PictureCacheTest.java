package io.github.grisaille.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.CopyOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pictures are of one colour, and files of the same size. */
class PictureCacheTest {
    private static final String CACHE = "grisaille.cache";
    private static final FileTime THEN = FileTime.fromMillis(1_500_000_000_000L);

    @TempDir
    Path temporary;

    private String before;

    @BeforeEach
    void cache() {
        before = System.setProperty(CACHE, temporary.resolve("cache").toString());
    }

    @AfterEach
    void restore() {
        if (before == null) {
            System.clearProperty(CACHE);
        } else {
            System.setProperty(CACHE, before);
        }
    }

    /** An uncompressed picture, so that all have one length. */
    private static Path write(Path file, int rgb) throws IOException {
        BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 64; i++) {
            image.setRGB(i % 8, i / 8, rgb);
        }
        Files.createDirectories(file.getParent());
        Files.write(file, SamplePictures.written("bmp", image, null, false));
        return Files.setLastModifiedTime(file, THEN);
    }

    private static int color(ImageFolder images, int index) {
        float[] values = images.values(index);
        return Math.round(values[0] * 255) << 16 | Math.round(values[1] * 255) << 8 | Math.round(values[2] * 255);
    }

    private List<Path> kept(String ending) throws IOException {
        try (Stream<Path> list = Files.list(temporary.resolve("cache"))) {
            return list.filter(each -> each.toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void eachFolderShowsItsOwnPictures() throws IOException {
        Path a = temporary.resolve("a");
        Path b = temporary.resolve("b");
        for (int i = 0; i < 3; i++) {
            write(a.resolve(i + ".bmp"), 0x110000 * (i + 1));
            write(b.resolve(i + ".bmp"), 0x000011 * (i + 1));
        }
        for (int again = 0; again < 2; again++) {
            ImageFolder ofA = ImageFolder.of(a, 8);
            ImageFolder ofB = ImageFolder.of(b, 8);
            for (int i = 0; i < 3; i++) {
                assertThat(color(ofA, i)).isEqualTo(0x110000 * (i + 1));
                assertThat(color(ofB, i)).isEqualTo(0x000011 * (i + 1));
            }
        }
        assertThat(kept(".rgb")).hasSize(2);
    }

    /** In place, by another file, and by exchanging two files and two folders. */
    @Test
    void aFileThatIsReplacedAtEqualSizeAndTimeIsSeen() throws IOException {
        Path folder = temporary.resolve("a");
        Path one = write(folder.resolve("1.bmp"), 0xFF0000);
        Path two = write(folder.resolve("2.bmp"), 0x00FF00);
        assertThat(color(ImageFolder.of(folder, 8), 0)).isEqualTo(0xFF0000);
        write(one, 0x0000FF);
        assertThat(color(ImageFolder.of(folder, 8), 0)).isEqualTo(0x0000FF);
        Files.move(write(temporary.resolve("other.bmp"), 0x123456), temporary.resolve("a/1.bmp"), replacing());
        assertThat(color(ImageFolder.of(folder, 8), 0)).isEqualTo(0x123456);
        Files.move(one, temporary.resolve("a/3"));
        Files.move(two, one);
        Files.move(temporary.resolve("a/3"), two);
        assertThat(color(ImageFolder.of(folder, 8), 0)).isEqualTo(0x00FF00);
        assertThat(color(ImageFolder.of(folder, 8), 1)).isEqualTo(0x123456);
        write(temporary.resolve("b/1.bmp"), 0xAAAAAA);
        write(temporary.resolve("b/2.bmp"), 0xBBBBBB);
        Files.move(folder, temporary.resolve("c"));
        Files.move(temporary.resolve("b"), folder);
        assertThat(color(ImageFolder.of(folder, 8), 0)).isEqualTo(0xAAAAAA);
        assertThat(color(ImageFolder.of(folder, 8), 1)).isEqualTo(0xBBBBBB);
    }

    private static CopyOption replacing() {
        return StandardCopyOption.REPLACE_EXISTING;
    }

    /** What a change can show in: two seconds after it, the file system is trusted, and the change is seen all the same. */
    @Test
    void aFileIsNotReadAgainWhileTheFileSystemSaysThatItIsTheSame() throws IOException, InterruptedException {
        Path folder = temporary.resolve("a");
        Path one = write(folder.resolve("1.bmp"), 0xFF0000);
        write(folder.resolve("2.bmp"), 0x00FF00);
        assumeThat(FileState.tellsChanges(one)).isTrue();
        Path index = temporary.resolve("index");
        List<Path> files = List.of(one, folder.resolve("2.bmp"));
        new ContentIndex(index).digest(files);
        assertThat(index).as("both files are too new to be trusted").doesNotExist();
        Thread.sleep(2100);
        List<PictureSource> read = new ContentIndex(index).digest(files);
        assertThat(index).hasSize(8 + 4 + 2 * (5 * 8 + 32));
        // another digest in the index shows that it is taken from there
        byte[] bytes = Files.readAllBytes(index);
        bytes[bytes.length - 1] ^= 1;
        Files.write(index, bytes);
        List<PictureSource> remembered = new ContentIndex(index).digest(files);
        assertThat(remembered).isNotEqualTo(read);
        write(one, 0x0000FF);
        List<PictureSource> changed = new ContentIndex(index).digest(files);
        assertThat(changed.get(0).digest())
                .isEqualTo(PictureSource.digested(one, FileState.of(one)).digest())
                .isNotEqualTo(read.get(0).digest());
        // a damaged index is none
        Files.write(index, new byte[20]);
        assertThat(new ContentIndex(index).digest(files).get(1).digest())
                .isEqualTo(read.get(1).digest());
    }

    @Test
    void whatEarlierVersionsKeptIsNotRead() throws IOException {
        Path folder = temporary.resolve("a");
        write(folder.resolve("1.bmp"), 0xFF0000);
        write(folder.resolve("2.bmp"), 0x00FF00);
        ImageFolder.of(folder, 8);
        Path kept = kept(".rgb").get(0);
        Path earlier = kept.resolveSibling(kept.getFileName().toString().replace("pictures-2", "pictures-1"));
        byte[] wrong = Files.readAllBytes(kept);
        wrong[0] ^= 1;
        Files.write(earlier, wrong);
        Files.delete(kept);
        assertThat(color(ImageFolder.of(folder, 8), 0)).isEqualTo(0xFF0000);
        assertThat(earlier).hasBinaryContent(wrong);
    }

    /** A picture that cannot be opened is read when it can, though its time and size stay. */
    @Test
    void whatCouldNotBeOpenedIsTriedAgain() throws IOException {
        Path folder = temporary.resolve("a");
        write(folder.resolve("1.bmp"), 0xFF0000);
        write(folder.resolve("2.bmp"), 0x00FF00);
        Path three = write(folder.resolve("3.bmp"), 0x0000FF);
        assumeThat(three.toFile().setReadable(false) && !Files.isReadable(three))
                .isTrue();
        ImageFolder images = ImageFolder.of(folder, 8);
        assertThat(images.skipped()).hasSize(1);
        assertThat(images.skipped().get(0).reason()).startsWith("it cannot be opened: ");
        assertThat(three.toFile().setReadable(true)).isTrue();
        assertThat(ImageFolder.of(folder, 8).skipped()).isEmpty();
    }

    /** A file that changes between its digest and its decoding, or under the decoder, is left out, and not for good. */
    @Test
    void whatChangesWhileItIsReadIsLeftOut() throws IOException {
        Path growing = write(temporary.resolve("a/1.bmp"), 0xFF0000);
        Path vanishing = write(temporary.resolve("a/2.bmp"), 0xFF0000);
        Path cut = write(temporary.resolve("a/3.bmp"), 0xFF0000);
        Path calm = write(temporary.resolve("a/4.bmp"), 0xFF0000);
        List<PictureSource> sources =
                new ContentIndex(temporary.resolve("index")).digest(List.of(growing, vanishing, cut, calm));
        write(growing, 0x00FF00);
        Files.delete(vanishing);
        Files.write(cut, new byte[20]);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(PictureFile.write(sources, 8, out))
                .containsExactly(
                        PictureFile.Outcome.MOMENT,
                        PictureFile.Outcome.MOMENT,
                        PictureFile.Outcome.MOMENT,
                        PictureFile.Outcome.CONTENTS);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("it changed while it was read: open the folder again when it is complete");
    }

    @Test
    void anInterruptStopsTheDecoding() throws IOException {
        Path one = write(temporary.resolve("a/1.bmp"), 0xFF0000);
        List<PictureSource> sources = new ContentIndex(temporary.resolve("index")).digest(List.of(one));
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> PictureFile.write(sources, 8, new ByteArrayOutputStream()))
                    .isInstanceOf(CancellationException.class)
                    .hasMessage("interrupted after 0 of 1 pictures");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    /** With a larger heap the picture may be read, so another file is looked for. */
    @Test
    void whatTheHeapIsTooSmallForIsKeptForThisHeapAlone() throws IOException {
        Path folder = temporary.resolve("a");
        write(folder.resolve("1.bmp"), 0xFF0000);
        write(folder.resolve("2.bmp"), 0x00FF00);
        // the size in the head of a GIF file
        byte[] gif = SamplePictures.written("gif", new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY), null, false);
        ByteBuffer.wrap(gif).putShort(6, (short) -1).putShort(8, (short) -1);
        Files.write(folder.resolve("3.gif"), gif);
        ImageFolder images = ImageFolder.of(folder, 8);
        assertThat(images.skipped().get(0).reason())
                .contains("this heap has room for at most")
                .contains("a larger -Xmx");
        Path kept = kept(".rgb").get(0);
        assertThat(kept.toString()).endsWith("-heap-" + (Runtime.getRuntime().maxMemory() >> 20) + ".rgb");
        Files.setLastModifiedTime(kept, THEN);
        ImageFolder.of(folder, 8);
        assertThat(Files.getLastModifiedTime(kept)).isEqualTo(THEN);
    }
}
