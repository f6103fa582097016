package io.github.grisaille.nn;

import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The end of a projection discriminator (Miyato and Koyama 2018, equation 4). For features φ of (batch, width) and the
 * pass's labels y it makes one score for each item: f = ψ(φ) + ⟨y·V, φ⟩. ψ is a dense layer that judges the item itself.
 * V holds one row for each class, and the inner product says how well the item fits its label.
 *
 * <p>Gradients: dφ = ψ's gradient + dy · (y·V), and for the rows y·V it is dy · φ. No gradient flows to labels. The tangent
 * along u is ψ's tangent + ⟨y·V, u⟩; in its gradient, u has the place of φ.
 *
 * <p>In files, ψ is {@code score} and V is {@code embedding}.
 */
public final class Projection implements Layer {
    private record Memory(Tensor x, Tensor rows) {}

    private final int classes;
    private final int width;
    private final Layer score;
    private final Layer embedding;

    /**
     * @param classes the number of columns of a label
     * @param width the number of features of an item
     */
    public Projection(int classes, int width, Initializer initializer) {
        this(
                classes,
                width,
                dense(classes, width, 1, true, initializer),
                dense(classes, classes, width, false, initializer));
    }

    private Projection(int classes, int width, Layer score, Layer embedding) {
        this.classes = classes;
        this.width = width;
        this.score = score;
        this.embedding = embedding;
    }

    private static Dense dense(int classes, int in, int out, boolean bias, Initializer initializer) {
        Checks.positive("Projection", "classes", classes);
        Checks.positive("Projection", "width", Math.min(in, out));
        return new Dense(in, out, bias, initializer);
    }

    /** The same projection, with ψ and V divided by their largest singular values. It shares the parameters. */
    Projection withSpectralNorm() {
        if (!(score instanceof Dense ofScore && embedding instanceof Dense ofLabels)) {
            throw new IllegalArgumentException(name() + " has spectral normalisation already: use it as it is");
        }
        return new Projection(classes, width, new SpectralNorm(ofScore), new SpectralNorm(ofLabels));
    }

    @Override
    public String name() {
        String name = "Projection(" + classes + " classes, " + width + " features)";
        return score instanceof SpectralNorm ? "SpectralNorm(" + name + ")" : name;
    }

    @Override
    public int classes() {
        return classes;
    }

    @Override
    public Shape outputShape(Shape input) {
        if (input.rank() != 2 || input.axis(1) != width) {
            throw new ShapeMismatchException(name(), input, "batch×" + width);
        }
        return Shape.of(input.axis(0), 1);
    }

    @Override
    public PartialShape takes() {
        return PartialShape.vectors(width);
    }

    @Override
    public PartialShape makes(PartialShape input) {
        return PartialShape.vectors(1);
    }

    @Override
    public OutputRange outputRange(OutputRange input) {
        return OutputRange.any(this);
    }

    private Pass ofScore(Pass pass) {
        return pass.scope(this, 0);
    }

    private Pass ofLabels(Pass pass) {
        return pass.scope(this, 1);
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        outputShape(x.shape());
        Tensor rows = embedding.forward(Checks.labels(this, x, pass), ofLabels(pass));
        pass.recycle(rows);
        Tensor y = score.forward(x, ofScore(pass));
        addDots(rows, x, y, pass);
        pass.keep(this, new Memory(x, rows));
        return y;
    }

    /** Adds the inner product of each two rows to y. */
    private static void addDots(Tensor rows, Tensor x, Tensor y, Pass pass) {
        Tensor dots = pass.scratch(y.shape());
        x.backend().itemDots(rows, x, dots);
        x.backend().add(y, dots, y);
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass, Wanted wanted) {
        Memory m = pass.kept(this, Memory.class);
        Checks.gradient(this, dy, outputShape(m.x.shape()));
        Tensor ofScore = score.backward(dy, ofScore(pass), wanted);
        embeddingGradient(m.x, dy, pass, wanted);
        if (!wanted.input()) {
            return null;
        }
        Tensor dx = pass.empty(m.x.shape());
        dy.backend().scaleItems(m.rows, dy, dx);
        dy.backend().add(dx, ofScore, dx);
        pass.recycle(ofScore);
        return dx;
    }

    /** The gradient of Σ dy ⊙ ⟨y·V, x⟩ for V. */
    private void embeddingGradient(Tensor x, Tensor dy, Pass pass, Wanted wanted) {
        if (wanted.parameters()) {
            Tensor dRows = pass.scratch(x.shape());
            x.backend().scaleItems(x, dy, dRows);
            embedding.backward(dRows, ofLabels(pass), Wanted.PARAMETERS);
        }
    }

    @Override
    public Tensor tangent(Tensor direction, Pass pass) {
        Tensor tangent = score.tangent(direction, ofScore(pass));
        addDots(pass.kept(this, Memory.class).rows, direction, tangent, pass);
        return tangent;
    }

    @Override
    public Tensor tangentGradient(Tensor direction, Tensor dy, Pass pass, Wanted wanted) {
        embeddingGradient(direction, dy, pass, wanted);
        return score.tangentGradient(direction, dy, ofScore(pass), wanted);
    }

    @Override
    public List<Parameter> parameters() {
        return Stream.of(score, embedding)
                .flatMap(layer -> layer.parameters().stream())
                .toList();
    }

    @Override
    public List<Buffer> buffers() {
        return Stream.of(score, embedding)
                .flatMap(layer -> layer.buffers().stream())
                .toList();
    }

    /** The names are those of the two layers, such as {@code score.weight} and {@code embedding.weight}. */
    @Override
    public Map<String, State> state() {
        Map<String, State> state = new LinkedHashMap<>();
        score.state().forEach((name, value) -> state.put("score." + name, value));
        embedding.state().forEach((name, value) -> state.put("embedding." + name, value));
        return state;
    }
}
