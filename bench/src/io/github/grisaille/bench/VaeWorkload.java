package io.github.grisaille.bench;

import io.github.grisaille.data.Batches;
import io.github.grisaille.data.Dataset;
import io.github.grisaille.data.Mnist;
import io.github.grisaille.loss.GaussianKl;
import io.github.grisaille.nn.Parameter;
import io.github.grisaille.nn.Pass;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.nn.Wanted;
import io.github.grisaille.optim.Optimizer;
import io.github.grisaille.optim.Optimizers;
import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.PointwiseLoss;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Workspace;
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
    private final float[] values = new float[BATCH * PIXELS];
    private final Batches batches = new Batches(data.size(), BATCH, SEED);

    /** Its four parts. */
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

    /** All gradients but that of the pictures. */
    @Override
    public double flop() {
        Parts parts = new Parts();
        Twin.Multiplications encoder = parts.encoder.multiplications(PIXELS);
        double others = 2 * parts.mean.multiplications(400).all()
                + parts.decoder.multiplications(LATENT).all();
        return 2 * BATCH * (3 * (encoder.all() + others) - encoder.first());
    }

    private void read(int step, Tensor pictures) {
        int wholeBatches = data.size() / BATCH;
        int[] indices = batches.indices(1 + (step - 1) % wholeBatches);
        for (int i = 0; i < BATCH; i++) {
            data.read(indices[i], values, i * PIXELS);
        }
        pictures.backend().write(values, pictures);
    }

    private org.bytedeco.pytorch.Tensor theirBatch(int step) {
        Tensor pictures = Backend.cpu().empty(Shape.of(BATCH, PIXELS));
        read(step, pictures);
        return Twin.constant(pictures);
    }

    @Override
    public List<double[]> ours(Backend backend, long steps, int chunk, Runnable afterChunk) {
        List<Sequential> parts = new ArrayList<>();
        List<Parameter> parameters = new ArrayList<>();
        for (Twin twin : new Parts().all()) {
            Sequential part = twin.ours().initialize(parts.size() + 1);
            part.to(backend);
            parts.add(part);
            parameters.addAll(part.parameters());
        }
        Optimizer adam = Optimizers.adam(RATE);
        Workspace workspace = new Workspace(backend);
        RandomStream random = new RandomStream(SEED, 1);
        List<Tensor> losses = new ArrayList<>();
        Tensor pictures = backend.empty(Shape.of(BATCH, PIXELS));
        for (int step = 1; step <= steps; step++) {
            read(step, pictures);
            losses.add(step(pictures, parts, workspace, random));
            adam.step(parameters);
            if (step % chunk == 0) {
                afterChunk.run();
            }
        }
        return List.of(losses.stream().mapToDouble(Tensor::item).toArray());
    }

    private static Tensor step(Tensor x, List<Sequential> parts, Workspace workspace, RandomStream random) {
        Backend backend = x.backend();
        try (Pass pass = Pass.training(workspace, random)) {
            Tensor h = parts.get(0).forward(x, pass);
            Tensor mean = parts.get(1).forward(h, pass);
            Tensor logVariance = parts.get(2).forward(h, pass);
            // z = mean + e^(½ log variance) · noise
            Tensor noise = pass.scratch(mean.shape());
            backend.normal(random, 0, 1, noise);
            Tensor deviation = pass.scratch(mean.shape());
            deviation(backend, logVariance, deviation, pass);
            Tensor shift = pass.scratch(mean.shape());
            backend.multiply(deviation, noise, shift);
            Tensor z = pass.scratch(mean.shape());
            backend.add(mean, shift, z);
            Tensor logits = parts.get(3).forward(z, pass);
            Tensor dLogits = pass.scratch(logits.shape());
            Tensor reconstruction = backend.empty(Shape.of(1));
            backend.pointwiseLoss(
                    PointwiseLoss.BINARY_CROSS_ENTROPY_ON_LOGITS, logits, x, 1f / BATCH, reconstruction, dLogits);
            GaussianKl kl = GaussianKl.evaluate(mean, logVariance, pass);
            Tensor dz = parts.get(3).backward(dLogits, pass, Wanted.BOTH);
            // dz/d(log variance) = ½ · deviation · noise
            Tensor dLogVariance = pass.scratch(mean.shape());
            backend.multiply(dz, shift, dLogVariance);
            backend.scale(dLogVariance, 0.5f, dLogVariance);
            backend.add(dLogVariance, kl.logVarianceGradient(), dLogVariance);
            backend.add(dz, kl.meanGradient(), dz);
            Tensor dh = parts.get(1).backward(dz, pass, Wanted.BOTH);
            Tensor dh2 = parts.get(2).backward(dLogVariance, pass, Wanted.BOTH);
            backend.add(dh, dh2, dh);
            parts.get(0).backward(dh, pass, Wanted.PARAMETERS);
            for (Tensor done : List.of(h, mean, logVariance, logits, dz, dh, dh2)) {
                pass.recycle(done);
            }
            Tensor total = backend.empty(Shape.of(1));
            backend.add(reconstruction, kl.value(), total);
            return total;
        }
    }

    private static void deviation(Backend backend, Tensor logVariance, Tensor y, Pass pass) {
        Tensor half = pass.scratch(y.shape());
        backend.scale(logVariance, 0.5f, half);
        backend.activate(new Activation(Activation.Kind.EXP), half, y);
    }

    /** libtorch's side. */
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

    /** libtorch's number for adding losses up (at::Reduction::Sum). */
    private static final long SUM = 2;

    @Override
    public List<double[]> theirs(int steps, TorchSetting setting) {
        Sides sides = new Sides(setting);
        RandomStream random = new RandomStream(SEED, 1);
        double[] losses = new double[steps];
        for (int i = 0; i < steps; i++) {
            Tensor noise = Backend.cpu().empty(Shape.of(BATCH, LATENT));
            Backend.cpu().normal(random, 0, 1, noise);
            try (PointerScope scope = new PointerScope()) {
                losses[i] = sides.step(theirBatch(i + 1), Twin.constant(noise)).item_float();
            }
        }
        return List.of(losses);
    }

    @Override
    public Runnable theirStep(TorchSetting setting) {
        Sides sides = new Sides(setting);
        org.bytedeco.pytorch.Tensor x = theirBatch(1);
        return () -> {
            setting.apply();
            try (PointerScope scope = new PointerScope()) {
                sides.step(x, torch.randn(BATCH, LATENT));
            }
        };
    }
}
