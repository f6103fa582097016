package io.github.grisaille.data;

import static io.github.grisaille.data.SamplePictures.gradient;
import static io.github.grisaille.data.SamplePictures.quarters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.Point;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PictureDecoderTest {
    private static final int[] QUARTERS = {0xFF0000, 0x00FF00, 0x0000FF, 0xFFFFFF};

    @TempDir
    Path folder;

    private double[] read(byte[] bytes, int size) throws IOException, UnreadablePictureException {
        return PictureDecoder.square(Files.write(folder.resolve("picture"), bytes), size, true);
    }

    private static int rgb(double[] values, int place) {
        int rgb = 0;
        for (int c = 0; c < 3; c++) {
            rgb = rgb << 8 | (int) Math.round(values[place * 3 + c]);
        }
        return rgb;
    }

    private static byte[] sample(String kind) throws IOException {
        BufferedImage color = gradient(BufferedImage.TYPE_INT_RGB, 48, 40);
        BufferedImage palette = gradient(BufferedImage.TYPE_BYTE_INDEXED, 48, 40);
        BufferedImage gray = gradient(BufferedImage.TYPE_BYTE_GRAY, 48, 40);
        BufferedImage lineArt = gradient(BufferedImage.TYPE_BYTE_BINARY, 48, 40);
        return switch (kind) {
            case "PNG" -> SamplePictures.written("png", color, null, false);
            case "PNG in passes" -> SamplePictures.written("png", color, null, true);
            case "PNG of a palette" -> SamplePictures.written("png", palette, null, false);
            case "JPEG" -> SamplePictures.written("jpeg", color, null, false);
            case "JPEG in scans" -> SamplePictures.written("jpeg", color, null, true);
            case "gray JPEG" -> SamplePictures.written("jpeg", gray, null, false);
            case "GIF" -> SamplePictures.written("gif", palette, null, false);
            case "GIF in passes" -> SamplePictures.written("gif", palette, null, true);
            case "BMP" -> SamplePictures.written("bmp", color, null, false);
            case "BMP of runs" -> SamplePictures.written("bmp", palette, "BI_RLE8", false);
            case "WebP lossless" -> SamplePictures.WEBP_LOSSLESS;
            case "WebP lossy" -> SamplePictures.WEBP_LOSSY;
            case "WebP lossy with opacity" -> SamplePictures.WEBP_LOSSY_ALPHA;
            case "TIFF" -> SamplePictures.written("tiff", color, null, false);
            case "TIFF of fax" -> SamplePictures.written("tiff", lineArt, "CCITT T.6", false);
            case "TIFF of runs" -> SamplePictures.written("tiff", color, "PackBits", false);
            default -> SamplePictures.written("tiff", color, kind.substring("TIFF ".length()), false);
        };
    }

    /** Never half gray: what can be read of a file that is cut off is the whole picture, or nothing. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "PNG",
                "PNG in passes",
                "PNG of a palette",
                "JPEG",
                "JPEG in scans",
                "gray JPEG",
                "GIF",
                "GIF in passes",
                "BMP",
                "BMP of runs",
                "WebP lossless",
                "WebP lossy",
                "WebP lossy with opacity",
                "TIFF",
                "TIFF of fax",
                "TIFF of runs",
                "TIFF LZW",
                "TIFF ZLib",
                "TIFF JPEG"
            })
    void aFileThatIsCutOffIsRefusedOrWhole(String kind) throws IOException, UnreadablePictureException {
        byte[] whole = sample(kind);
        double[] pixels = read(whole, 16);
        Set<Integer> lengths = new TreeSet<>();
        for (int percent = 0; percent < 100; percent++) {
            lengths.add(whole.length * percent / 100);
        }
        for (int missing = 1; missing <= 40; missing++) {
            lengths.add(whole.length - missing);
        }
        int refused = 0;
        for (int length : lengths) {
            try {
                assertThat(read(Arrays.copyOf(whole, length), 16))
                        .as("%s, %d of %d bytes", kind, length, whole.length)
                        .isEqualTo(pixels);
            } catch (UnreadablePictureException expected) {
                assertThat(expected).hasMessageStartingWith("it ");
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(lengths.size() * 2 / 3);
    }

    /** As an interrupted download leaves a file whose length was reserved. */
    @ParameterizedTest
    @ValueSource(strings = {"PNG", "PNG in passes", "PNG of a palette", "JPEG", "JPEG in scans", "gray JPEG", "GIF"})
    void aFileWhoseEndIsZerosIsRefusedOrWhole(String kind) throws IOException, UnreadablePictureException {
        byte[] whole = sample(kind);
        double[] pixels = read(whole, 16);
        for (int percent = 5; percent < 98; percent += 3) {
            byte[] bytes = whole.clone();
            Arrays.fill(bytes, whole.length * percent / 100, whole.length, (byte) 0);
            try {
                assertThat(read(bytes, 16)).as("%s, %d%%", kind, percent).isEqualTo(pixels);
            } catch (UnreadablePictureException expected) {
                assertThat(expected).hasMessageStartingWith("it ");
            }
        }
    }

    @Test
    void aFileThatIsCutOffSaysSo() throws IOException {
        assertThatThrownBy(() -> read(Arrays.copyOf(SamplePictures.WEBP_LOSSLESS, 52), 16))
                .hasMessage("it is cut off: it should have 104 bytes, but it has 52");
        byte[] jpeg = sample("JPEG in scans");
        assertThatThrownBy(() -> read(Arrays.copyOf(jpeg, jpeg.length / 2), 16))
                .hasMessage("it is cut off: the end marker is missing");
        assertThatThrownBy(() -> read(new byte[0], 16)).hasMessage("it is empty");
        byte[] noPixels = SamplePictures.webp(SamplePictures.vp8x(0, 16, 16));
        assertThatThrownBy(() -> read(noPixels, 16)).hasMessage("it is damaged: it holds no pixels");
    }

    /** Bytes behind the end, and the end's mark within EXIF data, are no end. */
    @Test
    void whatFollowsAPictureIsNotLookedAt() throws IOException, UnreadablePictureException {
        for (String kind : new String[] {"PNG", "JPEG", "GIF", "BMP", "WebP lossless", "TIFF"}) {
            byte[] whole = sample(kind);
            assertThat(read(Arrays.copyOf(whole, whole.length + 1000), 16)).isEqualTo(read(whole, 16));
        }
        byte[] jpeg = sample("JPEG");
        byte[] comment = {(byte) 0xFF, (byte) 0xFE, 0, 6, (byte) 0xFF, (byte) 0xD9, (byte) 0xFF, (byte) 0xD9};
        byte[] withComment = ByteBuffer.allocate(jpeg.length + comment.length)
                .put(jpeg, 0, 2)
                .put(comment)
                .put(jpeg, 2, jpeg.length - 2)
                .array();
        assertThat(read(withComment, 16)).isEqualTo(read(jpeg, 16));
        assertThatThrownBy(() -> read(Arrays.copyOf(withComment, withComment.length * 2 / 3), 16))
                .hasMessageStartingWith("it is cut off");
    }

    /** Each number with the quarters that a viewer shows: 1 red, 2 green, 3 blue, 4 white; from the EXIF standard's table. */
    @ParameterizedTest
    @CsvSource({
        "0, 1234", "1, 1234", "2, 2143", "3, 4321", "4, 3412", "5, 1324", "6, 3142", "7, 4231", "8, 2413", "9, 1234"
    })
    void cameraPicturesOfEveryFormatAreTurnedUpright(int orientation, String shown)
            throws IOException, UnreadablePictureException {
        BufferedImage image = quarters(BufferedImage.TYPE_INT_RGB, 16);
        byte[] png = SamplePictures.written("png", image, null, false);
        byte[] little = SamplePictures.exif(orientation, ByteOrder.LITTLE_ENDIAN);
        byte[] big = SamplePictures.exif(orientation, ByteOrder.BIG_ENDIAN);
        assertShown(shown, SamplePictures.withChunk(png, "eXIf", little, false));
        assertShown(shown, SamplePictures.withChunk(png, "eXIf", big, true));
        assertShown(shown, webpWithExif(little));
        assertShown(shown, webpWithExif(big));
        ByteBuffer named = ByteBuffer.allocate(6 + big.length);
        named.put("Exif\0\0".getBytes(StandardCharsets.US_ASCII)).put(big);
        assertShown(shown, webpWithExif(named.array()));
        assertShown(shown, SamplePictures.tiffOfOrientation(image, orientation));
    }

    private static byte[] webpWithExif(byte[] exif) {
        return SamplePictures.webp(
                SamplePictures.vp8x(1 << 3, 16, 16),
                SamplePictures.riffChunk("VP8L", SamplePictures.QUARTERS_VP8L),
                SamplePictures.riffChunk("EXIF", exif));
    }

    private void assertShown(String shown, byte[] bytes) throws IOException, UnreadablePictureException {
        double[] values = read(bytes, 2);
        for (int q = 0; q < 4; q++) {
            assertThat(rgb(values, q)).as("quarter " + q).isEqualTo(QUARTERS[shown.charAt(q) - '1']);
        }
    }

    /** Damaged EXIF data say nothing of the pixels. */
    @Test
    void damagedExifDataAreNoReasonToLeaveAPictureOut() throws IOException, UnreadablePictureException {
        byte[] png = SamplePictures.written("png", quarters(BufferedImage.TYPE_INT_RGB, 16), null, false);
        byte[] exif = SamplePictures.exif(6, ByteOrder.BIG_ENDIAN);
        for (int length = 0; length < 32; length++) {
            assertShown("1234", SamplePictures.withChunk(png, "eXIf", Arrays.copyOf(exif, length), false));
        }
        exif[4] = (byte) 0x80;
        assertShown("1234", SamplePictures.withChunk(png, "eXIf", exif, false));
    }

    /** A first picture that does not fill the canvas lies where the file says, and around it there is nothing: white. */
    @Test
    void animationsHaveTheSizeOfTheirCanvas() throws IOException, UnreadablePictureException {
        byte[] part = SamplePictures.riffChunk("VP8L", SamplePictures.QUARTERS_VP8L);
        byte[] webp = SamplePictures.webp(
                SamplePictures.vp8x(1 << 1, 32, 32),
                SamplePictures.riffChunk("ANIM", new byte[6]),
                SamplePictures.anmf(16, 0, 16, 16, part),
                SamplePictures.anmf(0, 0, 16, 16, part));
        byte[] gif = SamplePictures.written("gif", quarters(BufferedImage.TYPE_BYTE_INDEXED, 16), null, false);
        ByteBuffer screen = ByteBuffer.wrap(gif).order(ByteOrder.LITTLE_ENDIAN);
        screen.putShort(6, (short) 32).putShort(8, (short) 32);
        int colors = gif[10] < 0 ? 3 << (gif[10] & 7) + 1 : 0;
        int at = 13 + colors;
        while (gif[at] == 0x21) {
            at += 2;
            while (gif[at] != 0) {
                at += 1 + (gif[at] & 255);
            }
            at++;
        }
        assertThat(gif[at]).isEqualTo((byte) 0x2C);
        screen.putShort(at + 1, (short) 16);
        for (byte[] each : new byte[][] {webp, gif}) {
            double[] values = read(each, 4);
            for (int i = 0; i < 16; i++) {
                int expected = i / 4 < 2 && i % 4 >= 2 ? QUARTERS[i / 4 * 2 + i % 4 - 2] : 0xFFFFFF;
                assertThat(rgb(values, i)).as("pixel " + i).isEqualTo(expected);
            }
        }
        // a screen that is smaller than the picture is a mistake, which browsers mend in the same way
        screen.putShort(6, (short) 0).putShort(8, (short) 0).putShort(at + 1, (short) 0);
        assertShown("1234", gif);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void palettesAndGrayOfFewBits(int bits) throws IOException, UnreadablePictureException {
        int levels = 1 << bits;
        byte[] reds = new byte[levels];
        byte[] grays = new byte[levels];
        for (int i = 0; i < levels; i++) {
            reds[i] = (byte) (i * 255 / (levels - 1));
            grays[i] = reds[i];
        }
        for (boolean gray : new boolean[] {false, true}) {
            IndexColorModel model = new IndexColorModel(
                    bits, levels, reds, gray ? grays : new byte[levels], gray ? grays : new byte[levels]);
            BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_BINARY, model);
            for (int i = 0; i < 256; i++) {
                image.getRaster().setSample(i % 16, i / 16, 0, i % 16 * levels / 16);
            }
            for (String format : new String[] {"png", "tiff"}) {
                double[] values = read(SamplePictures.written(format, image, null, false), 16);
                for (int x = 0; x < 16; x++) {
                    int level = reds[x * levels / 16] & 255;
                    assertThat(rgb(values, x)).as(format).isEqualTo(level << 16 | (gray ? level << 8 | level : 0));
                }
            }
        }
    }

    @Test
    void tiffPicturesOfEveryKind() throws IOException, UnreadablePictureException {
        BufferedImage image = quarters(BufferedImage.TYPE_INT_RGB, 16);
        for (String compression : new String[] {null, "LZW", "ZLib", "PackBits", "Deflate"}) {
            assertShown("1234", SamplePictures.written("tiff", image, compression, false));
        }
        BufferedImage deep = new BufferedImage(8, 8, BufferedImage.TYPE_USHORT_GRAY);
        for (int i = 0; i < 64; i++) {
            deep.getRaster().setSample(i % 8, i / 8, 0, 100 * 257);
        }
        assertThat(rgb(read(SamplePictures.written("tiff", deep, null, false), 2), 0))
                .isEqualTo(0x646464);
        double[] jpeg =
                read(SamplePictures.written("tiff", quarters(BufferedImage.TYPE_INT_RGB, 64), "JPEG", false), 4);
        assertThat(jpeg[0]).isCloseTo(255, within(10.0));
        assertThat(jpeg[1]).isCloseTo(0, within(10.0));
    }

    /** The decoder would take all of it for opaque. */
    @Test
    void webpWhoseOpacityIsNotCompressedIsRefused() throws IOException, UnreadablePictureException {
        byte[] lossy = Arrays.copyOfRange(SamplePictures.WEBP_LOSSY, 12, SamplePictures.WEBP_LOSSY.length);
        byte[] opacity = SamplePictures.riffChunk("ALPH", new byte[1 + 24 * 20]);
        byte[] webp = SamplePictures.webp(SamplePictures.vp8x(1 << 4, 24, 20), opacity, lossy);
        assertThatThrownBy(() -> read(webp, 4))
                .hasMessageStartingWith("it uses a variant of its format that cannot be read (");
        assertThat(read(SamplePictures.webp(SamplePictures.vp8x(0, 24, 20), lossy), 4))
                .isEqualTo(read(SamplePictures.WEBP_LOSSY, 4));
    }

    /** Which of them is white no file says. */
    @Test
    void measurementsAreNoPictures() throws IOException {
        ComponentColorModel model = new ComponentColorModel(
                ColorSpace.getInstance(ColorSpace.CS_GRAY), false, false, Transparency.OPAQUE, DataBuffer.TYPE_FLOAT);
        BufferedImage image = new BufferedImage(
                model, Raster.createWritableRaster(model.createCompatibleSampleModel(8, 8), new Point()), false, null);
        byte[] tiff = SamplePictures.written("tiff", image, null, false);
        assertThatThrownBy(() -> read(tiff, 4)).hasMessageStartingWith("its pixels are not integers of 1 to 16 bits");
    }

    /** Pictures of other formats are told by what they hold, whatever their names say. */
    @Test
    void otherFormatsAreNamed() throws IOException {
        for (String[] each : new String[][] {
            {"\0\0\0\30ftypheic\0\0\0\0mif1heic", "its format (HEIC) cannot be read, whatever its name says"},
            {"\0\0\0\40ftypavif\0\0\0\0", "its format (AVIF) cannot be read"},
            {"<svg xmlns='http://www.w3.org/2000/svg'/>", "its format (SVG) cannot be read"},
            {"8BPS\0\1", "its format (Photoshop) cannot be read"},
            {"\n<!DOCTYPE html><html>", "it is a web page: download the picture itself"},
            {"no picture", "it is not a picture in PNG, JPEG, GIF, BMP, WebP or TIFF format"}
        }) {
            byte[] bytes = each[0].getBytes(StandardCharsets.ISO_8859_1);
            assertThatThrownBy(() -> read(bytes, 4)).hasMessageStartingWith(each[1]);
        }
    }
}
