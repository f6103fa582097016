package io.github.grisaille.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.tensor.RandomStream;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Most pictures here are 16×16 with a red, a green, a blue and a white quarter, which 4×4 shows as 2×2 pixels each. */
class ImageFolderTest {
    private static final String CACHE = "grisaille.cache";
    private static final int[] QUARTERS = {0xFF0000, 0x00FF00, 0x0000FF, 0xFFFFFF};

    // the same picture, written by Pillow 12: what the JDK cannot write
    private static final String WEBP_LOSSLESS =
            "UklGRjYAAABXRUJQVlA4TCoAAAAvD8ADAB8gEEjeHzqN+RcQFPwf3fxHZA+AMNtokpOc5L3PIKL/UfrB9gE=";
    private static final String WEBP_LOSSY =
            "UklGRkQAAABXRUJQVlA4IDgAAAAwAgCdASoQABAAAMASJaACdLoB+AH6gAToAAD+S///cM//5HD//77g"
                    + "3/3eY7381b//WjddGVwAAA==";
    /** Its lower half is transparent black. */
    private static final String WEBP_ALPHA = "UklGRi4AAABXRUJQVlA4TCEAAAAvD8ADEBcgEEjaH3qN+Y/5D2xBIECYNOnUQUT/J6D0YQcA";
    /** The second picture is black. */
    private static final String WEBP_ANIMATED =
            "UklGRpwAAABXRUJQVlA4WAoAAAACAAAADwAADwAAQU5JTQYAAAAAAAAAAABBTk1GQgAAAAAAAAAAAA8A"
                    + "AA8AAAAAAAJWUDhMKgAAAC8PwAMAHyAQSN4fOo35FxAU/B/d/EdkD4Aw22iSkzzJvc8gov+x6Qd1BUFOTUYmAAAAAAAAAAAADwAADwAAAAAA"
                    + "AFZQOEwOAAAALw/AAwAHEBH9D0RE/wM=";

    private static final String JPEG_CMYK =
            "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwANCQoLCggNCwoLDg4NDxMgFRMSEhMnHB4XIC4pMTAuKS0sMzpKPjM2RjcsLUBXQUZMTlJT"
                    + "UjI+WmFaUGBKUVJP/8AAFAgAEAAQBEMRAE0RAFkRAEsRAP/EABYAAQEBAAAAAAAAAAAAAAAAAAAIB//EABQQAQAAAAAAAAAAAAAA"
                    + "AAAAAAD/2gAOBEMATQBZAEsAAD8A05mDMGnJiU6AmJTop1ToP//Z";

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

