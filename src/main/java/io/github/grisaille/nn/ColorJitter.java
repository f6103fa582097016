package io.github.grisaille.nn;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;

/**
 * When training, changes each image's brightness, then its saturation, then its contrast, each at random; when
 * evaluating, nothing happens. "Color" of DiffAugment (Zhao et al. 2020, section 3.2): x + b, then away from each pixel's
 * own mean over its channels by a factor s, then away from the image's mean by a factor c.
 *
 * <p>Brightness moves both means along, and saturation leaves the image's mean where it is, so that the three together are
 * y = c·s·x + c·(1 − s)·gray(x) + (1 − c)·mean(x) + b, where gray is the mean of each pixel and mean that of the image.
 * This map is linear but for b, and symmetric, so its gradient is the map itself: dx = c·s·dy + c·(1 − s)·gray(dy) + (1 −
 * c)·mean(dy).
 */
public final class ColorJitter implements Layer {
    /** The three factors, one an image; null where nothing was changed. */
    private record Memory(Shape shape, Tensor own, Tensor gray, Tensor mean) {}

    private final float brightness;
    private final float saturation;
    private final float contrast;

    /**
     * @param brightness how far b is from 0 at most, in the images' unit; the paper's ½ is for images in [−1, 1]
     * @param saturation how far s is from 1 at most; the paper's 1 reaches from gray to twice the saturation
     * @param contrast how far c is from 1 at most, the paper's ½
     */
    public ColorJitter(float brightness, float saturation, float contrast) {
        for (float reach : new float[] {brightness, saturation, contrast}) {
            if (!(reach >= 0 && reach < Float.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("ColorJitter needs reaches of at least 0, and got " + reach);
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
        backend.matmul(x, false, averaging, false, null, false, gray);
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

    /** Adds to each image a number of its own. */
    private static void addToImages(Tensor numbers, Tensor images, Pass pass) {
        int items = images.axis(0);
        int values = images.size() / items;
        Tensor ones = pass.scratch(Shape.of(1, values));
        images.backend().fill(1, ones);
        images.backend()
                .matmul(numbers.reshape(items, 1), false, ones, false, null, true, images.reshape(items, values));
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

    /** The layer is linear but for a shift, given its factors, so its tangent does not depend on x. */
    @Override
    public Tensor tangentGradient(Tensor direction, Tensor dy, Pass pass, Wanted wanted) {
        return null;
    }
}
