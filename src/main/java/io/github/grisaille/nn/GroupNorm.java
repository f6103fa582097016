package io.github.grisaille.nn;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;
import java.util.List;

/**
 * Group normalisation (Wu and He 2018) of (batch, channels) or (batch, …, channels). The channels are divided into
 * groups of neighbours. Each group of each item is brought to mean 0 and variance 1 over its channels and all pixels.
 * Then each channel is multiplied by its gain, and its shift is added. It does the same when training and when
 * evaluating, and no item influences another.
 *
 * <p>With one channel in each group it is instance normalisation (Ulyanov et al. 2016).
 *
 * <p>In what follows, mean(v) is the mean of each group. x̂ = (x − mean(x)) / √(variance + ε) and y = gain ⊙ x̂ + shift.
 * Let J·v = (v − mean(v) − x̂ ⊙ mean(v ⊙ x̂)) / √(variance + ε), as in {@link LayerNorm}. Gradients: dShift = Σ dy, dGain
 * = Σ dy ⊙ x̂ and dx = J·(gain ⊙ dy).
 *
 * <p>The tangent along a direction u is gain ⊙ J·u. The gradients of Σ dy ⊙ tangent(u), with g = gain ⊙ dy, are dGain =
 * Σ dy ⊙ J·u and dx = −(x̂ ⊙ mean(g ⊙ J·u) + J·u ⊙ mean(g ⊙ x̂) + J·g ⊙ mean(u ⊙ x̂)) / √(variance + ε).
 */
public final class GroupNorm implements Layer {
    /**
     * x̂ and 1 / √(variance + ε), as items×pixels×groups×width and items×1×groups×1.
     *
     * @param shape the input's shape
     */
    private record Memory(Tensor normal, Tensor inverse, Shape shape) {}

    private final int groups;
    private final int channels;
    private final float epsilon;
    private final GainAndShift affine;

    public GroupNorm(int groups, int channels, float epsilon, Initializer initializer) {
        this(groups, channels, epsilon, GainAndShift.trained(channelsOf(groups, channels), initializer));
    }

    private GroupNorm(int groups, int channels, float epsilon, GainAndShift affine) {
        Checks.epsilon("GroupNorm", epsilon);
        this.groups = groups;
        this.channels = channels;
        this.epsilon = epsilon;
        this.affine = affine;
    }

    private static Shape channelsOf(int groups, int channels) {
        Checks.positive("GroupNorm", "groups", groups);
        Checks.positive("GroupNorm", "channels", channels);
        if (channels % groups != 0) {
            throw new IllegalArgumentException("GroupNorm: the number of channels must be a multiple of the number of"
                    + " groups; got " + channels + " channels and " + groups + " groups");
        }
        return Shape.of(channels);
    }

    /** A layer like this one without gain and shift, as PyTorch's with {@code affine=False}. */
    public GroupNorm withoutAffine() {
        return new GroupNorm(groups, channels, epsilon, GainAndShift.constant(Shape.of(channels)));
    }

    @Override
    public String name() {
        return (groups == channels ? "InstanceNorm(" + channels : "GroupNorm(" + groups + " groups of " + width())
                + affine.note() + ")";
    }

    private int width() {
        return channels / groups;
    }

    @Override
    public Shape outputShape(Shape input) {
        if (input.rank() < 2 || input.axis(-1) != channels) {
            throw new ShapeMismatchException(name(), input, "batch×…×" + channels);
        }
        return input;
    }

    @Override
    public PartialShape takes() {
        return PartialShape.lastAxis(channels);
    }

    @Override
    public PartialShape makes(PartialShape input) {
        return input;
    }

    @Override
    public OutputRange outputRange(OutputRange input) {
        return OutputRange.any(this);
    }

    @Override
    public void checkTrainingInput(Shape input) {
        if (valuesOfGroup(outputShape(input)) < 2) {
            throw new ShapeMismatchException(
                    name(), input, "at least 2 values in each group of an item (one value would always become 0)");
        }
    }

    private int valuesOfGroup(Shape input) {
        return input.item().size() / groups;
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        Backend backend = x.backend();
        Tensor y = pass.empty(outputShape(x.shape()));
        Tensor grouped = grouped(x);
        Tensor normal = pass.scratch(grouped.shape());
        Tensor inverse = means(grouped, pass);
        backend.scale(inverse, -1, inverse);
        backend.addBroadcast(grouped, inverse, normal);
        Tensor squares = pass.scratch(grouped.shape());
        backend.multiply(normal, normal, squares);
        Tensor variance = means(squares, pass);
        backend.inverseRoot(variance, epsilon, inverse);
        backend.multiplyBroadcast(normal, inverse, normal);
        timesGain(normal, y);
        backend.addBroadcast(y, affine.on(backend).shift(), y);
        pass.keep(this, new Memory(normal, inverse, x.shape()));
        return y;
    }

