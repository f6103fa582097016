package io.github.grisaille.nn;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;

/**
 * When training, changes each image's brightness, then its saturation, then its contrast, each by a random amount. When
 * evaluating, it changes nothing. This is "Color" of DiffAugment (Zhao et al. 2020, section 3.2). Brightness adds b to
 * x. Saturation moves x away from each pixel's mean over its channels by a factor s. Contrast moves x away from the
 * image's mean by a factor c.
 *
 * <p>Brightness shifts both means by b, and saturation does not change the image's mean. So the three together are y =
 * c·s·x + c·(1 − s)·gray(x) + (1 − c)·mean(x) + b, where gray is the mean of each pixel and mean is the mean of the
 * image.
 *
 * <p>Without b this map is linear and symmetric, so its gradient is the map itself: dx = c·s·dy + c·(1 − s)·gray(dy) +
 * (1 − c)·mean(dy).
 */
public final class ColorJitter implements Layer {
    /** The factors of x, gray(x) and mean(x), one of each per image; null if nothing was changed. */
    private record Memory(Shape shape, Tensor own, Tensor gray, Tensor mean) {}

    private final float brightness;
    private final float saturation;
    private final float contrast;

    /**
     * @param brightness the largest distance of b from 0, in the images' unit; the paper's ½ is for images in [−1, 1]
     * @param saturation the largest distance of s from 1; the paper's 1 reaches from gray to twice the saturation
     * @param contrast the largest distance of c from 1; the paper has ½
     */
    public ColorJitter(float brightness, float saturation, float contrast) {
        for (float reach : new float[] {brightness, saturation, contrast}) {
            if (!(reach >= 0 && reach < Float.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "ColorJitter: brightness, saturation and contrast must be at least 0 and finite; got " + reach);
            }
        }
        this.brightness = brightness;
        this.saturation = saturation;
        this.contrast = contrast;
    }

    @Override
    public String name() {
        return "ColorJitter(brightness " + brightness + ", saturation " + saturation + ", contrast " + contrast + ")";
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
            pass.keep(this, new Memory(x.shape(), null, null, null));
            return x;
        }
        Tensor b = drawn(x, 0, brightness, pass);
        Tensor s = drawn(x, 1, saturation, pass);
        Tensor c = drawn(x, 1, contrast, pass);
        Tensor own = pass.scratch(c.shape());
        Tensor gray = pass.scratch(c.shape());
        Tensor mean = pass.scratch(c.shape());
        Backend backend = x.backend();
        backend.multiply(c, s, own);
        backend.subtract(c, own, gray);
        backend.scale(c, -1, mean);
        backend.shift(mean, 1, mean);
        Memory memory = new Memory(x.shape(), own, gray, mean);
        pass.keep(this, memory);
        Tensor y = mixed(x, memory, pass);
        backend.addBroadcast(y, b.reshape(x.axis(0), 1, 1, 1), y);
        return y;
    }

    private static Tensor drawn(Tensor x, float middle, float reach, Pass pass) {
        Tensor values = pass.scratch(Shape.of(x.axis(0)));
        x.backend().uniform(pass.random(), middle - reach, middle + reach, values);
        return values;
    }

    private static Tensor mixed(Tensor x, Memory memory, Pass pass) {
        if (memory.own == null) {
            return x;
        }
        Backend backend = x.backend();
        Tensor y = pass.empty(x.shape());
        backend.scaleItems(x, memory.own, y);
        addMean(x, Shape.of(x.axis(0), x.axis(1), x.axis(2), 1), memory.gray, y, pass);
        addMean(x, Shape.of(x.axis(0), 1, 1, 1), memory.mean, y, pass);
        return y;
    }

    /** Adds factor · mean to y. The mean of x is taken over the axes where the shape has the extent 1. */
    private static void addMean(Tensor x, Shape shape, Tensor factors, Tensor y, Pass pass) {
        Backend backend = x.backend();
        Tensor mean = pass.scratch(shape);
        backend.sumOver(x, Write.REPLACE, mean);
        backend.scale(mean, (float) mean.size() / x.size(), mean);
        backend.scaleItems(mean, factors, mean);
        backend.addBroadcast(y, mean, y);
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass, Wanted wanted) {
        Memory memory = pass.kept(this, Memory.class);
        Checks.gradient(this, dy, memory.shape);
        return wanted.input() ? mixed(dy, memory, pass) : null;
    }

    @Override
    public Tensor tangent(Tensor direction, Pass pass) {
        return mixed(direction, pass.kept(this, Memory.class), pass);
    }

    /** The layer is linear, except for a shift, once its factors are drawn. So its tangent does not depend on x. */
    @Override
    public Tensor tangentGradient(Tensor direction, Tensor dy, Pass pass, Wanted wanted) {
        return null;
    }
}
