package io.github.grisaille.nn;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;

/**
 * Joins several items of the batch, so that the layers after it judge them together (PacGAN, Lin et al. 2018). A batch
 * of n vectors becomes n / size longer vectors. A batch of n images becomes n / size images with size times the
 * channels. A discriminator that begins with this layer sees at once if all items of a pack are alike. Gradient: dy,
 * split again.
 */
public final class Pack implements Layer {
    private final int size;

    /**
     * @param size the number of items in a pack; the batch size must be a multiple of it
     */
    public Pack(int size) {
        Checks.positive("Pack", "size", size);
        this.size = size;
    }

    @Override
    public String name() {
        return "Pack(" + size + ")";
    }

    @Override
    public Shape outputShape(Shape input) {
        if (input.rank() < 2 || input.axis(0) % size != 0) {
            throw new ShapeMismatchException(name(), input, "a batch size that is a multiple of " + size);
        }
        int[] extents = input.toArray();
        extents[0] /= size;
        extents[extents.length - 1] *= size;
        return Shape.of(extents);
    }

    @Override
    public PartialShape makes(PartialShape input) {
        int last = input.extent(-1);
        long packed = (long) last * size;
        return input.with(-1, Math.abs(packed) > Integer.MAX_VALUE ? PartialShape.FREE : (int) packed);
    }

    @Override
    public OutputRange outputRange(OutputRange input) {
        return input;
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        pass.keep(this, x.shape());
        return packed(x, pass);
    }

    private Tensor packed(Tensor x, Pass pass) {
        Backend backend = x.backend();
        Tensor y = pass.empty(outputShape(x.shape()));
        int packs = y.axis(0);
        int item = x.size() / x.axis(0);
        int channels = x.axis(-1);
        Tensor places = pass.scratch(Shape.of(packs, item));
        for (int i = 0; i < size; i++) {
            backend.copyColumns(x.reshape(packs, size * item), i * item, places, 0, item);
            backend.copyColumns(pixels(places, channels), 0, pixels(y, size * channels), i * channels, channels);
        }
        return y;
    }

    private static Tensor pixels(Tensor x, int channels) {
        return x.reshape(x.size() / channels, channels);
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass, Wanted wanted) {
        Shape input = pass.kept(this, Shape.class);
        Checks.gradient(this, dy, outputShape(input));
        if (!wanted.input()) {
            return null;
        }
        Backend backend = dy.backend();
        Tensor dx = pass.empty(input);
        int packs = dy.axis(0);
        int item = dx.size() / input.axis(0);
        int channels = input.axis(-1);
        Tensor places = pass.scratch(Shape.of(packs, item));
        for (int i = 0; i < size; i++) {
            backend.copyColumns(pixels(dy, size * channels), i * channels, pixels(places, channels), 0, channels);
            backend.copyColumns(places, 0, dx.reshape(packs, size * item), i * item, item);
        }
        return dx;
    }

    @Override
    public Tensor tangent(Tensor direction, Pass pass) {
        return packed(direction, pass);
    }

    /** The layer is linear, so its tangent does not depend on x. */
    @Override
    public Tensor tangentGradient(Tensor direction, Tensor dy, Pass pass, Wanted wanted) {
        return null;
    }
}
