package io.github.grisaille.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetTest {
    private static final Map<String, String> SHA_256 = Map.of(
            "train-images-idx3-ubyte.gz", "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
            "train-labels-idx1-ubyte.gz", "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
            "t10k-images-idx3-ubyte.gz", "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
            "t10k-labels-idx1-ubyte.gz", "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
            "chelsea.png", "596aa1e7cb875eb79f437e310381d26b338a81c2da23439704a73c4651e8c4bb");

    @TempDir
    Path folder;

    @Test
    void theBundledFilesAreTheOriginals() throws IOException, GeneralSecurityException {
        for (Map.Entry<String, String> entry : SHA_256.entrySet()) {
            try (InputStream stream = Mnist.class.getResourceAsStream(entry.getKey())) {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(stream.readAllBytes());
                assertThat(HexFormat.of().formatHex(digest)).isEqualTo(entry.getValue());
            }
        }
    }

    @Test
    void mnistIsWhole() {
        ImageDataset train = Mnist.train();
        assertThat(train.size()).isEqualTo(60_000);
        assertThat(train.shape()).containsExactly(28, 28, 1);
        assertThat(new int[] {train.label(0), train.label(1), train.label(2)}).containsExactly(5, 0, 4);
        float[] first = train.values(0);
        assertThat(first).hasSize(784);
        assertThat(first[0]).isZero();
        float brightest = 0;
        for (float value : first) {
            brightest = Math.max(brightest, value);
        }
        assertThat(brightest).isEqualTo(1);
        ImageDataset flat = train.scaled(-1, 1).flat();
        assertThat(flat.shape()).containsExactly(784);
        assertThat(flat.values(0)[0]).isEqualTo(-1);
        assertThat(Mnist.test().size()).isEqualTo(10_000);
        assertThat(train.take(10).size()).isEqualTo(10);
        assertThat(train.first(2).shape()).isEqualTo(Shape.of(2, 28, 28, 1));
        assertThat(train.first(2).toArray()).startsWith(first);
        assertThatThrownBy(() -> train.first(60_001))
                .hasMessage("first(count) needs a count from 1 to 60000, the number of items; got 60001");
        assertThatThrownBy(() -> train.take(0))
                .hasMessage("take(count) needs a count from 1 to 60000, the number of images; got 0");
        assertThatThrownBy(() -> train.scaled(1, -1)).hasMessageContaining("black must be below white");
        assertThatThrownBy(() -> train.take(10).values(10)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void spoiltOrMissingDataIsRefused() {
        assertThatThrownBy(() -> new ArrayDataset(new float[] {1, 2, 3, Float.NaN}, 2))
                .hasMessageContaining("item 1 holds NaN at place 1");
        assertThatThrownBy(() -> new ArrayDataset(new float[] {1, Float.POSITIVE_INFINITY}, 1))
                .hasMessageContaining("item 1 holds Infinity");
        assertThatThrownBy(() -> new ArrayDataset(new float[0], 2)).hasMessageContaining("; got 0");
        assertThatThrownBy(() -> new ArrayDataset(new float[3], 2)).hasMessageContaining("a multiple of 2 values");
    }

    @Test
    void theCatKeepsItsColoursWhenItShrinks() {
        float[] large = Images.cat(300);
        float[] small = Images.cat(32);
        assertThat(small).hasSize(32 * 32 * 3);
        for (int channel = 0; channel < 3; channel++) {
            assertThat(mean(small, channel)).isCloseTo(mean(large, channel), within(1e-4));
        }
        assertThatThrownBy(() -> Images.cat(0)).hasMessageContaining("can be resized to a side of 1 to 300; got 0");
        assertThatThrownBy(() -> Images.cat(301)).hasMessageContaining("; got 301");
    }

    private static double mean(float[] image, int channel) {
        double sum = 0;
        for (int i = channel; i < image.length; i += 3) {
            sum += image[i];
        }
        return sum / (image.length / 3);
    }

    @Test
    void picturesAreCutToASquareAndAveraged() throws IOException {
        BufferedImage image = new BufferedImage(6, 2, BufferedImage.TYPE_INT_RGB);
        image.setRGB(2, 0, 0xFF0000);
        image.setRGB(3, 1, 0x00FF00);
        Path file = folder.resolve("wide.png");
        ImageIO.write(image, "png", file.toFile());
        assertThat(Images.read(file, 1)).containsExactly(-0.5f, -0.5f, -1);
        assertThat(Images.read(file, 2)).containsExactly(1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1, -1);
        Path text = Files.writeString(folder.resolve("text.png"), "no picture");
        assertThatThrownBy(() -> Images.read(text, 2))
                .hasMessageContaining("is not a picture in PNG, JPEG, GIF, BMP, WebP or TIFF format");
        assertThatThrownBy(() -> Images.read(folder.resolve("nothing.png"), 2))
                .hasMessageContaining("there is no such file");
        assertThatThrownBy(() -> Images.read(file, 3)).hasMessageContaining("which can be resized to 1 to 2; got 3");
    }

    @Test
    void anEpochHoldsEachItemOnceWithASmallerLastBatch() {
        Batches batches = new Batches(10, 4, 1);
        assertThat(batches.perEpoch()).isEqualTo(3);
        int[] seen = new int[10];
        for (long step = 1; step <= 6; step++) {
            int[] indices = batches.indices(step);
            assertThat(indices).hasSize(step % 3 == 0 ? 2 : 4);
            for (int index : indices) {
                seen[index]++;
            }
        }
        assertThat(seen).containsOnly(2);
        int[] fourth = new Batches(10, 4, 1).indices(4);
        assertThat(batches.indices(4)).containsExactly(fourth);
        assertThat(Arrays.toString(batches.indices(1))).isNotEqualTo(Arrays.toString(fourth));
        assertThat(new Batches(10, 4, 2).indices(1)).isNotEqualTo(batches.indices(1));
        assertThatThrownBy(() -> new Batches(0, 4, 1)).hasMessageContaining("at least 1 item");
        assertThatThrownBy(() -> new Batches(4, 0, 1)).hasMessageContaining("a batch size of at least 1");
        assertThatThrownBy(() -> batches.indices(0)).hasMessageContaining("the first step is 1; got step 0");
    }

    @Test
    void aBatchIsItsItemsOneAfterAnother() {
        ImageDataset digits = Mnist.train().scaled(-1, 1);
        for (Dataset data :
                List.of(digits, digits.oneHotLabels(10), digits.take(50).map(x -> x))) {
            int[] indices = {7, 0, 7, 49};
            Tensor batch = Backend.cpu().empty(Shape.of(data.shape()).batchOf(4));
            data.read(indices, batch);
            assertThat(batch.toArray()).containsExactly(data.values(indices));
        }
        Tensor one = Backend.cpu().empty(Shape.of(1, 28, 28, 1));
        for (Dataset data : List.of(digits, digits.take(50).map(x -> x))) {
            assertThatThrownBy(() -> data.read(new int[] {1, 2}, one))
                    .hasMessage("2 items of 28×28×1 need a batch of 2×28×28×1; got one of 1×28×28×1");
        }
        assertThatThrownBy(() -> digits.take(50).read(new int[] {50}, one))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void labelsBecomeTargets() {
        ImageDataset digits = Mnist.test().take(5);
        assertThat(digits.labels(5)).containsExactly(7, 2, 1, 0, 4);
        Dataset targets = digits.oneHotLabels(10);
        assertThat(targets.size()).isEqualTo(5);
        assertThat(targets.values(1, 4)).containsExactly(0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0);
        assertThatThrownBy(() -> digits.oneHotLabels(7))
                .hasMessage("image 0 has label 7, but 7 classes have the labels 0 to 6");
    }

    @Test
    void aFunctionOfBatchesMakesANewDataSet() {
        float[] values = new float[2 * 2500];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        Dataset pairs = new ArrayDataset(values, 2);
        List<Integer> batches = new ArrayList<>();
        ArrayDataset first = pairs.map(x -> {
            batches.add(x.axis(0));
            float[] made = new float[x.axis(0)];
            float[] given = x.toArray();
            for (int i = 0; i < made.length; i++) {
                made[i] = given[2 * i];
            }
            return Tensor.of(made, made.length, 1);
        });
        assertThat(batches).containsExactly(1000, 1000, 500);
        assertThat(first.size()).isEqualTo(2500);
        assertThat(first.shape()).containsExactly(1);
        assertThat(first.values(0, 999, 1000, 2499)).containsExactly(0, 1998, 2000, 4998);
        assertThat(Mnist.test().take(3).map(x -> x).values(2))
                .isEqualTo(Mnist.test().values(2));
        assertThatThrownBy(() -> pairs.map(x -> x.reshape(x.size())))
                .hasMessage("map needs a function that returns one item for each item, all of one shape: for 1000"
                        + " items it should return 1000; got 2000");
        assertThatThrownBy(() -> pairs.map(x -> Tensor.of(
                        new float[3 * x.axis(0)], x.axis(0) == 1000 ? new int[] {1000, 3} : new int[] {250, 6})))
                .hasMessageContaining("for 500 items it should return 500×3; got 250×6");
    }
}
