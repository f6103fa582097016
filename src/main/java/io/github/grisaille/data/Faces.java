package io.github.grisaille.data;

import com.github.weisj.jsvg.SVGDocument;
import com.github.weisj.jsvg.parser.LoaderContext;
import com.github.weisj.jsvg.parser.SVGLoader;
import com.github.weisj.jsvg.view.ViewBox;
import io.github.grisaille.io.AtomicFile;
import io.github.grisaille.io.CacheFolder;
import io.github.grisaille.tensor.RandomStream;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * Drawn faces in many colours, with their attributes. The library draws them from parts inside its jar. They are not
 * photographs and not the Anime Face Dataset. Face i depends only on the seed and on i.
 */
public final class Faces {
    /** The beginning of a cached file's name. Change it when the drawing changes. */
    private static final String VERSION = "faces-1";

    private static final int DIGITS = 8;
    private static final int SIZE = 64;
    private static final int CHANNELS = 3;
    /** The canvas has wide margins. Enlarged by this factor, the head fills the picture. */
    private static final double ZOOM = 1.22;

    private final ImageDataset images;
    private final List<Face> faces;

    private Faces(ImageDataset images, List<Face> faces) {
        this.images = images;
        this.faces = faces;
    }

    /** Draws faces of 64×64 pixels; see {@link #draw(int, long, int)}. */
    public static Faces draw(int count, long seed) {
        return draw(count, seed, SIZE);
    }

    /**
     * Draws faces on all processors: 20,000 of 64×64 pixels take less than a minute on two. The pixels are kept in a
     * file, so the same call returns at once the next time. The file is in the folder {@link CacheFolder#path}; you may
     * delete it.
     *
     * @param count at least 1
     * @param size the side in pixels, 8 to 512
     */
    public static Faces draw(int count, long seed, int size) {
        if (count < 1 || size < 8 || size > 512) {
            throw new IllegalArgumentException(
                    "faces need a count of at least 1 and a size from 8 to 512 pixels; got " + count + " and " + size);
        }
        List<Face> faces = IntStream.range(0, count)
                .mapToObj(i -> Face.draw(new RandomStream(seed, i)))
                .toList();
        int item = size * size * CHANNELS;
        Path file = CacheFolder.path()
                .resolve(VERSION + "-" + size + "-" + seed + "-" + count + "-" + drawing(faces) + ".rgb");
        byte[] pixels = cached(file, Math.multiplyExact(count, item));
        if (pixels == null) {
            byte[] drawn = new byte[Math.multiplyExact(count, item)];
            IntStream.range(0, count).parallel().forEach(i -> paint(faces.get(i), size, drawn, i * item));
            keep(file, drawn);
            pixels = drawn;
        }
        return new Faces(new ImageDataset(pixels, null, size, size, CHANNELS), faces);
    }

    /** The pictures: (size, size, 3), with values in [0, 1] unless {@linkplain ImageDataset#scaled scaled}. */
    public ImageDataset images() {
        return images;
    }

    /** The parts and colours of a face. */
    public Face face(int index) {
        return faces.get(index);
    }

    public int size() {
        return faces.size();
    }

    /** The class of each face for an attribute. */
    public int[] labels(FaceAttribute attribute) {
        return faces.stream().mapToInt(attribute::of).toArray();
    }

    @Override
    public String toString() {
        return "drawn faces: " + images;
    }

    /** One face as a picture. */
    static BufferedImage paint(Face face, int size) {
        BufferedImage picture = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = picture.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        graphics.setColor(
                Color.decode("#" + FaceParts.BACKGROUNDS.get(face.colors().background())));
        graphics.fillRect(0, 0, size, size);
        if (face.flipped()) {
            graphics.translate(size, 0);
            graphics.scale(-1, 1);
        }
        float side = (float) (size * ZOOM);
        float margin = (size - side) / 2;
        document(face).render(null, graphics, new ViewBox(margin, margin, side, side));
        graphics.dispose();
        return picture;
    }

    private static SVGDocument document(Face face) {
        byte[] svg = FaceParts.svg(face).getBytes(StandardCharsets.UTF_8);
        SVGDocument document = new SVGLoader().load(new ByteArrayInputStream(svg), null, LoaderContext.createDefault());
        if (document == null) {
            throw new IllegalStateException("this face could not be drawn: " + face);
        }
        return document;
    }

    private static void paint(Face face, int size, byte[] pixels, int offset) {
        int[] rgb = paint(face, size).getRGB(0, 0, size, size, null, 0, size);
        for (int i = 0; i < rgb.length; i++) {
            pixels[offset + i * CHANNELS] = (byte) (rgb[i] >> 16);
            pixels[offset + i * CHANNELS + 1] = (byte) (rgb[i] >> 8);
            pixels[offset + i * CHANNELS + 2] = (byte) rgb[i];
        }
    }

    /**
     * A short digest of everything else that the pixels depend on: the paths and colours of the first and the last
     * face, and the versions of Java and of the drawing library.
     */
    private static String drawing(List<Face> faces) {
        CodeSource jsvg = SVGLoader.class.getProtectionDomain().getCodeSource();
        String text = Runtime.version().feature() + "\n"
                + (jsvg == null ? "" : new File(jsvg.getLocation().getPath()).getName()) + "\n"
                + FaceParts.svg(faces.get(0)) + FaceParts.svg(faces.get(faces.size() - 1));
        return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8))
                .toString()
                .substring(0, DIGITS);
    }

    /** The cached pixels; null if there is no file of this length. */
    private static byte[] cached(Path file, int length) {
        try {
            return Files.isRegularFile(file) && Files.size(file) == length ? Files.readAllBytes(file) : null;
        } catch (IOException unreadable) {
            return null;
        }
    }

    /** If the cache cannot be written, only the next call takes longer. */
    private static void keep(Path file, byte[] pixels) {
        try {
            AtomicFile.write(file, pixels);
        } catch (UncheckedIOException readOnly) {
            return;
        }
    }
}
