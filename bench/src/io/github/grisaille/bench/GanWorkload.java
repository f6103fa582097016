package io.github.grisaille.bench;

import io.github.grisaille.data.Batches;
import io.github.grisaille.data.Dataset;
import io.github.grisaille.loss.GanLoss;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.optim.Optimizers;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.train.History;
import io.github.grisaille.train.Latent;
import io.github.grisaille.train.Progress;
import io.github.grisaille.train.gan.GanTrainer;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** One step of the discriminator and one of the generator, with Adam, as in {@link GanTrainer}. */
final class GanWorkload implements Workload {
    private static final float RATE = 2e-4f;
    private static final long SEED = 1;
    /** The random stream from which the trainer draws the generator's inputs. */
    private static final int LATENT_STREAM = 1;

    private final String name;
    private final Supplier<Twin> generator;
    private final Supplier<Twin> discriminator;
    private final int[] latent;
    private final Dataset data;
    private final int batch;
    private final int chunk;

    GanWorkload(
            String name,
            Supplier<Twin> generator,
            Supplier<Twin> discriminator,
            int[] latent,
            Dataset data,
            int batch,
            int chunk) {
        this.name = name;
        this.generator = generator;
        this.discriminator = discriminator;
        this.latent = latent;
        this.data = data;
        this.batch = batch;
        this.chunk = chunk;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean images() {
        return data.shape().length == 3;
    }

    @Override
    public int chunk() {
        return chunk;
    }

    /**
     * The discriminator computes the gradients of its weights from real and from fake items. The generator's step then
     * needs its forward pass and its input gradient. Input gradients of first layers are not computed, except the
     * discriminator's in the generator's step.
     */
    @Override
    public double flop() {
        Twin.Multiplications g = generator.get().multiplications(latent);
        Twin.Multiplications d = discriminator.get().multiplications(data.shape());
        double perItem = 3 * g.all() - g.first() + 8 * d.all() - 2 * d.first();
        return 2 * perItem * batch;
    }

    private static Sequential weights(Sequential network, int seed) {
        return network.initialize(seed);
    }

    @Override
    public List<double[]> ours(Backend backend, long steps, int chunk, Runnable afterChunk) {
        Dataset items = FirstItems.forSteps(data, steps, batch);
        long perEpoch = new Batches(items.size(), batch, SEED).perEpoch();
        Sequential g = weights(generator.get().ours(), 1);
        Sequential d = weights(discriminator.get().ours(), 2);
        g.to(backend);
        d.to(backend);
        History history = new GanTrainer(g, d)
                .loss(GanLoss.nonSaturating())
                .optimizers(Optimizers.adam(RATE), Optimizers.adam(RATE))
                .latent(Latent.normal(latent))
                .batch(batch)
                .epochs((steps + perEpoch - 1) / perEpoch)
                .seed(SEED)
                .progress(Progress.silent())
                .everySteps(chunk, step -> afterChunk.run())
                .fit(items);
        return List.of(history.values("discriminator loss"), history.values("generator loss"));
    }

    /** The networks and optimisers in libtorch. */
    private final class Sides {
        final TorchSetting setting;
        final Twin.Theirs g;
        final Twin.Theirs d;
        final Adam forG;
        final Adam forD;
        final Tensor ones = torch.ones(batch, 1);
        final Tensor zeros = torch.zeros(batch, 1);

        Sides(TorchSetting setting) {
            this.setting = setting;
            Twin twinG = generator.get();
            Twin twinD = discriminator.get();
            weights(twinG.ours(), 1);
            weights(twinD.ours(), 2);
            setting.apply();
            g = twinG.theirs(setting.channelsLast());
            d = twinD.theirs(setting.channelsLast());
            forG = new Adam(g.parameters(), new AdamOptions(RATE));
            forD = new Adam(d.parameters(), new AdamOptions(RATE));
        }

        Tensor[] step(Tensor real, Tensor z) {
            Tensor fake = g.forward(z);
            Tensor lossD = loss(d.forward(real), ones).add(loss(d.forward(fake.detach()), zeros));
            forD.zero_grad();
            lossD.backward();
            forD.step();
            // the generator's step computes no gradients of the discriminator's weights
            d.requireGradients(false);
            Tensor lossG = loss(d.forward(fake), ones);
            forG.zero_grad();
            lossG.backward();
            forG.step();
            d.requireGradients(true);
            return new Tensor[] {lossD, lossG};
        }

        private Tensor loss(Tensor logits, Tensor target) {
            return torch.binary_cross_entropy_with_logits(logits.reshape(batch, 1), target);
        }

        Tensor laidOut(Tensor x) {
            if (x.dim() != 4) {
                return x;
            }
            Tensor nchw = x.permute(0, 3, 1, 2);
            return setting.channelsLast() ? nchw.contiguous(torch.MemoryFormat.ChannelsLast) : nchw.contiguous();
        }
    }

    @Override
    public List<double[]> theirs(int steps, TorchSetting setting) {
        Sides sides = new Sides(setting);
        RandomStream random = new RandomStream(SEED, LATENT_STREAM);
        Dataset items = FirstItems.forSteps(data, steps, batch);
        Batches batches = new Batches(items.size(), batch, SEED);
        double[] lossD = new double[steps];
        double[] lossG = new double[steps];
        for (int i = 0; i < steps; i++) {
            try (PointerScope scope = new PointerScope()) {
                Tensor real = sides.laidOut(Twin.constant(Backend.cpu()
                        .tensor(
                                items.values(batches.indices(i + 1)),
                                Shape.of(data.shape()).batchOf(batch))));
                Tensor z = sides.laidOut(Twin.constant(Latent.normal(latent).draw(batch, random, Backend.cpu())));
                Tensor[] losses = sides.step(real, z);
                lossD[i] = losses[0].item_float();
                lossG[i] = losses[1].item_float();
            }
        }
        return List.of(lossD, lossG);
    }

    @Override
    public Runnable theirStep(TorchSetting setting) {
        Sides sides = new Sides(setting);
        int[] indices = new Batches(data.size(), batch, SEED).indices(1);
        Tensor real = sides.laidOut(Twin.constant(Backend.cpu()
                .tensor(data.values(indices), Shape.of(data.shape()).batchOf(batch))));
        long[] shape = new long[latent.length + 1];
        shape[0] = batch;
        for (int i = 0; i < latent.length; i++) {
            // a z with the shape of an image has one pixel, so only the place of its channels differs
            shape[i + 1] = latent[latent.length - 1 - i];
        }
        return () -> {
            setting.apply();
            try (PointerScope scope = new PointerScope()) {
                sides.step(real, torch.randn(shape));
            }
        };
    }
}
