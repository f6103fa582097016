package io.github.grisaille.train;

import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.tanh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.data.Dataset;
import io.github.grisaille.io.SmallDisk;
import io.github.grisaille.loss.Losses;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.oracle.Samples;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsOnSmallDisksTest {
    private static final int EPOCHS = 4;

    private final Dataset inputs = new ArrayDataset(Samples.normal(1, 16, 3).toArray(), 3);
    private final Dataset targets = new ArrayDataset(Samples.normal(2, 16, 2).toArray(), 2);
    private final Sequential model = sequential(dense(3, 64), tanh(), dense(64, 2));

    /** Trains so many epochs of two steps, with a checkpoint each, and returns all that is learnt and recorded. */
    private List<float[]> train(int epochs, Checkpoints checkpoints) {
        model.initialize(3);
        Trainer trainer = new Trainer(model, Losses.meanSquaredError())
                .batch(8)
                .epochs(epochs)
                .seed(5)
                .progress(Progress.silent());
        if (checkpoints != null) {
            trainer.checkpoints(checkpoints);
        }
        History history = trainer.fit(inputs, targets);
        List<float[]> results = new ArrayList<>();
        model.parameters().forEach(parameter -> results.add(parameter.value().toArray()));
        double[] losses = history.values("loss");
        float[] last = {(float) losses[losses.length - 1], losses.length};
        results.add(last);
        return results;
    }

    private List<float[]> train(int epochs, Path folder) {
        return train(epochs, Checkpoints.in(folder));
    }

    private void assertSame(List<float[]> actual) {
        List<float[]> expected = train(EPOCHS, (Checkpoints) null);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.get(i)).containsExactly(expected.get(i));
        }
    }

    @Test
    void aFinishedRunInAReadOnlyFolderIsRead() throws Exception {
        try (SmallDisk disk = SmallDisk.of(1024, 100)) {
            train(EPOCHS, disk.folder());
            List<String> files = disk.files();
            disk.readOnly();
            assertSame(train(EPOCHS, disk.folder()));
            assertThat(Checkpoints.in(disk.folder()).list()).hasSize(3);
            assertThat(Checkpoints.in(disk.folder()).newest().orElseThrow().step())
                    .isEqualTo(2 * EPOCHS);
            assertThat(Checkpoints.in(disk.folder()).keepLowest("loss", () -> 0).best())
                    .isEmpty();
            assertThat(disk.files()).isEqualTo(files);
        }
    }

    @Test
    void aRunThatHasStepsLeftInAReadOnlyFolderSaysWhatToDo() throws Exception {
        try (SmallDisk disk = SmallDisk.of(1024, 100)) {
            train(2, disk.folder());
            disk.readOnly();
            assertThatThrownBy(() -> train(EPOCHS, disk.folder()))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining(
                            disk.folder() + " is on a read-only file system; name a folder that can be written")
                    .hasMessageEndingWith(
                            "; this run has 8 steps, and the checkpoints in the folder end at step 4: copy"
                                    + " the folder to a place that can be written and train on there, or load the networks with"
                                    + " Checkpoints.newest()");
        }
    }

    @Test
    void aReadOnlyFolderWithoutCheckpointsSaysSoBeforeTheFirstStep() throws Exception {
        try (SmallDisk disk = SmallDisk.of(1024, 100)) {
            disk.readOnly();
            model.initialize(3);
            float[] before = model.parameters().get(0).value().toArray();
            assertThatThrownBy(() -> train(EPOCHS, disk.folder()))
                    .hasMessageContaining("is on a read-only file system")
                    .hasMessageContaining("end at step 0");
            assertThatThrownBy(() -> train(EPOCHS, disk.folder().resolve("run")))
                    .hasMessageContaining(disk.folder().resolve("run") + " cannot be used for checkpoints: ")
                    .hasMessageContaining(disk.folder() + " is on a read-only file system");
            assertThat(model.parameters().get(0).value().toArray()).containsExactly(before);
        }
    }

    @Test
    void aFullDiskSaysWhatToDoAndNothingIsLost() throws Exception {
        try (SmallDisk disk = SmallDisk.of(256, 100)) {
            train(2, disk.folder());
            List<String> files = disk.files();
            Path filler = disk.fill();
            assertThatThrownBy(() -> train(EPOCHS, disk.folder()))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining(
                            "step-00000006.safetensors could not be written: the disk is full: the file needs ")
                    .hasMessageEndingWith(
                            ". The earlier checkpoints are unchanged: remove the cause and run again, or keep"
                                    + " fewer of them with keep(1)");
            Files.delete(filler);
            assertThat(disk.files()).isEqualTo(files);
            assertSame(train(EPOCHS, disk.folder()));
        }
    }

    /** The tensors fit, and the JSON file does not: neither is left. Root, lock, two files, and one more. */
    @Test
    void aDiskThatIsOutOfFilesLeavesNoHalves() throws Exception {
        try (SmallDisk disk = SmallDisk.of(1024, 5)) {
            assertThatThrownBy(() -> train(EPOCHS, disk.folder()))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("step-00000004.json could not be written: the file system of " + disk.folder()
                            + " can hold no more files");
            assertThat(disk.files()).containsExactly(".lock", "step-00000002.json", "step-00000002.safetensors");
            disk.room(1024, 100);
            assertSame(train(EPOCHS, disk.folder()));
        }
    }

    /** What a process leaves that dies between the two files of a checkpoint. */
    @Test
    void tensorsWithoutTheirJsonFileArePassedOverAndLaterDeleted(@TempDir Path folder) throws Exception {
        train(2, folder);
        Files.delete(folder.resolve("step-00000004.json"));
        Path old = Files.write(folder.resolve("step-00000001.safetensors"), new byte[9]);
        Path later = Files.write(folder.resolve("step-00000099.safetensors"), new byte[9]);
        assertThat(Checkpoints.in(folder).newest().orElseThrow().step()).isEqualTo(2);
        assertSame(train(EPOCHS, folder));
        assertThat(old).doesNotExist();
        assertThat(later).exists();
        assertThat(folder.resolve("step-00000004.json")).exists();
    }
}
