package io.github.grisaille.data;

import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;

/**
 * Stacked MNIST (Metz et al. 2017, section 3.3.1): each image has a random digit in each of its three channels. So it
 * shows one of a thousand numbers, all about equally often. An image is made when it is read. The same seed gives the
 * same images.
 */
public final class StackedDigits implements Dataset {
    private static final int CHANNELS = 3;
    private static final int BASE = 10;

    private final ImageDataset digits;
    private final int[] shape;
    private final int pixels;
    /** The indices of the digits of each image, three per image. */
    private final int[] places;

    /**
     * Stacks digits.
     *
     * @param digits gray images, height × width × 1
     * @param count the number of stacked images, at least 1
     * @param seed the seed of the random choice of digits
     */
    public StackedDigits(ImageDataset digits, int count, long seed) {
        int[] gray = digits.shape();
        if (gray.length != CHANNELS || gray[2] != 1) {
            throw new IllegalArgumentException("digits to stack need the shape [height, width, 1]; got "
                    + Arrays.toString(gray) + ": leave out flat()");
        }
        if (count < 1) {
            throw new IllegalArgumentException("stacked digits need a count of at least 1; got " + count);
        }
        this.digits = digits;
        shape = new int[] {gray[0], gray[1], CHANNELS};
        pixels = gray[0] * gray[1];
        RandomStream random = new RandomStream(seed, 0);
        places = new int[Math.multiplyExact(count, CHANNELS)];
        Arrays.setAll(places, i -> random.nextInt(digits.size()));
    }

    @Override
    public int size() {
        return places.length / CHANNELS;
    }

    @Override
    public int[] shape() {
        return shape.clone();
    }

    @Override
    public void read(int index, float[] target, int offset) {
        Objects.checkIndex(index, size());
        float[] digit = new float[pixels];
        for (int c = 0; c < CHANNELS; c++) {
            digits.read(places[index * CHANNELS + c], digit, 0);
            for (int p = 0; p < pixels; p++) {
                target[offset + p * CHANNELS + c] = digit[p];
            }
        }
    }

    /** The number that an image shows, 0 to 999. The digit of the first channel is the hundreds digit. */
    public int number(int index) {
        Objects.checkIndex(index, size());
        int number = 0;
        for (int c = 0; c < CHANNELS; c++) {
            number = number * BASE + digits.label(places[index * CHANNELS + c]);
        }
        return number;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%,d stacked digits of %s", size(), Shape.of(shape));
    }
}
