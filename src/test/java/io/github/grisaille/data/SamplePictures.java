package io.github.grisaille.data;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Iterator;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.plugins.tiff.BaselineTIFFTagSet;
import javax.imageio.plugins.tiff.TIFFDirectory;
import javax.imageio.plugins.tiff.TIFFField;

/** Picture files for tests, as bytes. */
final class SamplePictures {
    /*
     * Pixel (x, y) of 24×20 is (10x, 12y, xy modulo 256), and for the third one the opacity 255 - 6y. By Pillow 13:
     * save(lossless=True, method=6), save(quality=60), save(quality=50, alpha_quality=100); base64.
     */
    static final byte[] WEBP_LOSSLESS =
            bytes("UklGRmAAAABXRUJQVlA4TFMAAAAvF8AEALkyRPQ/BgratmHKH/TZH4T6R/8ngKh/QNO2kQzg+CO+/8/44ygobhtJzS0f330ZYgIA"
                    + "sR4I1r+AEKEgtyHRQTChccCID1b7E40fkTjgEQA=");
    static final byte[] WEBP_LOSSY =
            bytes("UklGRrIAAABXRUJQVlA4IKYAAABwBQCdASoYABQAPrVKn0qnJCKhsAgA4BaJbACdMuz1cK3miBRgWK7kCubouVpz+IEHkDe8AP7+"
                    + "v1+rChxc94vQjyYeAAj69gQM8AAR6lHsqPL0FPpX/Ikp6H5Ff3Yol0hPMG6VcKARgBhLa361skHI4iHyai/ybEfGDnHTYu9M1e9j"
                    + "/trsKE4VX+ZVnB/P/4MTKRLbkvOgJzyTut0YSz/joPH9QwAA");
    static final byte[] WEBP_LOSSY_ALPHA =
            bytes("UklGRtoAAABXRUJQVlA4WAoAAAAQAAAAFwAAEwAAQUxQSBkAAAABuYzof0Bp20ZQ9x/5p0ePRUzABCxc0xsBAFZQOCCaAAAAcAUA"
                    + "nQEqGAAUAD7RWKRLqCUjobAIAQAaCWwAnTKEdeDaLACgLWVaDfyCjzGluSNUum6CgAD+/pCc6ch01/cngwVRfNjzPsbV059q/p9O"
                    + "7LfzysrLb0fya/guH8LVF7Di8i19e1OE8i3L9TPVHtjtNt2duQZPUQ0gQnCq/pqKUL5+tSfk+T5PuebVQRrj9fdP89NIFXDxwgAA"
                    + "AA==");

    /** A lossless VP8L chunk's data: 16×16, quarters of red, green, blue and white. */
    static final byte[] QUARTERS_VP8L = bytes("LwPAAwAfIBBI3h86jfkXEBT8H938R2QPgDDbaJKTnOS9zyCi/1H6wfYB");

    private static final int[] QUARTERS = {0xFF0000, 0x00FF00, 0x0000FF, 0xFFFFFF};

    private SamplePictures() {}

    static byte[] bytes(String base64) {
        return Base64.getDecoder().decode(base64);
    }

