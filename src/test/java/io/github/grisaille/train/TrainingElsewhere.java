package io.github.grisaille.train;

import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.leakyRelu;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.tanh;
import static io.github.grisaille.optim.Optimizers.adam;

import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.data.Synthetic;
import io.github.grisaille.loss.GanLoss;
import io.github.grisaille.loss.Likelihood;
import io.github.grisaille.loss.Losses;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.nn.Vae;
import io.github.grisaille.optim.Schedule;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.train.gan.GanTrainer;
import io.github.grisaille.train.gan.InstanceNoise;
import java.nio.file.Path;

/**
 * Trainings that begin in one process and go on in another, which computes with other loops. Their data are computed too,
 * with the last bits of the process's own loops.
 */
final class TrainingElsewhere {
    static final int STEPS_PER_EPOCH = 4;
    private static final int ITEMS = 32;
    private static final int WIDTH = 6;

    private TrainingElsewhere() {}

    enum Kind {
        SUPERVISED {
            @Override
            History train(Path folder, long epochs) {
                Sequential model =
                        sequential(dense(WIDTH, 16), tanh(), dense(16, WIDTH)).initialize(1);
                Trainer trainer = new Trainer(model, Losses.binaryCrossEntropyOnLogits())
                        .optimizer(adam(1e-2f).schedule(Schedule.cosine(40, 0.1)));
                return common(trainer, folder, epochs).fit(normal(), probabilities());
            }
        },
        VAE {
            @Override
            History train(Path folder, long epochs) {
                Vae vae = new Vae(sequential(dense(WIDTH, 4)), 2, sequential(dense(2, 8), tanh(), dense(8, WIDTH)))
                        .initialize(1);
                VaeTrainer trainer = new VaeTrainer(vae, Likelihood.bernoulli())
                        .annealing(Schedule.cosine(40, 0.1))
                        .freeBits(0.1f);
                return common(trainer, folder, epochs).fit(probabilities());
            }
        },
        GAN {
            @Override
            History train(Path folder, long epochs) {
                Sequential generator =
                        sequential(dense(6, 16), tanh(), dense(16, 2)).initialize(1);
                Sequential discriminator =
                        sequential(dense(2, 16), leakyRelu(0.2f), dense(16, 1)).initialize(2);
                GanTrainer trainer = new GanTrainer(generator, discriminator)
                        .loss(GanLoss.nonSaturating().smoothed(0.1f).flipped(0.05f))
                        .latent(Latent.normal(2).with(Latent.fixed(20, 3, 4)))
                        .stabilisers(new InstanceNoise(0.1f, Schedule.cosine(40, 0.1)));
                return common(trainer, folder, epochs).fit(Synthetic.ring(ITEMS, 1));
            }
        };

        /** Goes on from the folder's newest checkpoint. */
        abstract History train(Path folder, long epochs);

        private static <S extends TrainingSettings<S>> S common(S trainer, Path folder, long epochs) {
            return trainer.checkpoints(Checkpoints.in(folder))
                    .batch(ITEMS / STEPS_PER_EPOCH)
                    .epochs(epochs)
                    .seed(5)
                    .progress(Progress.silent());
        }
    }

    private static ArrayDataset normal() {
        Tensor values = Backend.cpu().empty(Shape.of(ITEMS, WIDTH));
        Backend.cpu().normal(new RandomStream(1, 50), 0, 1, values);
        return new ArrayDataset(values.toArray(), WIDTH);
    }

    private static ArrayDataset probabilities() {
        Tensor normal = normal().first(ITEMS);
        return new ArrayDataset(Likelihood.bernoulli().mean(normal).toArray(), WIDTH);
    }

    /**
     * @param arguments the kind, the folder of checkpoints, the number of epochs
     */
    public static void main(String[] arguments) {
        History history = Kind.valueOf(arguments[0]).train(Path.of(arguments[1]), Long.parseLong(arguments[2]));
        System.out.println("steps " + history.size());
        history.remarks().forEach(remark -> System.out.println("remark " + remark));
    }
}
