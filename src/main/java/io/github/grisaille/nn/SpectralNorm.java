package io.github.grisaille.nn;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;
import java.util.List;

/**
 * Spectral normalisation of a linear layer (Miyato et al. 2018). The weights W, as a matrix with one column per output
 * channel, are divided by their largest singular value σ. So a {@link Dense} layer stretches no input. The bias stays as
 * it is.
 *
 * <p>σ is estimated by power iteration. Each training forward does one round or more, and starts where the last one
 * ended: v ← W·u / ‖W·u‖, u ← Wᵀ·v / ‖Wᵀ·v‖, σ = vᵀ·W·u. Without its bias the layer is linear in its input, so instead
 * of dividing W, it is applied to x / σ.
 *
 * <p>Gradients, with u and v held constant, so that dσ/dW = v·uᵀ: dW = (G − ⟨G, W/σ⟩ · v·uᵀ) / σ, where G is the
 * gradient for W/σ. ⟨G, W/σ⟩ can be computed without G: it is Σ dy ⊙ (y − bias).
 *
 * <p>The matrix is that of PyTorch's {@code torch.nn.utils.parametrizations.spectral_norm}, also for a transposed
 * convolution and for groups.
 */
public final class SpectralNorm implements Layer {
    private static final float EPSILON = 1e-12f;

    /** The output, the two singular vectors as rows, and 1/σ. */
    private record Memory(Tensor y, Tensor left, Tensor right, Tensor inverse) {}

    private final Layer layer;
    private final int iterations;
    private final WeightMatrix matrix;
    private final Parameter bias;
    private final Buffer vector;

    public SpectralNorm(Dense layer) {
        this(layer, 1);
    }

    /** @param iterations the rounds of power iteration in each training forward, at least 1 */
    public SpectralNorm(Dense layer, int iterations) {
        this(layer, new WeightMatrix.OutputsLast(layer.parameters().get(0)), iterations);
    }

    public SpectralNorm(Conv2d layer) {
        this(layer, 1);
    }

    /** @param iterations the rounds of power iteration in each training forward, at least 1 */
    public SpectralNorm(Conv2d layer, int iterations) {
        this(layer, new WeightMatrix.OutputsLast(layer.parameters().get(0)), iterations);
    }

    public SpectralNorm(ConvTranspose2d layer) {
        this(layer, 1);
    }

    /** @param iterations the rounds of power iteration in each training forward, at least 1 */
    public SpectralNorm(ConvTranspose2d layer, int iterations) {
        this(layer, new WeightMatrix.OutputsBeforeLast(layer.parameters().get(0)), iterations);
    }

    private SpectralNorm(Layer layer, WeightMatrix matrix, int iterations) {
        Checks.positive("SpectralNorm", "the number of iterations", iterations);
        this.layer = layer;
        this.iterations = iterations;
        this.matrix = matrix;
        List<Parameter> parameters = layer.parameters();
        bias = parameters.size() > 1 ? parameters.get(1) : null;
        vector = new Buffer("singular vector", Shape.of(matrix.outputs()), 0);
        Backend.cpu().normal(new RandomStream(matrix.outputs(), matrix.inputs()), 0, 1, vector.value());
    }

    @Override
    public String name() {
        return "SpectralNorm(" + layer.name() + (iterations == 1 ? ")" : ", " + iterations + " iterations)");
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
        Tensor left = pass.scratch(Shape.of(1, matrix.inputs()));
        Tensor right = pass.scratch(Shape.of(1, matrix.outputs()));
        Tensor room = matrix.room(pass);
        Tensor inverse = pass.scratch(Shape.of(1));
        round(vector.value(), left, right, inverse, room);
        if (pass.training()) {
            for (int i = 1; i < iterations; i++) {
                round(right, left, right, inverse, room);
            }
            backend.copy(right, vector.value());
        }
        Tensor y = layer.forward(divided(x, inverse, pass), pass);
        pass.keep(this, new Memory(y, left, right, inverse));
        return y;
    }

    /** One round of power iteration, from a vector to left and then to right; inverse becomes 1/σ. */
    private void round(Tensor from, Tensor left, Tensor right, Tensor inverse, Tensor room) {
        Backend backend = left.backend();
        matrix.multiply(from, left, room);
        inverseNorm(left, inverse);
        backend.scaleItems(left, inverse, left);
        matrix.multiplyTransposed(left, right, room);
        inverseNorm(right, inverse);
        backend.scaleItems(right, inverse, right);
    }

    /** inverse = 1 / √(Σ x² + ε). */
    private static void inverseNorm(Tensor x, Tensor inverse) {
        x.backend().sumOfSquares(x, Write.REPLACE, inverse);
        x.backend().inverseRoot(inverse, EPSILON, inverse);
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
        matrix.accumulateProduct(left, m.right, pass);
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
