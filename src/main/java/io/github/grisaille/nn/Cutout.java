package io.github.grisaille.nn;

import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;

/**
 * When training, sets a box of each image to 0. The box has a share of the image's height and width, and its centre is
 * anywhere in the image with equal probability. Parts of the box outside the image have no effect. When evaluating, it
 * changes nothing. This is "Cutout" of DiffAugment (Zhao et al. 2020, section 3.2; DeVries and Taylor 2017), where the
 * share is ½.
 *
 * <p>Gradient: dy with the same box set to 0.
 */
public final class Cutout implements Layer {
    /** The boxes of one forward; null if there were none. */
    private record Memory(Shape shape, int[] top, int[] left, int height, int width) {}

    private final float share;

    /**
     * @param share of the height and of the width, from 0 to 1
     */
    public Cutout(float share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("Cutout: share must be from 0 to 1; got " + share);
        }
        this.share = share;
    }

    @Override
    public String name() {
        return "Cutout(" + share + ")";
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
            pass.keep(this, new Memory(x.shape(), null, null, 0, 0));
            return x;
        }
        int height = Math.round(share * x.axis(1));
        int width = Math.round(share * x.axis(2));
        int[] top = starts(x.axis(0), x.axis(1), height, pass.random());
        int[] left = starts(x.axis(0), x.axis(2), width, pass.random());
        Memory memory = new Memory(x.shape(), top, left, height, width);
        pass.keep(this, memory);
        return blanked(x, memory, pass);
    }

    /** An odd box is centred on a pixel. An even box is centred between two pixels, or on the edge of the image. */
    private static int[] starts(int items, int extent, int box, RandomStream random) {
        int[] starts = new int[items];
        for (int n = 0; n < items; n++) {
            starts[n] = random.nextInt(extent + 1 - box % 2) - box / 2;
        }
        return starts;
    }

    private static Tensor blanked(Tensor x, Memory memory, Pass pass) {
        if (memory.top == null) {
            return x;
        }
        Tensor y = pass.empty(x.shape());
        x.backend().blank(x, memory.top, memory.left, memory.height, memory.width, y);
        return y;
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass, Wanted wanted) {
        Memory memory = pass.kept(this, Memory.class);
        Checks.gradient(this, dy, memory.shape);
        return wanted.input() ? blanked(dy, memory, pass) : null;
    }

    @Override
    public Tensor tangent(Tensor direction, Pass pass) {
        return blanked(direction, pass.kept(this, Memory.class), pass);
    }

    /** The layer is linear once its boxes are drawn. So its tangent does not depend on x. */
    @Override
    public Tensor tangentGradient(Tensor direction, Tensor dy, Pass pass, Wanted wanted) {
        return null;
    }
}
