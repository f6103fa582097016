package io.github.grisaille.nn;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;

/**
 * The reparameterisation trick (Kingma and Welling 2014, section 2.4): a random code from the distribution that an
 * encoder describes, written as a function with a gradient. The input is (batch, 2 · latent): means μ, then
 * log-variances v. The output is z = μ + e^(v/2) ⊙ ε of (batch, latent), with new ε from N(0, I) in each forward. When
 * evaluating, z = μ.
 *
 * <p>Gradients: dμ = dz and dv = ½ dz ⊙ e^(v/2) ⊙ ε. Log-variances beyond ±{@value DiagonalGaussian#LIMIT} are clamped.
 * Their gradient is the one at the limit, so that the KL term can bring them back.
 */
public final class Reparameterize implements Layer {
    /** The distribution, the encoder's output, and σ ⊙ ε. The last one is null when evaluating. */
    private record Memory(DiagonalGaussian gaussian, Tensor statistics, Tensor offset) {}

    @Override
    public String name() {
        return "Reparameterize";
    }

    @Override
    public Shape outputShape(Shape input) {
        return Shape.of(input.axis(0), DiagonalGaussian.latent(input));
    }

    @Override
    public PartialShape takes() {
        return PartialShape.vectors(-2);
    }

    @Override
    public PartialShape makes(PartialShape input) {
        int last = input.extent(-1);
        return PartialShape.vectors(last < 1 ? PartialShape.FREE : last / 2);
    }

    @Override
    public Tensor forward(Tensor statistics, Pass pass) {
        Backend backend = statistics.backend();
        DiagonalGaussian gaussian = DiagonalGaussian.of(statistics, pass::scratch);
        Tensor z = pass.empty(gaussian.mean().shape());
        Tensor offset = null;
        if (pass.training()) {
            offset = pass.scratch(z.shape());
            backend.normal(pass.random(), 0, 1, offset);
            backend.multiply(gaussian.deviation(pass::scratch), offset, offset);
            backend.add(gaussian.mean(), offset, z);
        } else {
            backend.copy(gaussian.mean(), z);
        }
        pass.keep(this, new Memory(gaussian, statistics, offset));
        return z;
    }

    /** The distribution of this pass's forward. Its values hold until the pass is closed. */
    public DiagonalGaussian gaussian(Pass pass) {
        return pass.kept(this, Memory.class).gaussian;
    }

    /**
     * Adds Σ (v − clamped v)² over this pass's log-variances to a total of one value. It adds 0 if no log-variance is
     * beyond the limit.
     */
    public void addOverflow(Pass pass, Tensor total) {
        Memory memory = pass.kept(this, Memory.class);
        DiagonalGaussian gaussian = memory.gaussian;
        Backend backend = total.backend();
        int latent = gaussian.mean().axis(1);
        Tensor raw = pass.scratch(gaussian.mean().shape());
        backend.copyColumns(memory.statistics, latent, raw, 0, latent);
        backend.subtract(raw, gaussian.logVariance(), raw);
        backend.sumOfSquares(raw, Write.ADD, total);
    }

    @Override
    public Tensor backward(Tensor dz, Pass pass, Wanted wanted) {
        Memory memory = pass.kept(this, Memory.class);
        Checks.gradient(this, dz, memory.gaussian.mean().shape());
        if (!wanted.input()) {
            return null;
        }
        Tensor dLogVariance = pass.scratch(dz.shape());
        if (memory.offset == null) {
            dz.backend().fill(0, dLogVariance);
        } else {
            dz.backend().multiply(dz, memory.offset, dLogVariance);
            dz.backend().scale(dLogVariance, 0.5f, dLogVariance);
        }
        return join(dz, dLogVariance, pass);
    }

    /** Joins the gradients for means and for log-variances into one for the encoder's output. */
    public static Tensor join(Tensor dMean, Tensor dLogVariance, Pass pass) {
        int latent = dMean.axis(1);
        Tensor joined = pass.empty(Shape.of(dMean.axis(0), 2 * latent));
        dMean.backend().copyColumns(dMean, 0, joined, 0, latent);
        dMean.backend().copyColumns(dLogVariance, 0, joined, latent, latent);
        return joined;
    }

    @Override
    public Tensor tangent(Tensor direction, Pass pass) {
        Memory memory = pass.kept(this, Memory.class);
        Backend backend = direction.backend();
        int latent = memory.gaussian.mean().axis(1);
        Tensor tangent = pass.empty(memory.gaussian.mean().shape());
        backend.copyColumns(direction, 0, tangent, 0, latent);
        if (memory.offset != null) {
            Tensor part = pass.scratch(tangent.shape());
            backend.copyColumns(direction, latent, part, 0, latent);
            backend.multiply(part, memory.offset, part);
            backend.scale(part, 0.5f, part);
            backend.add(tangent, part, tangent);
        }
        return tangent;
    }
}
