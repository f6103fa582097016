package io.github.grisaille.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.grisaille.tensor.RandomStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kill -9, again and again, in the middle of writing and elsewhere. */
class KilledTrainingTest {
    private static final int KILLS = 50;
    /** About the size of a checkpoint. */
    private static final int FILE = 4 << 20;
    /** Long enough to start, to read a checkpoint, and to train a little. */
    private static final int LIFE_MILLIS = 1500;

    @TempDir
    Path folder;

    /** One process, with what it has said so far. */
    private static final class Child {
        private final Process process;
        private final Thread reader;
        private final AtomicLong newest = new AtomicLong();
        private volatile String digest;

        Child(String... arguments) throws IOException {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-Dgrisaille.kernels=plain",
                    "-Dgrisaille.threads=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    KilledTraining.class.getName()));
            command.addAll(List.of(arguments));
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            reader = new Thread(this::read);
            reader.start();
        }

        private void read() {
            try (BufferedReader lines = process.inputReader()) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.startsWith("checkpoint ")) {
                        newest.set(Long.parseLong(line.substring("checkpoint ".length())));
                    } else if (line.startsWith("digest ")) {
                        digest = line;
                    }
                }
            } catch (IOException killed) {
                return;
            }
        }

        void kill() throws InterruptedException {
            process.destroyForcibly().waitFor();
            reader.join();
        }

        String finish() throws InterruptedException {
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
            reader.join();
            assertThat(process.exitValue()).isZero();
            return digest;
        }
    }

    /** How much of a file that is being written is on the disk; −1 if none is being written. */
    private long partWritten() {
        try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder, ".step-*.part")) {
            for (Path part : parts) {
                return Files.size(part);
            }
            return -1;
        } catch (IOException moved) {
            return -1;
        }
    }

    private static void awaitCheckpointAfter(long step, Child child) throws InterruptedException {
        while (child.newest.get() <= step && child.process.isAlive()) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    /** Waits until a file of checkpoints is being written, and has grown to a size. */
    private void awaitWriting(long size, Child child) {
        while (partWritten() < size && child.process.isAlive()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void noKillLosesACheckpointOrChangesABit() throws IOException, InterruptedException {
        String expected = new Child().finish();
        RandomStream random = new RandomStream(1, 0);
        int inside = 0;
        int torn = 0;
        long said = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            Child child = new Child(folder.toString(), "2");
            if (kill % 4 == 3) {
                TimeUnit.MILLISECONDS.sleep(random.nextInt(LIFE_MILLIS));
            } else {
                awaitCheckpointAfter(said, child);
                awaitWriting(random.nextInt(FILE), child);
            }
            child.kill();
            assertThat(child.digest)
                    .as("the training ended before it was killed")
                    .isNull();
            inside += partWritten() >= 0 ? 1 : 0;
            torn += half() ? 1 : 0;
            said = Math.max(said, child.newest.get());
            Optional<Checkpoint> newest = Checkpoints.in(folder).newest();
            assertThat(newest.map(Checkpoint::step).orElse(0L)).isGreaterThanOrEqualTo(said);
            long last = lastStep();
            // nothing that has its final name is ever damaged
            assertThat(newest.map(Checkpoint::step).orElse(0L)).isEqualTo(last);
        }
        assertThat(inside + torn).as("killed in the middle of writing").isGreaterThanOrEqualTo(KILLS / 2);
        System.out.println(KILLS + " kills, " + inside + " while a file was being written, " + torn
                + " between the two files; newest checkpoint: step " + lastStep());
        assertThat(new Child(folder.toString(), "200").finish()).isEqualTo(expected);
    }

    private long lastStep() {
        List<Long> steps = Checkpoints.in(folder).folder().steps();
        return steps.isEmpty() ? 0 : steps.get(steps.size() - 1);
    }

    /** Whether the newest file of tensors has no JSON file yet. */
    private boolean half() {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "step-*.safetensors")) {
            for (Path file : files) {
                Path other = file.resolveSibling(file.getFileName().toString().replace(".safetensors", ".json"));
                if (!Files.exists(other)) {
                    return true;
                }
            }
            return false;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
