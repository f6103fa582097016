package io.github.grisaille.data;

import java.io.IOException;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadata;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/**
 * The EXIF orientation of a picture, 1 to 8. It says how the camera was held, and so where a pixel of the upright
 * picture lies in the file.
 */
enum Orientation {
    NORMAL("Normal", false, false, false),
    MIRRORED("FlipH", false, true, false),
    TURNED("Rotate180", false, true, true),
    MIRRORED_AND_TURNED("FlipV", false, false, true),
    TRANSPOSED("FlipVRotate90", true, false, false),
    CLOCKWISE("Rotate270", true, false, true),
    TRANSVERSE("FlipHRotate90", true, true, true),
    COUNTERCLOCKWISE("Rotate90", true, true, false);

    private static final String STANDARD = "javax_imageio_1.0";
    private static final String NAME = "ImageOrientation";

    private final String name;
    private final boolean exchanged;
    private final boolean fromRight;
    private final boolean fromBottom;

    /**
     * @param name the name in the standard metadata that TwelveMonkeys gives for JPEG; for TIFF it exchanges 5 and 7
     * @param exchanged whether rows of the upright picture are columns in the file
     * @param fromRight whether the file's columns are counted from the right
     * @param fromBottom whether the file's rows are counted from the bottom
     */
    Orientation(String name, boolean exchanged, boolean fromRight, boolean fromBottom) {
        this.name = name;
        this.exchanged = exchanged;
        this.fromRight = fromRight;
        this.fromBottom = fromBottom;
    }

    /** The orientation with this EXIF number; normal if it is not 1 to 8. */
    static Orientation of(int number) {
        return number < 1 || number > values().length ? NORMAL : values()[number - 1];
    }

    /** The orientation of a JPEG file; normal if it is missing or unreadable, since the pixels are still good. */
    static Orientation of(ImageReader reader) {
        try {
            IIOMetadata metadata = reader.getImageMetadata(0);
            Node tree = metadata == null ? null : metadata.getAsTree(STANDARD);
            NodeList found = tree instanceof Element root ? root.getElementsByTagName(NAME) : null;
            String said =
                    found == null || found.getLength() == 0 ? "" : ((Element) found.item(0)).getAttribute("value");
            for (Orientation each : values()) {
                if (each.name.equals(said)) {
                    return each;
                }
            }
            return NORMAL;
        } catch (IOException | RuntimeException unreadable) {
            return NORMAL;
        }
    }

    /** The index in the file's square, counted row by row, of pixel (y, x) of the upright square. */
    int place(int y, int x, int side) {
        int row = exchanged ? x : y;
        int column = exchanged ? y : x;
        return (fromBottom ? side - 1 - row : row) * side + (fromRight ? side - 1 - column : column);
    }
}