    /** A red, a green, a blue and a white quarter. */
    static BufferedImage quarters(int type, int side) {
        BufferedImage image = new BufferedImage(side, side, type);
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                image.setRGB(x, y, 0xFF000000 | QUARTERS[y * 2 / side * 2 + x * 2 / side]);
            }
        }
        return image;
    }

    /** A picture whose rows and columns all differ. */
    static BufferedImage gradient(int type, int width, int height) {
        BufferedImage image = new BufferedImage(width, height, type);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, 0xFF << 24 | x * 255 / width << 16 | y * 255 / height << 8 | x * y * 7919 % 251);
            }
        }
        return image;
    }

    /** A file by the JDK's writer. */
    static byte[] written(String format, BufferedImage image, String compression, boolean inPasses) throws IOException {
        ImageWriter writer = jdkWriter(format);
        ImageWriteParam parameters = writer.getDefaultWriteParam();
        if (inPasses) {
            parameters.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
        }
        if (compression != null) {
            parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            parameters.setCompressionType(compression);
        }
        return written(writer, new IIOImage(image, null, null), parameters);
    }

    private static byte[] written(ImageWriter writer, IIOImage image, ImageWriteParam parameters) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (var out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, image, parameters);
        }
        writer.dispose();
        return bytes.toByteArray();
    }

    private static ImageWriter jdkWriter(String format) {
        for (Iterator<ImageWriter> all = ImageIO.getImageWritersByFormatName(format); all.hasNext(); ) {
            ImageWriter writer = all.next();
            if (writer.getClass().getName().startsWith("com.sun.")) {
                return writer;
            }
        }
        throw new AssertionError("the JDK writes " + format);
    }

    /** A TIFF file with tag 274. */
    static byte[] tiffOfOrientation(BufferedImage image, int orientation) throws IOException {
        ImageWriter writer = jdkWriter("tiff");
        ImageWriteParam parameters = writer.getDefaultWriteParam();
        TIFFDirectory directory = TIFFDirectory.createFromMetadata(
                writer.getDefaultImageMetadata(new ImageTypeSpecifier(image), parameters));
        directory.addTIFFField(new TIFFField(
                BaselineTIFFTagSet.getInstance().getTag(BaselineTIFFTagSet.TAG_ORIENTATION), orientation));
        return written(writer, new IIOImage(image, null, directory.getAsMetadata()), parameters);
    }

    /** EXIF data that hold an orientation, and a reference to a text that is not there, as some programs leave. */
    static byte[] exif(int orientation, ByteOrder order) {
        return ByteBuffer.allocate(38)
                .order(order)
                .put((order == ByteOrder.BIG_ENDIAN ? "MM" : "II").getBytes(StandardCharsets.US_ASCII))
                .putShort((short) 42)
                .putInt(8)
                .putShort((short) 2)
                .putShort((short) 0x010F)
                .putShort((short) 2)
                .putInt(1000)
                .putInt(1_000_000)
                .putShort((short) 0x0112)
                .putShort((short) 3)
                .putInt(1)
                .putShort((short) orientation)
                .array();
    }

    /** A PNG file with another chunk, behind the head or before the end. */
    static byte[] withChunk(byte[] png, String type, byte[] data, boolean behindPixels) {
        int at = behindPixels ? png.length - 12 : 33;
        ByteBuffer chunk = ByteBuffer.allocate(12 + data.length).putInt(data.length);
        chunk.put(type.getBytes(StandardCharsets.US_ASCII)).put(data);
        CRC32 checksum = new CRC32();
        checksum.update(chunk.array(), 4, 4 + data.length);
        chunk.putInt((int) checksum.getValue());
        return ByteBuffer.allocate(png.length + chunk.capacity())
                .put(png, 0, at)
                .put(chunk.array())
                .put(png, at, png.length - at)
                .array();
    }

    /** A WebP file of chunks. */
    static byte[] webp(byte[]... chunks) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes("WEBP".getBytes(StandardCharsets.US_ASCII));
        for (byte[] each : chunks) {
            all.writeBytes(each);
        }
        return riffChunk("RIFF", all.toByteArray());
    }

    /** A chunk of a WebP file: its name, its length and its data, padded to an even length. */
    static byte[] riffChunk(String type, byte[] data) {
        return ByteBuffer.allocate(8 + data.length + data.length % 2)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(type.getBytes(StandardCharsets.US_ASCII))
                .putInt(data.length)
                .put(data)
                .array();
    }

    /** The first chunk of a WebP file that has more than pixels. */
    static byte[] vp8x(int flags, int width, int height) {
        return riffChunk(
                "VP8X",
                ByteBuffer.allocate(10)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(flags)
                        .put(int24(width - 1))
                        .put(int24(height - 1))
                        .array());
    }

    /** A picture of an animated WebP file. */
    static byte[] anmf(int left, int top, int width, int height, byte[] pixels) {
        return riffChunk(
                "ANMF",
                ByteBuffer.allocate(16 + pixels.length)
                        .put(int24(left / 2))
                        .put(int24(top / 2))
                        .put(int24(width - 1))
                        .put(int24(height - 1))
                        .put(int24(100))
                        .put((byte) 0)
                        .put(pixels)
                        .array());
    }

    private static byte[] int24(int value) {
        return new byte[] {(byte) value, (byte) (value >> 8), (byte) (value >> 16)};
    }
}
