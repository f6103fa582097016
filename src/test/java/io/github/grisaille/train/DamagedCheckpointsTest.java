package io.github.grisaille.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that are cut, changed, lost or left behind. */
class DamagedCheckpointsTest extends CheckpointTestFolder {
    /** Halves are cut, changed, lost, or exchanged for those of another step. */
    @ParameterizedTest
    @CsvSource({
        "json, cut",
        "json, changed",
        "json, empty",
        "json, exchanged",
        "safetensors, cut",
        "safetensors, changed",
        "safetensors, lost",
        "safetensors, exchanged",
        "safetensors, empty",
        "safetensors, longer"
    })
    void aDamagedCheckpointIsPassedOver(String half, String damage) throws IOException {
        List<float[]> expected = uninterrupted(CheckpointScenario.EVERYTHING);
        for (long step : new long[] {6, 9}) {
            interrupted(CheckpointScenario.EVERYTHING, step);
        }
        Path file = folder.resolve("step-00000009." + half);
        byte[] bytes = Files.readAllBytes(file);
        switch (damage) {
            case "cut" -> Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
            case "longer" -> Files.write(file, Arrays.copyOf(bytes, bytes.length + 1));
            case "empty" -> Files.write(file, new byte[0]);
            case "lost" -> Files.delete(file);
            case "exchanged" ->
                Files.copy(folder.resolve("step-00000006." + half), file, StandardCopyOption.REPLACE_EXISTING);
            default -> {
                bytes[bytes.length / 3] ^= 1;
                Files.write(file, bytes);
            }
        }
        boolean rightButOld = half.equals("json") && damage.equals("exchanged");
        CheckpointScenario.Training training = CheckpointScenario.EVERYTHING.make();
        training.settings().checkpoints(Checkpoints.in(folder));
        History history = training.fit().get();
        assertSameBits(training.results(history), expected);
        assertThat(history.remarks()).hasSize(1);
        assertThat(history.remarks().get(0))
                .contains("step-00000009")
                .endsWith("; resumed from the checkpoint before it, step 8");
        assertThat(rightButOld || history.remarks().get(0).contains(half)).isTrue();
        // what was damaged has been written again
        assertThat(Checkpoints.in(folder).newest().orElseThrow().step()).isEqualTo(12);
    }

    @Test
    void ifAllAreDamagedNothingIsLost() throws IOException {
        interrupted(CheckpointScenario.PLAIN_GAN, 3);
        for (Path file : files(".json")) {
            Files.write(file, new byte[] {'{'});
        }
        assertThatThrownBy(() -> resumed(CheckpointScenario.PLAIN_GAN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no checkpoint in " + folder + " is whole: ")
                .hasMessageContaining("step-00000003.json is cut off or was changed")
                .hasMessageContaining("start again in another folder");
        assertThat(files(".safetensors")).hasSize(1);
    }

    /** Each bit of a small manifest, one after the other. */
    @Test
    void everyChangedBitOfAManifestIsNoticed() {
        byte[] bytes = new Manifest(
                        new Manifest.Place(1, 1, true),
                        new Manifest.Judgement("FID", Double.NaN),
                        Map.of("Java", "17"),
                        Map.of("a", "1"),
                        Map.of("b", 2L),
                        new History("loss"),
                        new Manifest.Tensors(8, "00"))
                .toBytes();
        assertThatCode(() -> Manifest.parse(bytes, "whole")).doesNotThrowAnyException();
        for (int bit = 0; bit < 8 * bytes.length; bit++) {
            byte[] changed = bytes.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> Manifest.parse(changed, "changed"))
                    .isInstanceOf(DamagedCheckpointException.class)
                    .hasMessageContaining("changed is cut off or was changed");
        }
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> Manifest.parse(cut, "cut")).isInstanceOf(DamagedCheckpointException.class);
        }
    }

    @Test
    void aFolderInUseIsSaid() throws IOException {
        try (FileChannel other =
                        FileChannel.open(folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var held = other.lock()) {
            assertThat(held.isValid()).isTrue();
            assertThatThrownBy(() -> CheckpointLock.take(folder, 100))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(folder + " is in use by another training");
        }
        assertThatCode(() -> resumed(CheckpointScenario.PLAIN_GAN)).doesNotThrowAnyException();
    }

    @Test
    void whatAnotherProcessLeftBehindIsSweptAndOtherFilesStay() throws IOException {
        Path part = Files.write(folder.resolve(".step-00000003.json.0123.part"), new byte[3]);
        Path others = Files.write(folder.resolve("my-notes.json"), new byte[3]);
        resumed(CheckpointScenario.PLAIN_GAN);
        assertThat(part).doesNotExist();
        assertThat(others).exists();
    }
}
