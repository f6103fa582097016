package io.github.grisaille.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureListingTest {
    private static final String CACHE = "grisaille.cache";

    @TempDir
    Path temporary;

    private Path folder;
    private String before;

    @BeforeEach
    void cache() throws IOException {
        before = System.setProperty(CACHE, temporary.resolve("cache").toString());
        folder = Files.createDirectories(temporary.resolve("pictures"));
    }

    @AfterEach
    void restore() {
        if (before == null) {
            System.clearProperty(CACHE);
        } else {
            System.setProperty(CACHE, before);
        }
    }

    private Path write(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(
                file,
                SamplePictures.written("png", SamplePictures.quarters(BufferedImage.TYPE_INT_RGB, 8), null, false));
    }

    @Test
    void hiddenFoldersAreLeftOutAndListedOnce() throws IOException {
        List<String> hidden = List.of(
                ".Trash-1000",
                ".ipynb_checkpoints",
                "#recycle",
                "$RECYCLE.BIN",
                "@eaDir",
                "System Volume Information",
                "__MACOSX",
                "inner/.thumbnails",
                "lost+found");
        for (String each : hidden) {
            write(each + "/1.png");
            write(each + "/deeper/2.png");
        }
        Path one = write("1.png");
        Path two = write("inner/@home/2.png");
        ImageFolder images = ImageFolder.of(folder, 4);
        assertThat(List.of(images.file(0), images.file(1))).containsExactly(one, two);
        assertThat(images.size()).isEqualTo(2);
        assertThat(images.skipped())
                .extracting(ImageFolder.Skipped::file)
                .containsExactlyInAnyOrderElementsOf(
                        hidden.stream().map(folder::resolve).toList());
        assertThat(images.skipped())
                .allSatisfy(each -> assertThat(each.reason())
                        .isEqualTo(
                                "it is a hidden folder or a system folder: rename it if you want" + " its pictures"));
    }

    @Test
    void theFolderThatIsAskedForMayBeHidden() throws IOException {
        write(".own/1.png");
        write(".own/2.png");
        ImageFolder images = ImageFolder.of(folder.resolve(".own"), 4);
        assertThat(images.size()).isEqualTo(2);
        assertThat(images.skipped()).isEmpty();
        assertThatThrownBy(() -> ImageFolder.of(folder, 4))
                .hasMessageContaining(" holds no pictures: there are no files that end in ")
                .hasMessageContaining("; the first skipped one: " + folder.resolve(".own") + ": it is a hidden folder");
    }

    @Test
    void picturesOfOtherFormatsAreListedWithAdvice() throws IOException {
        write("1.png");
        write("2.PNG");
        for (String name : new String[] {"a.heic", "b.AVIF", "c.svg", "d.dng"}) {
            Files.writeString(folder.resolve(name), "not looked into");
        }
        Files.writeString(folder.resolve("notes.txt"), "not looked at");
        Files.writeString(folder.resolve("png"), "has no ending");
        Files.writeString(folder.resolve("._1.png"), "what macOS leaves beside a file");
        ImageFolder images = ImageFolder.of(folder, 4);
        assertThat(images.size()).isEqualTo(2);
        assertThat(images.skipped())
                .containsExactly(
                        new ImageFolder.Skipped(
                                folder.resolve("a.heic"),
                                "its format (HEIC) cannot be read: convert it to JPEG or PNG"),
                        new ImageFolder.Skipped(
                                folder.resolve("b.AVIF"),
                                "its format (AVIF) cannot be read: convert it to JPEG or PNG"),
                        new ImageFolder.Skipped(
                                folder.resolve("c.svg"), "its format (SVG) cannot be read: convert it to JPEG or PNG"),
                        new ImageFolder.Skipped(
                                folder.resolve("d.dng"),
                                "its format (camera raw) cannot be read: convert it to JPEG or PNG"));
    }

    @Test
    void oddThingsUnderTheNameOfAPicture() throws IOException {
        Path one = write("folder.png/1.png");
        Path two = write("folder.png/2.png");
        Path link = Files.createSymbolicLink(folder.resolve("3.png"), one);
        Path broken = Files.createSymbolicLink(folder.resolve("4.png"), folder.resolve("none.png"));
        Path empty = Files.createFile(folder.resolve("5.jpg"));
        ImageFolder images = ImageFolder.of(folder, 4);
        assertThat(List.of(images.file(0), images.file(1), images.file(2))).containsExactly(link, one, two);
        assertThat(images.skipped())
                .containsExactly(
                        new ImageFolder.Skipped(empty, "it is empty"),
                        new ImageFolder.Skipped(broken, "it is a broken link"));
    }

    /** A name in Latin-1, as from an old archive, and one in UTF-8, where Java runs with and without UTF-8. */
    @Test
    void namesThatAreNoText() throws IOException, InterruptedException {
        assumeThat(File.separator).isEqualTo("/");
        write("1.png");
        String make = "cp 1.png \"$(printf 'k\\344se.png')\" && cp 1.png \"$(printf 'k\\303\\244se.png')\"";
        Process shell =
                new ProcessBuilder("sh", "-c", make).directory(folder.toFile()).start();
        assumeThat(shell.waitFor()).as("the file system takes any name").isZero();
        for (String locale : new String[] {"C", "C.UTF-8"}) {
            ProcessBuilder java = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            "-Dgrisaille.cache=" + temporary.resolve("cache " + locale),
                            Listed.class.getName(),
                            folder.toString())
                    .redirectErrorStream(true);
            java.environment().put("LC_ALL", locale);
            Process process = java.start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(said).as(locale).endsWith("3 pictures, left out: []\n");
        }
    }

    /** Lists a folder in a Java of its own. */
    static final class Listed {
        public static void main(String[] arguments) {
            ImageFolder images = ImageFolder.of(Path.of(arguments[0]), 4);
            System.out.print(images.size() + " pictures, left out: " + images.skipped() + "\n");
        }
    }
}
