package io.github.grisaille.train;

import static io.github.grisaille.nn.Layers.batchNorm;
import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.leakyRelu;
import static io.github.grisaille.nn.Layers.relu;
import static io.github.grisaille.nn.Layers.sequential;

import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.loss.GradientPenalty;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.optim.Optimizers;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.train.gan.ExperienceReplay;
import io.github.grisaille.train.gan.GanTrainer;
import io.github.grisaille.train.gan.MovingAverage;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;

/**
 * A training in a process of its own that another process kills. It prints {@code checkpoint n} after each one, and at its
 * end the digest of all weights and losses.
 *
 * <p>The store of past fakes makes a checkpoint of some megabytes, so that there is time to kill it in the middle.
 */
final class KilledTraining {
    static final int STEPS = 600;
    private static final int WIDTH = 256;
    private static final int STORED = 4096;

    private KilledTraining() {}

    /**
     * Trains to the end, or until it is killed.
     *
     * @param arguments the folder of checkpoints, and the number of steps between them; none for a training without them
     */
    public static void main(String[] arguments) {
        Sequential generator = sequential(dense(8, 16, false), batchNorm(16), relu(), dense(16, WIDTH))
                .initialize(1);
        Sequential average = sequential(dense(8, 16, false), batchNorm(16), relu(), dense(16, WIDTH));
        Sequential discriminator =
                sequential(dense(WIDTH, 16), leakyRelu(0.2f), dense(16, 1)).initialize(2);
        Tensor real = Backend.cpu().empty(Shape.of(40, WIDTH));
        Backend.cpu().normal(new RandomStream(1, 50), 1, 0.5f, real);
        GanTrainer trainer = new GanTrainer(generator, discriminator)
                .optimizers(Optimizers.adam(1e-3f, 0.5f), Optimizers.adam(1e-3f, 0.5f))
                .penalties(GradientPenalty.r1(0.1f).every(4))
                .stabilisers(new ExperienceReplay(STORED, 0.5f), new MovingAverage(average, 0.9f))
                .batch(8)
                .epochs(STEPS / 5)
                .seed(3)
                .progress(Progress.silent());
        if (arguments.length > 0) {
            int every = Integer.parseInt(arguments[1]);
            trainer.checkpoints(Checkpoints.in(Path.of(arguments[0])).everySteps(every))
                    // called before the checkpoint of this step: the one before it is on the disk
                    .everySteps(every, step -> say("checkpoint " + (step - every)));
        }
        History history = trainer.fit(new ArrayDataset(real.toArray(), WIDTH));
        say("digest " + digest(List.of(generator, discriminator, average), history));
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private static String digest(List<Sequential> networks, History history) {
        MessageDigest digest = Sha256.digest();
        for (Sequential network : networks) {
            network.state().values().forEach(state -> {
                float[] values = state.value().toArray();
                ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
                bytes.asFloatBuffer().put(values);
                digest.update(bytes);
            });
        }
        for (String series : history.series()) {
            for (double value : history.values(series)) {
                digest.update(ByteBuffer.allocate(Double.BYTES).putDouble(0, value));
            }
        }
        return Sha256.hex(digest);
    }
}
