package io.github.grisaille.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The formats of picture files, and what becomes of their pixels. */
class ImageFolderFormatsTest extends PictureFolder {
    private static final String JPEG_CMYK =
            "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwANCQoLCggNCwoLDg4NDxMgFRMSEhMnHB4XIC4pMTAuKS0sMzpKPjM2RjcsLUBXQUZMTlJT"
                    + "UjI+WmFaUGBKUVJP/8AAFAgAEAAQBEMRAE0RAFkRAEsRAP/EABYAAQEBAAAAAAAAAAAAAAAAAAAIB//EABQQAQAAAAAAAAAAAAAA"
                    + "AAAAAAD/2gAOBEMATQBZAEsAAD8A05mDMGnJiU6AmJTop1ToP//Z";

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
}
