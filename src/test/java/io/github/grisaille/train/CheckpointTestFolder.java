package io.github.grisaille.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** A folder of checkpoints, and trainings that are stopped and resumed in it. */
abstract class CheckpointTestFolder {
    @TempDir
    Path folder;

    static List<float[]> uninterrupted(CheckpointScenario scenario) {
        CheckpointScenario.Training training = scenario.make();
        return training.results(training.fit().get());
    }

    void interrupted(CheckpointScenario scenario, long step) {
        CheckpointScenario.Training training = scenario.make();
        training.settings().checkpoints(Checkpoints.in(folder)).everySteps(1, done -> {
            if (done == step - 1) {
                Thread.currentThread().interrupt();
            }
        });
        try {
            assertThatThrownBy(training.fit()::get)
                    .isInstanceOf(CancellationException.class)
                    .hasMessageContaining("interrupted after step " + step)
                    .hasMessageContaining(String.format("step-%08d.json has all that is needed to go on", step));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    List<float[]> resumed(CheckpointScenario scenario) {
        CheckpointScenario.Training training = scenario.make();
        // whatever these objects learnt before is overwritten
        training.networks().forEach(network -> network.initialize(99));
        training.settings().checkpoints(Checkpoints.in(folder));
        return training.results(training.fit().get());
    }

    static void assertSameBits(List<float[]> actual, List<float[]> expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.get(i)).as("result " + i).containsExactly(expected.get(i));
        }
    }

    List<Path> files(String suffix) throws IOException {
        try (Stream<Path> list = Files.list(folder)) {
            return list.filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }

    /** Changes a manifest as one would who means it: with a digest that fits. */
    static void rewrite(Path file, String pattern, String replacement) throws IOException {
        String text = Files.readString(file);
        String body = text.substring(0, text.lastIndexOf(",\"sha256\":")).replaceFirst(pattern, replacement);
        MessageDigest digest = Sha256.digest();
        digest.update(body.getBytes(StandardCharsets.UTF_8));
        Files.writeString(file, body + ",\"sha256\":\"" + Sha256.hex(digest) + "\"}\n");
    }
}
