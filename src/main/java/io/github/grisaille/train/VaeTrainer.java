package io.github.grisaille.train;

import io.github.grisaille.data.Batches;
import io.github.grisaille.data.Dataset;
import io.github.grisaille.loss.GaussianKl;
import io.github.grisaille.loss.Likelihood;
import io.github.grisaille.loss.LossValue;
import io.github.grisaille.loss.Outputs;
import io.github.grisaille.nn.Archive;
import io.github.grisaille.nn.Corruption;
import io.github.grisaille.nn.CorruptionLayer;
import io.github.grisaille.nn.DiagonalGaussian;
import io.github.grisaille.nn.Layers;
import io.github.grisaille.nn.Pass;
import io.github.grisaille.nn.Reparameterize;
import io.github.grisaille.nn.State;
import io.github.grisaille.nn.Vae;
import io.github.grisaille.nn.Wanted;
import io.github.grisaille.optim.Optimizer;
import io.github.grisaille.optim.Optimizers;
import io.github.grisaille.optim.Schedule;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Trains a variational autoencoder (Kingma and Welling 2014). It minimises −log p(x | z) + weight · KL(q(z | x) ‖ N(0, I)),
 * with one code z drawn for each item. With weight 1 this is the negative evidence lower bound. The run depends only on the
 * seed.
 *
 * <p>It records, in nats per item: {@code loss} (with the weight), {@code reconstruction} (−log p(x | z)), {@code KL}
 * (without the weight and without free bits), and {@code weight}. If log-variances went beyond ±{@value
 * DiagonalGaussian#LIMIT} and were clipped, a remark in the history says so.
 */
public final class VaeTrainer extends TrainingSettings<VaeTrainer> {
    private static final String LOSS = "loss";
    private static final String RECONSTRUCTION = "reconstruction";
    private static final String KL = "KL";
    private static final String WEIGHT = "weight";
    private static final int NOISE = 1;

    private final Vae vae;
    private final Likelihood likelihood;
    private Optimizer optimizer = Optimizers.adam(1e-3f);
    private float beta = 1;
    private Schedule annealing = Schedule.constant();
    private float freeBits;
    private boolean binarized;

    /** Batches of 128, Adam at 1e-3, KL weight 1, one epoch, unless told otherwise. */
    public VaeTrainer(Vae vae, Likelihood likelihood) {
        super("variational autoencoder", 128);
        this.vae = vae;
        this.likelihood = likelihood;
    }

    @Override
    protected VaeTrainer self() {
        return this;
    }

    /** Adam at 1e-3 unless set. */
    public VaeTrainer optimizer(Optimizer wanted) {
        optimizer = wanted;
        return this;
    }

    /**
     * The weight of the KL term (Higgins et al. 2017); 1 unless set.
     *
     * @param weight at least 0; with 0 the codes are not bound to N(0, I), and samples from it mean nothing
     */
    public VaeTrainer beta(float weight) {
        if (!(weight >= 0 && weight < Float.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("beta, the weight of the KL term, is at least 0 and finite; got "
                    + weight + ": a negative weight would reward codes far from N(0, I)");
        }
        beta = weight;
        return this;
    }

    /** A factor of beta that changes over the steps, such as {@link Schedule#warmUp} or {@link Schedule#cyclical}. */
    public VaeTrainer annealing(Schedule wanted) {
        annealing = wanted;
        return this;
    }

    /** The KL, in nats, that each latent dimension may have without a cost ({@link GaussianKl#withFreeBits}); 0 unless set. */
    public VaeTrainer freeBits(float nats) {
        if (!(nats >= 0 && nats < Float.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("free bits are at least 0 nats and finite; got " + nats);
        }
        freeBits = nats;
        return this;
    }

    /** Makes the data binary: in every step, each value x from 0 to 1 is drawn anew, as 1 with probability x, or else as 0. */
    public VaeTrainer binarized() {
        binarized = true;
        return this;
    }

    /**
     * Trains on a data set. Its order is shuffled anew for every epoch.
     *
     * @throws IllegalArgumentException before the first step, if the decoder ends in an activation that the likelihood does
     *     not take, if the likelihood does not take a value of the data (of data on a disk, 1000 items are checked), or if
     *     one of the networks cannot be trained on a batch of this size or on the last batch of an epoch, or if one of them
     *     needs labels
     */
    public History fit(Dataset data) {
        readers().refuseReaders("call fit(items, labels), with one row for each item, as in oneHotLabels(10)");
        return train(data, null);
    }

    /**
     * Trains a conditional VAE (Sohn et al. 2015) on items with labels. A label is a vector, such as a one-hot row. Labels
     * ride along {@linkplain io.github.grisaille.nn.Pass#labels(Tensor) in the pass}, and layers such as {@link
     * Layers#joinLabels joinLabels} read them there.
     *
     * @throws IllegalArgumentException before the first step, as in {@link #fit(Dataset)}, or if there is not one label for
     *     each item, if no layer reads labels, or if a layer reads labels with another number of classes
     */
    public History fit(Dataset data, Dataset labels) {
        readers().check("item", data, labels);
        return train(data, labels);
    }

    private LabelCheck readers() {
        return new LabelCheck(
                new LabelCheck.Reader("the encoder", vae.encoder()),
                new LabelCheck.Reader("the decoder", vae.decoder()));
    }

    private History train(Dataset data, Dataset labels) {
        likelihood.outputs().check("the decoder", vae.decoder().outputRange());
        optimizer.bind(vae.parameters());
        Shape item = Shape.of(data.shape());
        new BatchSizes(
                        data.size(),
                        1,
                        new BatchSizes.Trained("the encoder", vae.encoder(), item::batchOf),
                        new BatchSizes.Trained("the decoder", vae.decoder(), items -> Shape.of(items, vae.latent())))
                .check(batch, usedBatches());
        DataCheck values = DataCheck.of(data, this::check);
        Optional<String> doubt = likelihood.outputs() == Outputs.ANY && !binarized
                ? values.doubt("data", "the decoder", vae.decoder())
                : Optional.empty();
        return run(List.of(LOSS), () -> new Run(data, labels, doubt));
    }

    private void check(float[] item, int columns) {
        for (float value : item) {
            likelihood.check(value);
            if (binarized && !(value >= 0 && value <= 1)) {
                throw new IllegalArgumentException("binarized() takes data from 0 to 1, the probabilities of a 1; got "
                        + value + ": scale it, as in scaled(0, 1)");
            }
        }
    }

    /** One run's state. */
    private final class Run extends TrainingRun {
        private final BatchReader reader;
        private final BatchReader labelReader;
        private final Batches batches;
        private final Backend backend = backend();
        private final RandomStream noise = stream("noise", NOISE);
        private final CorruptionLayer binarize = Layers.corrupt(Corruption.bernoulli());
        private final Reparameterize reparameterize = vae.reparameterize();
        /** How far log-variances went beyond the limit since this was last read; usually 0. */
        private final Tensor overflow = backend.empty(Shape.of(1));

        /**
         * @param labels the items' labels, or null
         */
        Run(Dataset data, Dataset labels, Optional<String> doubt) {
            super(runSettings(), vae.backend(), List.of(LOSS, RECONSTRUCTION, KL, WEIGHT));
            watch(vae.decoder(), "the loss", Outputs.ANY);
            watch(vae.encoder(), "the loss", Outputs.ANY);
            doubt.ifPresent(this::remarkAtStart);
            reader = new BatchReader(data, backend);
            labelReader = labels == null ? null : new BatchReader(labels, backend);
            batches = new Batches(data.size(), batch, seed);
            backend.fill(0, overflow);
        }

        @Override
        protected long stepsPerEpoch() {
            return batches.perEpoch();
        }

        @Override
        protected void archiveTraining(Archive archive) {
            archiveData(archive, "items", reader.data());
            if (labelReader != null) {
                archiveData(archive, "labels", labelReader.data());
            }
            archive.same("likelihood", likelihood.name());
            archive.same("beta", beta);
            archive.alike("annealing", annealing.describe(), Schedule.TOLERANCE);
            archive.same("free bits", freeBits);
            archive.same("binarized", binarized);
            archiveNetwork(archive, "encoder", vae.encoder());
            archiveNetwork(archive, "decoder", vae.decoder());
            Map<String, State> states = new LinkedHashMap<>();
            vae.encoder().state().forEach((name, state) -> states.put("encoder." + name, state));
            vae.decoder().state().forEach((name, state) -> states.put("decoder." + name, state));
            optimizer.archive(archive.part("optimizer"), states);
        }

        @Override
        protected void takeStep(long number) {
            Tensor pixels = reader.read(batches.indices(number));
            Tensor labels = labelReader == null ? null : labelReader.read(batches.indices(number));
            reader.readAhead(batches.indices(number + 1));
            float weight = (float) (beta * annealing.factor(number - 1));
            try (Pass pass = Pass.training(workspace(), noise).labels(labels)) {
                Tensor x = binarized ? binarize.forward(pixels, pass) : pixels;
                Tensor statistics = vae.encoder().forward(x, pass);
                Tensor z = reparameterize.forward(statistics, pass);
                Tensor output = vae.decoder().forward(z, pass);
                LossValue reconstruction = likelihood.negativeLog(output, x, pass::scratch);
                DiagonalGaussian q = reparameterize.gaussian(pass);
                GaussianKl kl = GaussianKl.evaluate(q.mean(), q.logVariance(), pass::scratch);
                GaussianKl paid = freeBits == 0
                        ? kl
                        : GaussianKl.withFreeBits(q.mean(), q.logVariance(), freeBits, pass::scratch);

                Tensor dz = vae.decoder().backward(reconstruction.gradient(), pass, Wanted.BOTH);
                Tensor dCode = reparameterize.backward(dz, pass, Wanted.INPUT);
                Tensor dKl = Reparameterize.join(paid.meanGradient(), paid.logVarianceGradient(), pass);
                backend.scale(dKl, weight, dKl);
                backend.add(dCode, dKl, dCode);
                vae.encoder().backward(dCode, pass, Wanted.PARAMETERS);

                Tensor loss = kept(paid.value());
                backend.scale(loss, weight, loss);
                backend.add(loss, reconstruction.value(), loss);
                Tensor used = backend.empty(Shape.of(1));
                backend.fill(weight, used);
                record(LOSS, loss);
                record(RECONSTRUCTION, kept(reconstruction.value()));
                record(KL, kept(kl.value()));
                record(WEIGHT, used);
                reparameterize.addOverflow(pass, overflow);
                mark(vae.decoder(), loss);
                mark(vae.encoder(), loss);
                Stream.of(x, statistics, z, output, dz, dCode, dKl).forEach(pass::recycle);
            }
            optimizer.step(vae.parameters());
        }

        /** A copy that stays valid when the pass is closed. */
        private Tensor kept(Tensor value) {
            Tensor copy = backend.empty(value.shape());
            backend.copy(value, copy);
            return copy;
        }

        @Override
        protected void afterReading() {
            if (overflow.item() > 0) {
                backend.fill(0, overflow);
                String beyond = "log-variances went beyond ±" + (int) DiagonalGaussian.LIMIT;
                if (history().remarks().stream().noneMatch(remark -> remark.contains(beyond))) {
                    history()
                            .remark("by step " + history().size() + " " + beyond
                                    + " and were clipped: lower the learning rate, or scale the data");
                }
            }
        }
    }
}
