package io.github.grisaille.nn;

import static io.github.grisaille.nn.Layers.batchNorm;
import static io.github.grisaille.nn.Layers.conv2d;
import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.flatten;
import static io.github.grisaille.nn.Layers.relu;
import static io.github.grisaille.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.io.SafeTensors;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightsTest {
    @TempDir
    Path folder;

    private final Tensor x = Backend.cpu().empty(Shape.of(4, 6, 6, 2));
    private Path file;

    private static Sequential network(long seed) {
        return sequential(sequential(conv2d(2, 3, 3, 1, 1), batchNorm(3), relu()), flatten(), dense(108, 5))
                .initialize(seed);
    }

    @BeforeEach
    void input() {
        file = folder.resolve("weights.safetensors");
        Backend.cpu().normal(new RandomStream(1, 1), 0, 1, x);
    }

    @Test
    void aLoadedNetworkComputesTheSameBits() {
        Sequential trained = network(1);
        try (Pass pass = Pass.training(Backend.cpu(), 1)) {
            trained.forward(x, pass);
        }
        Weights.save(trained, file);
        Sequential fresh = network(2);
        assertThat(fresh.predict(x).toArray()).isNotEqualTo(trained.predict(x).toArray());
        Weights.load(fresh, file);
        assertThat(fresh.predict(x).toArray()).isEqualTo(trained.predict(x).toArray());
        assertThat(SafeTensors.read(file).names()).isEqualTo(trained.state().keySet());
    }

    @Test
    void aFileOfAnotherNetworkIsRefusedAndChangesNothing() {
        Weights.save(sequential(dense(3, 4), relu(), dense(4, 2)), file);
        Sequential other = sequential(dense(3, 4), dense(4, 2));
        float[] before = other.parameters().get(0).value().toArray();
        assertThatThrownBy(() -> Weights.load(other, file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("weights.safetensors does not fit Sequential(2 layers), 26 parameters")
                .hasMessageContaining("it lacks [1.weight, 1.bias]")
                .hasMessageContaining("the network has no [2.weight, 2.bias]");
        Sequential wider = sequential(dense(3, 4), relu(), dense(4, 3));
        assertThatThrownBy(() -> Weights.load(wider, file))
                .hasMessageContaining("2.weight has shape [4, 2], but this network wants [4, 3]");
        assertThat(other.parameters().get(0).value().toArray()).isEqualTo(before);
    }

    @Test
    void moreCanBeSavedBeside() {
        Sequential network = network(1);
        Weights.collect(network)
                .put("adam.0.first", Tensor.of(new float[2], 2))
                .describe("step", "17")
                .write(file);
        SafeTensors read = SafeTensors.read(file);
        assertThat(read.metadata()).containsEntry("step", "17");
        assertThat(read.values("adam.0.first")).hasSize(2);
    }
}