    private static BufferedImage quarters(int type, int side) {
        BufferedImage image = new BufferedImage(side, side, type);
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                image.setRGB(x, y, 0xFF000000 | QUARTERS[y * 2 / side * 2 + x * 2 / side]);
            }
        }
        return image;
    }

    private Path write(String name, BufferedImage image) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        String ending = name.substring(name.lastIndexOf('.') + 1);
        assertThat(ImageIO.write(image, ending.equals("jpg") ? "jpeg" : ending, file.toFile()))
                .isTrue();
        return file;
    }

    private Path write(String name, String base64) throws IOException {
        return Files.write(folder.resolve(name), Base64.getDecoder().decode(base64));
    }

    /** A picture's pixel as 0xRRGGBB. */
    private static int pixel(ImageFolder images, int index, int y, int x) {
        float[] values = images.values(index);
        int rgb = 0;
        for (int c = 0; c < 3; c++) {
            rgb = rgb << 8 | Math.round(255 * values[(y * images.shape()[1] + x) * 3 + c]);
        }
        return rgb;
    }

    private static void assertQuarters(ImageFolder images, int index, int tolerance) {
        for (int q = 0; q < 4; q++) {
            int actual = pixel(images, index, q / 2 * 3, q % 2 * 3);
            for (int shift = 0; shift <= 16; shift += 8) {
                assertThat(actual >> shift & 255)
                        .as("%s, quarter %d: %06x", images.file(index).getFileName(), q, actual)
                        .isCloseTo(QUARTERS[q] >> shift & 255, within(tolerance));
            }
        }
    }

    @Test
    void everyFormatIsReadInTheOrderOfThePaths() throws IOException {
        BufferedImage rgb = quarters(BufferedImage.TYPE_INT_RGB, 16);
        write("b/one.png", rgb);
        write("a/two.jpg", rgb);
        write("a/three.gif", rgb);
        write("four.bmp", rgb);
        write("five.webp", WEBP_LOSSLESS);
        write("six.WebP", WEBP_LOSSY);
        write("seven.jpeg", JPEG_CMYK);
        write("indexed.png", quarters(BufferedImage.TYPE_BYTE_INDEXED, 16));
        // the contents count, not the ending
        Files.copy(folder.resolve("four.bmp"), folder.resolve("eight.png"));
        Files.writeString(folder.resolve("notes.txt"), "not looked at");
        Files.writeString(folder.resolve(".hidden.png"), "not looked at");
        ImageFolder images = ImageFolder.of(folder, 4);
        assertThat(IntStream.range(0, images.size())
                        .mapToObj(i -> folder.relativize(images.file(i)).toString()))
                .containsExactly(
                        "a/three.gif",
                        "a/two.jpg",
                        "b/one.png",
                        "eight.png",
                        "five.webp",
                        "four.bmp",
                        "indexed.png",
                        "seven.jpeg",
                        "six.WebP");
        assertThat(images.skipped()).isEmpty();
        assertThat(images.shape()).containsExactly(4, 4, 3);
        for (int i = 0; i < images.size(); i++) {
            String name = images.file(i).toString();
            boolean exact =
                    name.endsWith("png") || name.endsWith("bmp") || name.endsWith("gif") || name.endsWith("five.webp");
            assertQuarters(images, i, exact ? 0 : 40);
        }
        assertThat(images).hasToString("9 pictures of 4×4 from " + folder);
    }

    @Test
    void grayAndTransparentAndDeepPictures() throws IOException {
        BufferedImage gray = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
        BufferedImage deepGray = new BufferedImage(8, 8, BufferedImage.TYPE_USHORT_GRAY);
        BufferedImage grayAndAlpha = of(ColorSpace.CS_GRAY, true, DataBuffer.TYPE_BYTE);
        BufferedImage deepColor = of(ColorSpace.CS_sRGB, false, DataBuffer.TYPE_USHORT);
        BufferedImage clear = new BufferedImage(8, 8, BufferedImage.TYPE_INT_ARGB);
        for (int i = 0; i < 64; i++) {
            gray.getRaster().setSample(i % 8, i / 8, 0, 100);
            deepGray.getRaster().setSample(i % 8, i / 8, 0, 100 * 257);
            grayAndAlpha.getRaster().setPixel(i % 8, i / 8, new int[] {100, 51});
            deepColor.getRaster().setPixel(i % 8, i / 8, new int[] {100 * 257, 150 * 257, 200 * 257});
            clear.setRGB(i % 8, i / 8, 51 << 24 | 0x0000FF);
        }
        write("1.png", gray);
        write("2.png", deepGray);
        write("3.png", grayAndAlpha);
        write("4.png", deepColor);
        write("5.png", clear);
        write("6.webp", WEBP_ALPHA);
        write("7.jpg", gray);
        ImageFolder images = ImageFolder.of(folder, 4);
        assertThat(images.skipped()).isEmpty();
        assertThat(pixel(images, 0, 1, 1)).isEqualTo(0x646464);
        assertThat(pixel(images, 1, 1, 1)).isEqualTo(0x646464);
        // a fifth of 100 on white: 20 + 204
        assertThat(pixel(images, 2, 1, 1)).isEqualTo(0xE0E0E0);
        assertThat(pixel(images, 3, 1, 1)).isEqualTo(0x6496C8);
        // a fifth of blue on white
        assertThat(pixel(images, 4, 1, 1)).isEqualTo(0xCCCCFF);
        assertThat(pixel(images, 5, 0, 0)).isEqualTo(0xFF0000);
        assertThat(pixel(images, 5, 3, 0)).isEqualTo(0xFFFFFF);
        assertThat(pixel(images, 6, 1, 1) & 255).isCloseTo(100, within(2));
    }

    private static BufferedImage of(int space, boolean alpha, int type) {
        ComponentColorModel model = new ComponentColorModel(
                ColorSpace.getInstance(space),
                alpha,
                false,
                alpha ? Transparency.TRANSLUCENT : Transparency.OPAQUE,
                type);
        return new BufferedImage(model, model.createCompatibleWritableRaster(8, 8), false, null);
    }

    @Test
    void ofAnAnimationTheFirstPictureIsTaken() throws IOException {
        var writer = ImageIO.getImageWritersByFormatName("gif").next();
        try (var out = ImageIO.createImageOutputStream(folder.resolve("1.gif").toFile())) {
            writer.setOutput(out);
            writer.prepareWriteSequence(null);
            writer.writeToSequence(new IIOImage(quarters(BufferedImage.TYPE_INT_RGB, 16), null, null), null);
            writer.writeToSequence(
                    new IIOImage(new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB), null, null), null);
            writer.endWriteSequence();
        }
        write("2.webp", WEBP_ANIMATED);
        ImageFolder images = ImageFolder.of(folder, 4);
        assertThat(images.size()).isEqualTo(2);
        assertQuarters(images, 0, 0);
        assertQuarters(images, 1, 0);
    }

    /** Each number with the quarters that a viewer shows: 1 red, 2 green, 3 blue, 4 white; from the EXIF standard's table. */
    @ParameterizedTest
    @CsvSource({"1, 1234", "2, 2143", "3, 4321", "4, 3412", "5, 1324", "6, 3142", "7, 4231", "8, 2413"})
    void cameraPicturesAreTurnedUpright(int orientation, String shown) throws IOException {
        Path plain = write("plain.jpg", quarters(BufferedImage.TYPE_INT_RGB, 64));
        byte[] jpeg = Files.readAllBytes(plain);
        byte[] exif = ByteBuffer.allocate(36)
                .putShort((short) 0xFFE1)
                .putShort((short) 34)
                .put("Exif\0\0II*\0".getBytes(StandardCharsets.US_ASCII))
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(8)
                .putShort((short) 1)
                .putShort((short) 0x0112)
                .putShort((short) 3)
                .putInt(1)
                .putInt(orientation)
                .putInt(0)
                .array();
        ByteArrayOutputStream turned = new ByteArrayOutputStream();
        turned.write(jpeg, 0, 2);
        turned.writeBytes(exif);
        turned.write(jpeg, 2, jpeg.length - 2);
        Files.write(folder.resolve("turned.jpg"), turned.toByteArray());
        ImageFolder images = ImageFolder.of(folder, 4);
        for (int q = 0; q < 4; q++) {
            int wanted = QUARTERS[shown.charAt(q) - '1'];
            int actual = pixel(images, 1, q / 2 * 3, q % 2 * 3);
            for (int shift = 0; shift <= 16; shift += 8) {
                assertThat(actual >> shift & 255).as("quarter " + q).isCloseTo(wanted >> shift & 255, within(60));
            }
        }
    }

    @Test
    void picturesAreCutToTheirMiddleAveragedOrEnlarged() throws IOException {
        BufferedImage wide = new BufferedImage(20, 8, BufferedImage.TYPE_INT_RGB);
        for (int x = 6; x < 14; x++) {
            for (int y = 0; y < 8; y++) {
                wide.setRGB(x, y, (x + y) % 2 == 0 ? 0xFFFFFF : 0);
            }
        }
        write("1.png", wide);
        BufferedImage small = new BufferedImage(2, 3, BufferedImage.TYPE_INT_RGB);
        small.setRGB(0, 0, 0x0000FF);
        small.setRGB(1, 1, 0xFF0000);
        write("2.png", small);
        ImageFolder images = ImageFolder.of(folder, 4);
        for (int i = 0; i < 16; i++) {
            // half of the area: 127.5
            assertThat(pixel(images, 0, i / 4, i % 4)).isEqualTo(0x808080);
            assertThat(pixel(images, 1, i / 4, i % 4))
                    .isEqualTo(
                            i == 0 || i == 1 || i == 4 || i == 5 ? 0x0000FF : i / 4 >= 2 && i % 4 >= 2 ? 0xFF0000 : 0);
        }
        assertThat(images.scaled(-1, 1).values(1)[0]).isEqualTo(-1);
        assertThat(images.scaled(-1, 1).values(1)[2]).isEqualTo(1);
        assertThatThrownBy(() -> images.scaled(1, 1)).hasMessageContaining("black must be below white");
        assertThatThrownBy(() -> images.values(2)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    /** An average by its definition, at sizes that do not divide each other. */
    @ParameterizedTest
    @CsvSource({"7, 4", "4, 7", "13, 5", "10, 10", "97, 32", "3, 16", "1, 4"})
    void anAreaAverageIsTheIntegralOverEachPixel(int side, int size) {
        RandomStream random = new RandomStream(side, size);
        int[] picture = IntStream.range(0, side * side)
                .map(i -> random.nextInt(1 << 24))
                .toArray();
        AreaAverage average = new AreaAverage(side, size);
        for (int y = 0; y < side; y++) {
            average.addRow(y, picture, y * side);
        }
        for (int newY = 0; newY < size; newY++) {
            for (int newX = 0; newX < size; newX++) {
                double sum = 0;
                for (int y = 0; y < side; y++) {
                    for (int x = 0; x < side; x++) {
                        // in units of 1 / (side · size): old pixels are size wide, new ones side
                        int height = Math.min((y + 1) * size, (newY + 1) * side) - Math.max(y * size, newY * side);
                        int width = Math.min((x + 1) * size, (newX + 1) * side) - Math.max(x * size, newX * side);
                        sum += (double) Math.max(0, height) * Math.max(0, width) * (picture[y * side + x] >> 8 & 255);
                    }
                }
                assertThat(average.mean((newY * size + newX) * 3 + 1)).isCloseTo(sum / side / side, within(1e-9));
            }
        }
    }

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
        assertThat(images.toString()).endsWith("; 6 left out (67%)");
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
                .startsWith("it has 2000000×1000000 pixels, and with this heap at most ")
                .endsWith("make it smaller, or start Java with a larger -Xmx");
    }

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

    private List<Path> kept() throws IOException {
        try (Stream<Path> list = Files.list(Files.createDirectories(temporary.resolve("cache")))) {
            return list.filter(each -> each.toString().endsWith(".rgb"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void foldersThatCannotBeUsed() throws IOException {
        assertThatThrownBy(() -> ImageFolder.of(folder.resolve("none"), 8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(folder.resolve("none") + " does not exist: give the folder that holds the pictures");
        assertThatThrownBy(() -> ImageFolder.of(folder, 8))
                .hasMessage(folder
                        + " holds no pictures: looked for files that end in apng, bmp, dib, gif, jfif, jpe, jpeg, jpg, png, tif, tiff,"
                        + " webp");
        Path one = write("1.png", quarters(BufferedImage.TYPE_INT_RGB, 16));
        assertThatThrownBy(() -> ImageFolder.of(one, 8)).hasMessageContaining("1.png is a file: give the folder");
        assertThatThrownBy(() -> ImageFolder.of(folder, 8))
                .hasMessage("of 1 pictures in " + folder + " 1 can be read, and at least 2 are needed");
        Files.write(folder.resolve("2.png"), new byte[10]);
        assertThatThrownBy(() -> ImageFolder.of(folder, 8))
                .hasMessageContaining(
                        "of 2 pictures in " + folder + " 1 can be read, and at least 2 are needed; the first"
                                + " that is left out: " + folder.resolve("2.png") + ": it is not a picture in");
        assertThatThrownBy(() -> ImageFolder.of(folder, 3))
                .hasMessageContaining("a side of 4 to 512 pixels, and 3 was");
        write("3.png", quarters(BufferedImage.TYPE_INT_RGB, 16));
        System.setProperty(CACHE, one.toString());
        assertThatThrownBy(() -> ImageFolder.of(folder, 8))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("-Dgrisaille.cache=… names another folder for it");
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