    /** A view of a tensor as items×pixels×groups×width. */
    private Tensor grouped(Tensor x) {
        int items = x.axis(0);
        return x.reshape(items, x.size() / items / channels, groups, width());
    }

    /** The means of the groups: items×1×groups×1. */
    private Tensor means(Tensor grouped, Pass pass) {
        Backend backend = grouped.backend();
        Tensor means = pass.scratch(Shape.of(grouped.axis(0), 1, groups, 1));
        backend.sumOver(grouped, Write.REPLACE, means);
        backend.scale(means, (float) means.size() / grouped.size(), means);
        return means;
    }

    /** y = gain ⊙ x, where the gain has one value for each channel. */
    private void timesGain(Tensor x, Tensor y) {
        Backend backend = x.backend();
        backend.multiplyBroadcast(x.reshape(y.shape()), affine.on(backend).gain(), y);
    }

    /** J·v. */
    private void project(Tensor v, Memory m, Tensor y, Pass pass) {
        Backend backend = v.backend();
        timesMeanProduct(m.normal, v, m.normal, y, pass);
        Tensor means = means(v, pass);
        backend.addBroadcast(y, means, y);
        backend.subtract(v, y, y);
        backend.multiplyBroadcast(y, m.inverse, y);
    }

    /** y = x ⊙ mean(a ⊙ b). */
    private void timesMeanProduct(Tensor x, Tensor a, Tensor b, Tensor y, Pass pass) {
        Backend backend = x.backend();
        Tensor products = pass.scratch(a.shape());
        backend.multiply(a, b, products);
        backend.multiplyBroadcast(x, means(products, pass), y);
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass, Wanted wanted) {
        Backend backend = dy.backend();
        Memory m = pass.kept(this, Memory.class);
        Checks.gradient(this, dy, m.shape);
        if (wanted.parameters()) {
            affine.accumulateGain((write, dGain) -> addGainGradient(dy, m.normal, write, dGain, pass));
            affine.accumulateShift((write, dShift) -> backend.columnSums(dy, write, dShift));
        }
        if (!wanted.input()) {
            return null;
        }
        Tensor dx = pass.empty(dy.shape());
        project(gained(dy, pass), m, grouped(dx), pass);
        return dx;
    }

    /** gain ⊙ dy, as groups. */
    private Tensor gained(Tensor dy, Pass pass) {
        Tensor g = pass.scratch(dy.shape());
        timesGain(dy, g);
        return grouped(g);
    }

    /** dGain (+)= Σ dy ⊙ factor. */
    private void addGainGradient(Tensor dy, Tensor factor, Write write, Tensor dGain, Pass pass) {
        Tensor product = pass.scratch(dy.shape());
        dy.backend().multiply(dy, factor, product);
        dy.backend().columnSums(product, write, dGain);
    }

    @Override
    public Tensor tangent(Tensor direction, Pass pass) {
        Memory m = pass.kept(this, Memory.class);
        Tensor projected = pass.scratch(m.normal.shape());
        project(grouped(direction), m, projected, pass);
        Tensor tangent = pass.empty(direction.shape());
        timesGain(projected, tangent);
        return tangent;
    }

    @Override
    public Tensor tangentGradient(Tensor direction, Tensor dy, Pass pass, Wanted wanted) {
        Backend backend = direction.backend();
        Memory m = pass.kept(this, Memory.class);
        Tensor u = grouped(direction);
        Tensor projected = pass.scratch(u.shape());
        project(u, m, projected, pass);
        if (wanted.parameters()) {
            affine.accumulateGain((write, dGain) -> addGainGradient(dy, projected, write, dGain, pass));
        }
        if (!wanted.input()) {
            return null;
        }
        Tensor gradient = pass.empty(direction.shape());
        Tensor total = grouped(gradient);
        Tensor term = pass.scratch(u.shape());
        Tensor g = gained(dy, pass);
        timesMeanProduct(m.normal, g, projected, total, pass);
        timesMeanProduct(projected, g, m.normal, term, pass);
        backend.add(total, term, total);
        Tensor projectedG = pass.scratch(u.shape());
        project(g, m, projectedG, pass);
        timesMeanProduct(projectedG, u, m.normal, term, pass);
        backend.add(total, term, total);
        backend.multiplyBroadcast(total, m.inverse, total);
        backend.scale(total, -1, total);
        return gradient;
    }

    @Override
    public List<Parameter> parameters() {
        return affine.parameters();
    }
}
