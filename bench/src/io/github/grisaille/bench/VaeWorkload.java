package io.github.grisaille.bench;

import io.github.grisaille.data.Batches;
import io.github.grisaille.data.Dataset;
import io.github.grisaille.data.Mnist;
import io.github.grisaille.loss.Likelihood;
import io.github.grisaille.nn.Layers;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.nn.Vae;
import io.github.grisaille.optim.Optimizers;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.train.History;
import io.github.grisaille.train.Progress;
import io.github.grisaille.train.VaeTrainer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** A variational autoencoder 784-400-20 (Kingma and Welling 2014), Bernoulli likelihood, batch 128. */
final class VaeWorkload implements Workload {
    private static final int BATCH = 128;
    private static final int PIXELS = 784;
    private static final int LATENT = 20;
    private static final float RATE = 1e-3f;
    private static final long SEED = 1;

    private final Dataset data = Mnist.train().flat();

    /** The four parts of the network. */
    private static final class Parts {
        final Twin encoder = new Twin().dense(PIXELS, 400).relu();
        final Twin mean = new Twin().dense(400, LATENT);
        final Twin logVariance = new Twin().dense(400, LATENT);
        final Twin decoder = new Twin().dense(LATENT, 400).relu().dense(400, PIXELS);

        List<Twin> all() {
            return List.of(encoder, mean, logVariance, decoder);
        }
    }

    @Override
    public String name() {
        return "VAE 784-400-20, batch 128";
    }

    @Override
    public boolean images() {
        return false;
    }

    @Override
    public int chunk() {
        return 50;
    }

    /** All gradients except that of the pictures. */
    @Override
    public double flop() {
        Parts parts = new Parts();
        Twin.Multiplications encoder = parts.encoder.multiplications(PIXELS);
        double others = 2 * parts.mean.multiplications(400).all()
                + parts.decoder.multiplications(LATENT).all();
        return 2 * BATCH * (3 * (encoder.all() + others) - encoder.first());
    }

    private org.bytedeco.pytorch.Tensor theirBatch(int step, Dataset items) {
        int[] indices = new Batches(items.size(), BATCH, SEED).indices(step);
        return Twin.constant(Backend.cpu().tensor(items.values(indices), Shape.of(BATCH, PIXELS)));
    }

    @Override
    public List<double[]> ours(Backend backend, long steps, int chunk, Runnable afterChunk) {
        Parts parts = new Parts();
        List<Sequential> networks = new ArrayList<>();
        for (Twin twin : parts.all()) {
            networks.add(twin.ours().initialize(networks.size() + 1));
        }
        Sequential encoder = Layers.sequential(networks.get(0), Layers.concat(networks.get(1), networks.get(2)));
        Vae vae = new Vae(encoder, LATENT, networks.get(3));
        encoder.to(backend);
        vae.decoder().to(backend);
        Dataset items = FirstItems.forSteps(data, steps, BATCH);
        long perEpoch = new Batches(items.size(), BATCH, SEED).perEpoch();
        History history = new VaeTrainer(vae, Likelihood.bernoulli())
                .optimizer(Optimizers.adam(RATE))
                .batch(BATCH)
                .epochs((steps + perEpoch - 1) / perEpoch)
                .seed(SEED)
                .progress(Progress.silent())
                .everySteps(chunk, step -> afterChunk.run())
                .fit(items);
        return List.of(history.values("loss"));
    }

    /** The VAE in libtorch. */
    private final class Sides {
        final Twin.Theirs encoder;
        final Twin.Theirs mean;
        final Twin.Theirs logVariance;
        final Twin.Theirs decoder;
        final Adam adam;

        Sides(TorchSetting setting) {
            Parts parts = new Parts();
            List<Twin> all = parts.all();
            for (int i = 0; i < all.size(); i++) {
                all.get(i).ours().initialize(i + 1);
            }
            setting.apply();
            encoder = parts.encoder.theirs(false);
            mean = parts.mean.theirs(false);
            logVariance = parts.logVariance.theirs(false);
            decoder = parts.decoder.theirs(false);
            TensorVector parameters = new TensorVector();
            for (Twin.Theirs part : List.of(encoder, mean, logVariance, decoder)) {
                TensorVector own = part.parameters();
                for (long i = 0; i < own.size(); i++) {
                    parameters.push_back(own.get(i));
                }
            }
            adam = new Adam(parameters, new AdamOptions(RATE));
        }

        org.bytedeco.pytorch.Tensor step(org.bytedeco.pytorch.Tensor x, org.bytedeco.pytorch.Tensor noise) {
            org.bytedeco.pytorch.Tensor h = encoder.forward(x);
            org.bytedeco.pytorch.Tensor m = mean.forward(h);
            org.bytedeco.pytorch.Tensor v = logVariance.forward(h);
            org.bytedeco.pytorch.Tensor z = m.add(v.mul(new Scalar(0.5f)).exp().mul(noise));
            org.bytedeco.pytorch.Tensor reconstruction = torch.binary_cross_entropy_with_logits(
                    decoder.forward(z), x, new TensorOptional(), new TensorOptional(), SUM);
            org.bytedeco.pytorch.Tensor kl =
                    m.mul(m).add(v.exp()).sub(new Scalar(1f)).sub(v).sum().mul(new Scalar(0.5f));
            org.bytedeco.pytorch.Tensor total = reconstruction.add(kl).mul(new Scalar(1f / BATCH));
            adam.zero_grad();
            total.backward();
            adam.step();
            return total;
        }
    }

    /** libtorch's number for the sum of losses (at::Reduction::Sum). */
    private static final long SUM = 2;

    @Override
    public List<double[]> theirs(int steps, TorchSetting setting) {
        Sides sides = new Sides(setting);
        RandomStream random = new RandomStream(SEED, 1);
        Dataset items = FirstItems.forSteps(data, steps, BATCH);
        double[] losses = new double[steps];
        for (int i = 0; i < steps; i++) {
            Tensor noise = Backend.cpu().empty(Shape.of(BATCH, LATENT));
            Backend.cpu().normal(random, 0, 1, noise);
            try (PointerScope scope = new PointerScope()) {
                losses[i] = sides.step(theirBatch(i + 1, items), Twin.constant(noise))
                        .item_float();
            }
        }
        return List.of(losses);
    }

    @Override
    public Runnable theirStep(TorchSetting setting) {
        Sides sides = new Sides(setting);
        org.bytedeco.pytorch.Tensor x = theirBatch(1, data);
        return () -> {
            setting.apply();
            try (PointerScope scope = new PointerScope()) {
                sides.step(x, torch.randn(BATCH, LATENT));
            }
        };
    }
}
