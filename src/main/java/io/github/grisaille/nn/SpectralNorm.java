package io.github.grisaille.nn;

import io.github.grisaille.tensor.Affine;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Epilogue;
import io.github.grisaille.tensor.Factor;
import io.github.grisaille.tensor.Moments;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;
import java.util.List;

/**
 * Spectral normalisation of a linear layer (Miyato et al. 2018). The weights W, as a matrix with one column per output,
 * are divided by their largest singular value σ. So the layer stretches no input. The bias stays as it is.
 *
 * <p>σ is estimated by power iteration. Each training forward does one round and starts where the last one ended: v ←
 * W·u / ‖W·u‖, u ← Wᵀ·v / ‖Wᵀ·v‖, σ = vᵀ·W·u. Without its bias the layer is linear in its input, so instead of dividing
 * W, it is applied to x / σ.
 *
 * <p>Gradients, with u and v held constant, so that dσ/dW = v·uᵀ: dW = (G − ⟨G, W/σ⟩ · v·uᵀ) / σ, where G is the
 * gradient for W/σ. ⟨G, W/σ⟩ can be computed without G: it is Σ dy ⊙ (y − bias).
 */
public final class SpectralNorm implements Layer {
    private static final float EPSILON = 1e-12f;

    /** The output, the two singular vectors as rows, and 1/σ. */
    private record Memory(Tensor y, Tensor left, Tensor right, Tensor inverse) {}

    private final Layer layer;
    private final Parameter weight;
    private final Parameter bias;
    private final Buffer vector;

    public SpectralNorm(Dense layer) {
        this((Layer) layer);
    }

    public SpectralNorm(Conv2d layer) {
        this((Layer) layer);
    }

    private SpectralNorm(Layer layer) {
        this.layer = layer;
        List<Parameter> parameters = layer.parameters();
        weight = parameters.get(0);
        bias = parameters.size() > 1 ? parameters.get(1) : null;
        int outputs = weight.shape().axis(-1);
        vector = new Buffer("singular vector", Shape.of(outputs), 0);
        Backend.cpu().normal(new RandomStream(outputs, weight.shape().rows()), 0, 1, vector.value());
    }

    @Override
    public String name() {
        return "SpectralNorm(" + layer.name() + ")";
    }

    @Override
    public Shape outputShape(Shape input) {
        return layer.outputShape(input);
    }

    @Override
    public PartialShape takes() {
        return layer.takes();
    }

    @Override
    public PartialShape makes(PartialShape input) {
        return layer.makes(input);
    }

    @Override
    public OutputRange outputRange(OutputRange input) {
        return OutputRange.any(this);
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        layer.outputShape(x.shape());
        Backend backend = x.backend();
        int outputs = weight.shape().axis(-1);
        int inputs = weight.shape().rows();
        Tensor matrix = weight.value().reshape(inputs, outputs);
        Tensor left = pass.scratch(Shape.of(1, inputs));
        Tensor right = pass.scratch(Shape.of(1, outputs));
        backend.matmul(Factor.of(vector.value().reshape(1, outputs)), Factor.transposed(matrix), left);
        backend.scaleItems(left, inverseNorm(left, pass), left);
        backend.matmul(Factor.of(left), Factor.of(matrix), right);
        Tensor inverse = inverseNorm(right, pass);
        backend.scaleItems(right, inverse, right);
        if (pass.training()) {
            backend.copy(right, vector.value());
        }
        Tensor y = layer.forward(divided(x, inverse, pass), pass);
        pass.keep(this, new Memory(y, left, right, inverse));
        return y;
    }

    /** 1 / √(Σ x² + ε²). It is computed by normalising the number 1 with a variance of Σ x². */
    private static Tensor inverseNorm(Tensor x, Pass pass) {
        Backend backend = x.backend();
        Shape single = Shape.of(1);
        Tensor squares = pass.scratch(single);
        Tensor zero = pass.scratch(single);
        Tensor one = pass.scratch(single);
        Tensor inverse = pass.scratch(single);
        backend.sumOfSquares(x, Write.REPLACE, squares);
        backend.fill(0, zero);
        backend.fill(1, one);
        backend.normalizeItems(one, new Moments(zero, squares, EPSILON), new Affine(one, zero), inverse);
        return inverse;
    }

    private static Tensor divided(Tensor x, Tensor inverse, Pass pass) {
        Tensor y = pass.scratch(x.shape());
        x.backend().scaleItems(x, inverse, y);
        return y;
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass, Wanted wanted) {
        Memory m = pass.kept(this, Memory.class);
        Tensor dx = layer.backward(dy, pass, wanted);
        if (wanted.parameters()) {
            Tensor product = dot(dy, m.y, pass);
            if (bias != null) {
                Tensor sums = pass.scratch(bias.shape());
                dy.backend().columnSums(dy, Write.REPLACE, sums);
                Tensor constant = dot(sums, bias.value(), pass);
                dy.backend().scale(constant, -1, constant);
                dy.backend().add(product, constant, product);
            }
            subtractFromWeightGradient(product, m, pass);
        }
        return wanted.input() ? rescaled(dx, m, pass) : null;
    }

    private static Tensor rescaled(Tensor dx, Memory m, Pass pass) {
        Tensor scaled = pass.empty(dx.shape());
        dx.backend().scaleItems(dx, m.inverse, scaled);
        pass.recycle(dx);
        return scaled;
    }

    private static Tensor dot(Tensor a, Tensor b, Pass pass) {
        Tensor products = pass.scratch(a.shape());
        Tensor sum = pass.scratch(Shape.of(1));
        a.backend().multiply(a, b, products);
        a.backend().sum(products, sum);
        return sum;
    }

    /** dW ← dW − product / σ · v·uᵀ. */
    private void subtractFromWeightGradient(Tensor product, Memory m, Pass pass) {
        Backend backend = product.backend();
        Tensor factor = pass.scratch(product.shape());
        backend.multiply(product, m.inverse, factor);
        backend.scale(factor, -1, factor);
        Tensor left = pass.scratch(m.left.shape());
        backend.scaleItems(m.left, factor, left);
        weight.accumulate((write, dWeight) -> backend.matmul(
                Factor.transposed(left),
                Factor.of(m.right),
                Epilogue.NONE,
                write,
                dWeight.reshape(weight.shape().rows(), weight.shape().axis(-1))));
    }

    @Override
    public Tensor tangent(Tensor direction, Pass pass) {
        Memory m = pass.kept(this, Memory.class);
        return layer.tangent(divided(direction, m.inverse, pass), pass);
    }

    /** As in backward, with the direction in place of x and the tangent in place of y − bias. */
    @Override
    public Tensor tangentGradient(Tensor direction, Tensor dy, Pass pass, Wanted wanted) {
        if (wanted.parameters()) {
            Memory m = pass.kept(this, Memory.class);
            Tensor scaled = divided(direction, m.inverse, pass);
            layer.tangentGradient(scaled, dy, pass, wanted);
            Tensor tangent = layer.tangent(scaled, pass);
            subtractFromWeightGradient(dot(dy, tangent, pass), m, pass);
            pass.recycle(tangent);
        }
        return null;
    }

    @Override
    public List<Parameter> parameters() {
        return layer.parameters();
    }

    @Override
    public List<Buffer> buffers() {
        return List.of(vector);
    }
}
