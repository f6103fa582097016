package io.github.grisaille.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.tensor.RandomStream;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FacesTest {
    @TempDir
    Path cache;

    @BeforeEach
    void ownCache() {
        System.setProperty("grisaille.cache", cache.toString());
    }

    @AfterEach
    void commonCache() {
        System.clearProperty("grisaille.cache");
    }

    private static final Face PLAIN = with(0, -1, 0, false);

    private static Face with(int hairColor, int glasses, int background, boolean flipped) {
        return new Face(
                new Face.Features(4, 0, 0, 0, 0, 0),
                new Face.Colors(hairColor, 0, 0, background),
                new Face.Accessories(glasses, -1, -1, -1, -1),
                flipped);
    }

    private static int count(BufferedImage picture, int rgb) {
        int count = 0;
        for (int y = 0; y < picture.getHeight(); y++) {
            for (int x = 0; x < picture.getWidth(); x++) {
                count += (picture.getRGB(x, y) & 0xFFFFFF) == rgb ? 1 : 0;
            }
        }
        return count;
    }

    @Test
    void aFaceHasTheColoursThatItsAttributesSay() {
        BufferedImage picture = Faces.paint(PLAIN, 128);
        int pixels = 128 * 128;
        assertThat(picture.getRGB(1, 1) & 0xFFFFFF).isEqualTo(0xB6E3F4);
        assertThat(count(picture, 0xB6E3F4)).as("background").isBetween(pixels / 5, pixels * 4 / 5);
        assertThat(count(picture, 0xFFE3CF)).as("skin").isGreaterThan(pixels / 20);
        assertThat(count(picture, 0x2C1B18)).as("hair").isGreaterThan(pixels / 20);
        BufferedImage other = Faces.paint(with(11, -1, 5, false), 128);
        assertThat(count(other, 0xD94F8A))
                .as("the hair's shape is the same")
                .isCloseTo(count(picture, 0x2C1B18), within(20));
        assertThat(count(other, 0x2C1B18)).isZero();
    }

    @Test
    void accessoriesAndMirroringShow() {
        BufferedImage picture = Faces.paint(PLAIN, 64);
        BufferedImage glasses = Faces.paint(with(0, 0, 0, false), 64);
        BufferedImage flipped = Faces.paint(with(0, -1, 0, true), 64);
        int differing = 0;
        double mirrored = 0;
        for (int y = 0; y < 64; y++) {
            for (int x = 0; x < 64; x++) {
                differing += picture.getRGB(x, y) == glasses.getRGB(x, y) ? 0 : 1;
                mirrored += Math.abs((picture.getRGB(x, y) & 0xFF) - (flipped.getRGB(63 - x, y) & 0xFF)) / (64.0 * 64);
            }
        }
        assertThat(differing).isBetween(50, 1000);
        // the rasteriser rounds a mirrored edge a little differently
        assertThat(mirrored).isLessThan(0.5);
    }

    @Test
    void theSameSeedDrawsTheSameFacesHoweverMany() throws IOException {
        Faces few = Faces.draw(5, 7, 32);
        Faces many = Faces.draw(20, 7, 32);
        for (int i = 0; i < 5; i++) {
            assertThat(many.face(i)).isEqualTo(few.face(i));
            assertThat(many.images().values(i)).containsExactly(few.images().values(i));
        }
        assertThat(Faces.draw(5, 8, 32).images().values(0))
                .isNotEqualTo(few.images().values(0));
        try (Stream<Path> files = Files.list(cache)) {
            assertThat(files).hasSize(3);
        }
        assertThat(Faces.draw(20, 7, 32).images().values(19))
                .containsExactly(many.images().values(19));
    }

    @Test
    void aCachedFileIsUsedAndADamagedOneDrawnAgain() throws IOException {
        float[] first = Faces.draw(2, 1, 16).images().values(0);
        Path file;
        try (Stream<Path> files = Files.list(cache)) {
            file = files.findFirst().orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(file);
        bytes[0] ^= 0x40;
        Files.write(file, bytes);
        assertThat(Faces.draw(2, 1, 16).images().values(0)[0]).isNotEqualTo(first[0]);
        Files.write(file, new byte[3]);
        assertThat(Faces.draw(2, 1, 16).images().values(0)).containsExactly(first);
    }

    /** The name says what draws the faces, not only which are drawn. */
    @Test
    void aFileOfAnotherDrawingIsNotRead() throws IOException {
        Faces drawn = Faces.draw(2, 1, 16);
        Path file;
        try (Stream<Path> files = Files.list(cache)) {
            file = files.findFirst().orElseThrow();
        }
        assertThat(file.getFileName().toString()).matches("faces-1-16-1-2-[0-9a-f]{8}\\.rgb");
        byte[] other = new byte[2 * 16 * 16 * 3];
        Files.delete(file);
        Files.write(cache.resolve("faces-1-16-1-2.rgb"), other);
        Files.write(cache.resolve("faces-1-16-1-2-00000000.rgb"), other);
        assertThat(Faces.draw(2, 1, 16).images().values(0))
                .containsExactly(drawn.images().values(0));
    }

    @Test
    void facesAreVariedAndAccessoriesHaveTheirOdds() {
        List<Face> faces = Stream.iterate(0, i -> i + 1)
                .limit(4000)
                .map(i -> Face.draw(new RandomStream(3, i)))
                .toList();
        Set<Integer> hair = new HashSet<>();
        faces.forEach(face -> hair.add(face.features().hair()));
        assertThat(hair).hasSize(48);
        assertThat(faces.stream().filter(Face::hasGlasses).count() / 4000.0).isCloseTo(0.25, within(0.03));
        assertThat(faces.stream().filter(Face::hasBeard).count() / 4000.0).isCloseTo(0.08, within(0.02));
        assertThat(faces.stream().filter(Face::smiles).count() / 4000.0).isCloseTo(18 / 27.0, within(0.03));
        assertThat(new HashSet<>(faces)).hasSizeGreaterThan(3990);
    }

    @Test
    void everyPartCanBeDrawn() {
        for (int i = 0; i < 48; i++) {
            Face face = new Face(
                    new Face.Features(i, i % 4, i % 24, i % 13, i % 6, i % 27),
                    new Face.Colors(i % 12, i % 4, i % 4, i % 6),
                    new Face.Accessories(i % 5, i % 2, i % 3, 0, 0),
                    false);
            assertThat(Faces.paint(face, 16).getWidth()).isEqualTo(16);
        }
    }

    @Test
    void refusesWhatCannotBeDrawn() {
        assertThatThrownBy(() -> Faces.draw(0, 1)).hasMessageContaining("got 0 and 64");
        assertThatThrownBy(() -> Faces.draw(1, 1, 4)).hasMessageContaining("got 1 and 4");
    }
}
