package io.github.grisaille.nn;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;

/**
 * A variational autoencoder (Kingma and Welling 2014). The encoder maps each item x to a distribution of codes z that
 * may stand for it: a normal distribution with independent coordinates. The decoder maps a code to an item.
 *
 * <p>The encoder ends in (batch, 2 · latent): means, then log-variances. {@code concat(dense(400, 20), dense(400, 20))}
 * makes them. The likelihood decides what the decoder's outputs mean, logits or means.
 *
 * <p>A conditional VAE (Sohn et al. 2015) has layers that read labels, such as {@link Layers#joinLabels}, in the decoder and
 * usually also in the encoder. Its methods get labels beside the items.
 */
public final class Vae {
    private final Sequential encoder;
    private final Sequential decoder;
    private final int latent;
    private final Reparameterize reparameterize = new Reparameterize();

    /**
     * @param latent the number of coordinates of a code, at least 1
     * @throws ShapeMismatchException if the encoder is known to end in another size than 2 · latent, or the decoder
     *     does not take codes of size latent
     */
    public Vae(Sequential encoder, int latent, Sequential decoder) {
        Checks.positive("Vae", "latent size", latent);
        if (encoder == decoder) {
            throw new IllegalArgumentException("the encoder and the decoder are one network: a Vae needs two, since the"
                    + " encoder makes codes and the decoder takes them");
        }
        this.encoder = encoder;
        this.latent = latent;
        this.decoder = decoder;
        // if the two do not fit, this fails here and not in the first training step
        decoder.outputShape(Shape.of(1, latent));
        PartialShape end = encoder.makes(encoder.takes());
        if (end.and(PartialShape.vectors(2 * latent)) == null) {
            throw new ShapeMismatchException("the encoder's end", end, statistics());
        }
    }

    public Sequential encoder() {
        return encoder;
    }

    public Sequential decoder() {
        return decoder;
    }

    /** The layer between the encoder and the decoder. */
    public Reparameterize reparameterize() {
        return reparameterize;
    }

    /** The number of coordinates of a code. */
    public int latent() {
        return latent;
    }

    /** Draws every parameter by its layer's initialiser, the k-th from stream k of this seed. */
    public Vae initialize(long seed) {
        List<Parameter> parameters = parameters();
        for (int k = 0; k < parameters.size(); k++) {
            parameters.get(k).initialize(new RandomStream(seed, k));
        }
        return this;
    }

    /** Draws every parameter by one rule, the k-th from stream k of this seed. */
    public Vae initialize(Initializer rule, long seed) {
        List<Parameter> parameters = parameters();
        for (int k = 0; k < parameters.size(); k++) {
            parameters.get(k).initialize(rule, new RandomStream(seed, k));
        }
        return this;
    }

    /** The parameters of the encoder, then those of the decoder. A shared parameter is listed once. */
    public List<Parameter> parameters() {
        return Stream.concat(encoder.parameters().stream(), decoder.parameters().stream())
                .distinct()
                .toList();
    }

    /** The number of values that all parameters hold. */
    public long parameterCount() {
        return encoder.parameterCount() + decoder.parameterCount();
    }

    /** The backend that the parameters are on. */
    public Backend backend() {
        return encoder.backend();
    }

    /**
     * The distributions of the codes for a batch of items.
     *
     * @throws ShapeMismatchException if the encoder's output is not batch×(2 · latent)
     */
    public DiagonalGaussian encode(Tensor x) {
        return encode(x, null);
    }

    /**
     * The distributions of the codes for a batch of items with labels.
     *
     * @param labels one row for each item, (batch, classes); see {@link Pass#labels(Tensor)}
     */
    public DiagonalGaussian encode(Tensor x, Tensor labels) {
        Tensor statistics = encoder.predict(x, labels);
        checkStatistics(statistics.shape());
        return DiagonalGaussian.of(statistics, x.backend());
    }

    /** The decoder's outputs for codes of (batch, latent). */
    public Tensor decode(Tensor z) {
        return decode(z, null);
    }

    /** The decoder's outputs for codes of (batch, latent) and a label for each. */
    public Tensor decode(Tensor z, Tensor labels) {
        return decoder.predict(z, labels);
    }

    /** The decoder's outputs for the mean code of each item. */
    public Tensor reconstruct(Tensor x) {
        return reconstruct(x, null);
    }

    /** The decoder's outputs for the mean code of each item and its label. */
    public Tensor reconstruct(Tensor x, Tensor labels) {
        return decode(encode(x, labels).mean(), labels);
    }

    /** The decoder's outputs for codes drawn from N(0, I). */
    public Tensor sample(int count, long seed) {
        return decode(codes(count, seed));
    }

    /** The decoder's outputs for these labels and for codes drawn from N(0, I): one for each row of the labels. */
    public Tensor sample(Tensor labels, long seed) {
        return decode(codes(labels.axis(0), seed), labels);
    }

    private Tensor codes(int count, long seed) {
        Tensor z = backend().empty(Shape.of(count, latent));
        backend().normal(new RandomStream(seed, 0), 0, 1, z);
        return z;
    }

    void checkStatistics(Shape shape) {
        if (shape.rank() != 2 || shape.axis(1) != 2 * latent) {
            throw new ShapeMismatchException("the encoder's end", shape, statistics());
        }
    }

    private String statistics() {
        return "batch×" + 2 * latent + ": " + latent + " means, then as many log-variances";
    }

    @Override
    public String toString() {
        return "Vae(latent " + latent + ", " + parameterCount() + " parameters)";
    }
}
