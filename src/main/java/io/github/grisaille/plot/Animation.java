package io.github.grisaille.plot;

import io.github.grisaille.io.AtomicFile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;

/** An animated GIF that repeats for ever. */
public final class Animation implements Showable {
    private static final int HUNDREDTH = 10;
    private static final String FORMAT = "javax_imageio_gif_image_1.0";

    private final List<BufferedImage> frames = new ArrayList<>();
    private final int milliseconds;
    private int width;

    /**
     * An animation without frames.
     *
     * @param milliseconds the time that each frame is shown, at least 20
     */
    public Animation(int milliseconds) {
        if (milliseconds < 2 * HUNDREDTH) {
            throw new IllegalArgumentException(
                    "a frame needs at least 20 milliseconds, because browsers slow down faster animations; got "
                            + milliseconds);
        }
        this.milliseconds = milliseconds;
    }

    /** Adds a frame. All frames must have the same size. */
    public void add(BufferedImage frame) {
        if (!frames.isEmpty()
                && (frame.getWidth() != frames.get(0).getWidth()
                        || frame.getHeight() != frames.get(0).getHeight())) {
            throw new IllegalArgumentException("all frames of an animation must have the size of the first, "
                    + frames.get(0).getWidth() + "×" + frames.get(0).getHeight() + "; got " + frame.getWidth() + "×"
                    + frame.getHeight());
        }
        frames.add(frame);
        width = frame.getWidth();
    }

    /** Adds a picture as a frame. The animation is shown as wide as the picture. */
    public void add(Picture picture) {
        add(picture.image());
        width = picture.width();
    }

    public int size() {
        return frames.size();
    }

    /** The bytes of the GIF file. */
    public byte[] toGif() {
        if (frames.isEmpty()) {
            throw new IllegalStateException("an animation needs at least one frame: call add first");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
        try (ImageOutputStream stream = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(stream);
            writer.prepareWriteSequence(null);
            for (BufferedImage frame : frames) {
                writer.writeToSequence(new IIOImage(frame, null, metadata(writer, frame)), null);
            }
            writer.endWriteSequence();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    private IIOMetadata metadata(ImageWriter writer, BufferedImage frame) throws IOException {
        IIOMetadata metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(frame), null);
        IIOMetadataNode root = (IIOMetadataNode) metadata.getAsTree(FORMAT);
        IIOMetadataNode control = child(root, "GraphicControlExtension");
        control.setAttribute("disposalMethod", "none");
        control.setAttribute("userInputFlag", "FALSE");
        control.setAttribute("transparentColorFlag", "FALSE");
        control.setAttribute("delayTime", Integer.toString(milliseconds / HUNDREDTH));
        control.setAttribute("transparentColorIndex", "0");
        IIOMetadataNode loop = new IIOMetadataNode("ApplicationExtension");
        loop.setAttribute("applicationID", "NETSCAPE");
        loop.setAttribute("authenticationCode", "2.0");
        // sub-block 1 holds the number of repetitions; 0 means for ever
        loop.setUserObject(new byte[] {1, 0, 0});
        child(root, "ApplicationExtensions").appendChild(loop);
        metadata.setFromTree(FORMAT, root);
        return metadata;
    }

    private static IIOMetadataNode child(IIOMetadataNode root, String name) {
        for (int i = 0; i < root.getLength(); i++) {
            if (root.item(i).getNodeName().equals(name)) {
                return (IIOMetadataNode) root.item(i);
            }
        }
        IIOMetadataNode node = new IIOMetadataNode(name);
        root.appendChild(node);
        return node;
    }

    /** Writes a GIF file. */
    public void save(Path file) {
        AtomicFile.write(file, toGif());
    }

    @Override
    public String toHtml() {
        return Html.image("gif", toGif(), width, "an animation of " + frames.size() + " frames");
    }

    @Override
    public String toString() {
        return "an animation of " + frames.size() + " frames";
    }
}
