package io.github.grisaille.nn;

import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;

/**
 * When training, moves each image by a random number of whole pixels, at most a share of its height and width. All
 * moves are equally likely. Pixels that come in at the edge are 0. When evaluating, it changes nothing. This is
 * "Translation" of DiffAugment (Zhao et al. 2020, section 3.2), where the share is ⅛.
 *
 * <p>Gradient: dy moved back.
 */
public final class RandomTranslation implements Layer {
    /** The moves of one forward; null if nothing was moved. */
    private record Memory(Shape shape, int[] down, int[] right) {}

    private final float share;

    /**
     * @param share of the height and of the width, from 0 to 1
     */
    public RandomTranslation(float share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("RandomTranslation: share must be from 0 to 1; got " + share);
        }
        this.share = share;
    }

    @Override
    public String name() {
        return "RandomTranslation(" + share + ")";
    }

    @Override
    public Shape outputShape(Shape input) {
        Checks.image(this, input);
        return input;
    }

    @Override
    public PartialShape takes() {
        return PartialShape.images(PartialShape.FREE);
    }

    @Override
    public PartialShape makes(PartialShape input) {
        return input;
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        outputShape(x.shape());
        if (!pass.training()) {
            pass.keep(this, new Memory(x.shape(), null, null));
            return x;
        }
        Memory memory = new Memory(
                x.shape(),
                moves(x.axis(0), Math.round(share * x.axis(1)), pass.random()),
                moves(x.axis(0), Math.round(share * x.axis(2)), pass.random()));
        pass.keep(this, memory);
        return moved(x, memory, pass);
    }

    private static int[] moves(int items, int farthest, RandomStream random) {
        int[] moves = new int[items];
        for (int n = 0; n < items; n++) {
            moves[n] = random.nextInt(2 * farthest + 1) - farthest;
        }
        return moves;
    }

    private static Tensor moved(Tensor x, Memory memory, Pass pass) {
        if (memory.down == null) {
            return x;
        }
        Tensor y = pass.empty(x.shape());
        x.backend().translate(x, memory.down, memory.right, y);
        return y;
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass, Wanted wanted) {
        Memory memory = pass.kept(this, Memory.class);
        Checks.gradient(this, dy, memory.shape);
        if (!wanted.input() || memory.down == null) {
            return wanted.input() ? dy : null;
        }
        Tensor dx = pass.empty(dy.shape());
        dy.backend().translate(dy, negated(memory.down), negated(memory.right), dx);
        return dx;
    }

    private static int[] negated(int[] moves) {
        int[] back = new int[moves.length];
        for (int n = 0; n < back.length; n++) {
            back[n] = -moves[n];
        }
        return back;
    }

    @Override
    public Tensor tangent(Tensor direction, Pass pass) {
        return moved(direction, pass.kept(this, Memory.class), pass);
    }

    /** The layer is linear once its moves are drawn. So its tangent does not depend on x. */
    @Override
    public Tensor tangentGradient(Tensor direction, Tensor dy, Pass pass, Wanted wanted) {
        return null;
    }
}
