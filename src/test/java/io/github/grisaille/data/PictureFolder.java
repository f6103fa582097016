package io.github.grisaille.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * A folder for the pictures of one test, with its own cache. Most pictures are 16×16 with a red, a green, a blue and a white
 * quarter, so at 4×4 each quarter is 2×2 pixels.
 */
abstract class PictureFolder {
    static final String CACHE = "grisaille.cache";
    static final int[] QUARTERS = {0xFF0000, 0x00FF00, 0x0000FF, 0xFFFFFF};

    // the same picture, written by Pillow 12: what the JDK cannot write
    static final String WEBP_LOSSLESS =
            "UklGRjYAAABXRUJQVlA4TCoAAAAvD8ADAB8gEEjeHzqN+RcQFPwf3fxHZA+AMNtokpOc5L3PIKL/UfrB9gE=";
    static final String WEBP_LOSSY = "UklGRkQAAABXRUJQVlA4IDgAAAAwAgCdASoQABAAAMASJaACdLoB+AH6gAToAAD+S///cM//5HD//77g"
            + "3/3eY7381b//WjddGVwAAA==";
    /** Its lower half is transparent black. */
    static final String WEBP_ALPHA = "UklGRi4AAABXRUJQVlA4TCEAAAAvD8ADEBcgEEjaH3qN+Y/5D2xBIECYNOnUQUT/J6D0YQcA";
    /** The second picture is black. */
    static final String WEBP_ANIMATED =
            "UklGRpwAAABXRUJQVlA4WAoAAAACAAAADwAADwAAQU5JTQYAAAAAAAAAAABBTk1GQgAAAAAAAAAAAA8A"
                    + "AA8AAAAAAAJWUDhMKgAAAC8PwAMAHyAQSN4fOo35FxAU/B/d/EdkD4Aw22iSkzzJvc8gov+x6Qd1BUFOTUYmAAAAAAAAAAAADwAADwAAAAAA"
                    + "AFZQOEwOAAAALw/AAwAHEBH9D0RE/wM=";

    @TempDir
    Path temporary;

    Path folder;
    String before;

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

    static BufferedImage quarters(int type, int side) {
        BufferedImage image = new BufferedImage(side, side, type);
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                image.setRGB(x, y, 0xFF000000 | QUARTERS[y * 2 / side * 2 + x * 2 / side]);
            }
        }
        return image;
    }

    Path write(String name, BufferedImage image) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        String ending = name.substring(name.lastIndexOf('.') + 1);
        assertThat(ImageIO.write(image, ending.equals("jpg") ? "jpeg" : ending, file.toFile()))
                .isTrue();
        return file;
    }

    Path write(String name, String base64) throws IOException {
        return Files.write(folder.resolve(name), Base64.getDecoder().decode(base64));
    }

    /** A picture's pixel as 0xRRGGBB. */
    static int pixel(ImageFolder images, int index, int y, int x) {
        float[] values = images.values(index);
        int rgb = 0;
        for (int c = 0; c < 3; c++) {
            rgb = rgb << 8 | Math.round(255 * values[(y * images.shape()[1] + x) * 3 + c]);
        }
        return rgb;
    }

    static void assertQuarters(ImageFolder images, int index, int tolerance) {
        for (int q = 0; q < 4; q++) {
            int actual = pixel(images, index, q / 2 * 3, q % 2 * 3);
            for (int shift = 0; shift <= 16; shift += 8) {
                assertThat(actual >> shift & 255)
                        .as("%s, quarter %d: %06x", images.file(index).getFileName(), q, actual)
                        .isCloseTo(QUARTERS[q] >> shift & 255, within(tolerance));
            }
        }
    }

    List<Path> kept() throws IOException {
        try (Stream<Path> list = Files.list(Files.createDirectories(temporary.resolve("cache")))) {
            return list.filter(each -> each.toString().endsWith(".rgb"))
                    .sorted()
                    .toList();
        }
    }
}
