package io.github.grisaille.nn;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Epilogue;
import io.github.grisaille.tensor.Factor;
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
        x.backend().multiply(c, s, own);
        Tensor one = pass.scratch(c.shape());
        x.backend().fill(1, one);
        Memory memory = new Memory(x.shape(), own, difference(c, own, pass), difference(one, c, pass));
        pass.keep(this, memory);
        Tensor y = mixed(x, memory, pass);
        addToImages(b, y, pass);
        return y;
    }

    private static Tensor drawn(Tensor x, float middle, float reach, Pass pass) {
        Tensor values = pass.scratch(Shape.of(x.axis(0)));
        x.backend().uniform(pass.random(), middle - reach, middle + reach, values);
        return values;
    }

    private static Tensor difference(Tensor a, Tensor b, Pass pass) {
        Tensor difference = pass.scratch(a.shape());
        a.backend().scale(b, -1, difference);
        a.backend().add(a, difference, difference);
        return difference;
    }

    private static Tensor mixed(Tensor x, Memory memory, Pass pass) {
        if (memory.own == null) {
            return x;
        }
        Backend backend = x.backend();
        int channels = x.axis(3);
        Tensor averaging = pass.scratch(Shape.of(channels, channels));
        backend.fill(1f / channels, averaging);
        Tensor gray = pass.scratch(x.shape());
        backend.matmul(Factor.of(x), Factor.of(averaging), gray);
        backend.scaleItems(gray, memory.gray, gray);
        Tensor y = pass.empty(x.shape());
        backend.scaleItems(x, memory.own, y);
        backend.add(y, gray, y);
        Tensor mean = pass.scratch(memory.mean.shape());
        Tensor unused = pass.scratch(memory.mean.shape());
        backend.itemMoments(x, mean, unused);
        backend.multiply(mean, memory.mean, mean);
        addToImages(mean, y, pass);
        return y;
    }

    /** Adds one number to all values of an image, another number for each image. */
    private static void addToImages(Tensor numbers, Tensor images, Pass pass) {
        int items = images.axis(0);
        int values = images.size() / items;
        Tensor ones = pass.scratch(Shape.of(1, values));
        images.backend().fill(1, ones);
        images.backend()
                .matmul(
                        Factor.of(numbers.reshape(items, 1)),
                        Factor.of(ones),
                        Epilogue.NONE,
                        Write.ADD,
                        images.reshape(items, values));
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
