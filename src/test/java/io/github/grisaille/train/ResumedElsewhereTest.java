package io.github.grisaille.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.io.SafeTensors;
import io.github.grisaille.loss.Loss;
import io.github.grisaille.loss.Losses;
import io.github.grisaille.nn.Layers;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.train.TrainingElsewhere.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What one process wrote another takes up, though its loops round otherwise. */
class ResumedElsewhereTest {
    /** Other last bits grow over a few steps, and stay far below this. */
    private static final double NEAR = 1e-3;

    private static final boolean PLAIN = Backend.cpu().name().contains("plain");

    @TempDir
    Path folder;

    /** The lines that a process with the other loops prints; the plain ones run where the module is absent. */
    private List<String> elsewhere(Kind kind, long epochs) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Dgrisaille.kernels=" + (PLAIN ? "vector" : "plain"),
                "-cp",
                System.getProperty("java.class.path")));
        if (PLAIN) {
            command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
        }
        command.addAll(
                List.of(TrainingElsewhere.class.getName(), kind.name(), folder.toString(), String.valueOf(epochs)));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (InputStream out = process.getInputStream()) {
            List<String> lines = new String(out.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).isZero();
            return lines;
        }
    }

    private static void assertRemark(String remark) {
        assertThat(remark)
                .contains("this run went on at step 8 from a checkpoint made by {Java=")
                .contains("plain loops")
                .contains("vectors of ")
                .endsWith("the last bits can differ from those of a run that was not stopped");
    }

    private History uninterrupted(Kind kind) {
        return kind.train(folder.resolve("another"), 4);
    }

    private static void assertNear(History actual, History expected) {
        assertThat(actual.size()).isEqualTo(4 * TrainingElsewhere.STEPS_PER_EPOCH);
        for (String series : expected.series()) {
            assertThat(actual.values(series)).containsExactly(expected.values(series), within(NEAR));
        }
    }

    @ParameterizedTest
    @EnumSource
    void fromTheOtherLoopsToThese(Kind kind) throws IOException, InterruptedException {
        assertThat(elsewhere(kind, 2)).containsExactly("steps 8");
        History history = kind.train(folder, 4);
        assertThat(history.remarks()).hasSize(1);
        assertRemark(history.remarks().get(0));
        assertNear(history, uninterrupted(kind));
    }

    @ParameterizedTest
    @EnumSource
    void fromTheseLoopsToTheOthers(Kind kind) throws IOException, InterruptedException {
        assertThat(kind.train(folder, 2).remarks()).isEmpty();
        List<String> lines = elsewhere(kind, 4);
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).isEqualTo("steps 16");
        assertRemark(lines.get(1));
        assertNear(Checkpoints.in(folder).newest().orElseThrow().history(), uninterrupted(kind));
    }

    /** Files that the version with digests wrote. */
    @ParameterizedTest
    @EnumSource
    void checkpointsOfVersion1AreTakenUp(Kind kind) throws IOException {
        for (String file : List.of("step-00000008.json", "step-00000008.safetensors")) {
            try (InputStream in = getClass().getResourceAsStream("checkpoints-of-version-1/" + kind + "/" + file)) {
                Files.copy(in, folder.resolve(file));
            }
        }
        History history = kind.train(folder, 4);
        String unknown = switch (kind) {
            case SUPERVISED -> "inputs, targets, loss";
            case VAE -> "items";
            case GAN -> "real items, loss, latent";
        };
        assertThat(history.remarks().get(0))
                .endsWith("step-00000008.json was written by an older version of grisaille, and these settings"
                        + " could not be compared: " + unknown);
        assertNear(history, uninterrupted(kind));
    }

    private static final Tensor INPUT = Tensor.of(new float[] {1, 2}, 1, 2);
    private static final Tensor TARGET = Tensor.of(new float[] {1}, 1, 1);

    private History examples(Loss loss, int steps) {
        return new Trainer(Layers.sequential(Layers.dense(2, 1)), loss)
                .steps(steps)
                .checkpoints(Checkpoints.in(folder).everySteps(1))
                .progress(Progress.silent())
                .fit((step, random) -> new Example(INPUT, TARGET));
    }

    @Test
    void anotherLossIsRefused() {
        examples(Losses.meanSquaredError(), 2);
        assertThatThrownBy(() -> examples(Losses.meanAbsoluteError(), 4))
                .hasMessageContaining("loss was squared error, mean, and is absolute error, mean");
        assertThatThrownBy(() -> examples(Losses.leastSquares(), 4))
                .hasMessageContaining("loss was squared error, mean, and is squared error, mean, times 0.5");
        assertThat(examples(Losses.meanSquaredError(), 4).remarks()).isEmpty();
    }

    /** One function looks like another. */
    @Test
    void aLossWrittenAsAFunctionIsTakenAsTheSame() {
        examples(
                (prediction, target, allocator) -> Losses.meanSquaredError().evaluate(prediction, target, allocator),
                2);
        assertThat(examples(
                                (prediction, target, allocator) ->
                                        Losses.meanAbsoluteError().evaluate(prediction, target, allocator),
                                4)
                        .size())
                .isEqualTo(4);
        assertThatThrownBy(() -> examples(Losses.meanSquaredError(), 6))
                .hasMessageContaining("loss was a function, and is squared error, mean");
    }

    /** Data that differ by more than rounding are another training's. */
    @ParameterizedTest
    @ValueSource(floats = {1e-3f, 0.5f})
    void otherDataAreRefused(float change) {
        float[] values = {0.1f, -0.4f, 0.7f, -1.2f, 0.3f, 0.9f};
        String one = Fingerprint.sums(values);
        values[3] += change;
        assertThat(compared(one, Fingerprint.sums(values))).isFalse();
        values[3] -= change;
        values[2] = Math.nextUp(values[2]);
        assertThat(compared(one, Fingerprint.sums(values))).isTrue();
        float[] swapped = {-0.4f, 0.1f, 0.7f, -1.2f, 0.3f, 0.9f};
        assertThat(compared(one, Fingerprint.sums(swapped))).isFalse();
        float[] negated = {0.1f, -0.4f, 0.7f, 1.2f, 0.3f, 0.9f};
        assertThat(compared(one, Fingerprint.sums(negated))).isFalse();
        assertThat(compared("1000000 items, " + one, "1000001 items, " + one)).isFalse();
        assertThat(compared(one + " and 1.0", one)).isFalse();
    }

    private static boolean compared(String then, String now) {
        SavingArchive saving = new SavingArchive();
        saving.alike("data", then, Fingerprint.TOLERANCE);
        Manifest manifest = new Manifest(
                new Manifest.Place(1, 1, true),
                Manifest.Judgement.NONE,
                Map.of(),
                saving.settings(),
                Map.of(),
                new History("loss"),
                new Manifest.Tensors(0, ""));
        try {
            RestoringArchive.restore(
                    manifest, new SafeTensors(), "file", archive -> archive.alike("data", now, Fingerprint.TOLERANCE));
            return true;
        } catch (IllegalArgumentException differs) {
            return false;
        }
    }
}
