package io.github.grisaille.nn;

import io.github.grisaille.tensor.Shape;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What is known about a tensor's shape before the tensor exists. It is one of three: the number of axes and some of
 * their extents; the last extents only; or nothing. Layers use it to say which inputs they take ({@link Layer#takes})
 * and what they make of them ({@link Layer#makes}). So a network finds layers that cannot follow each other when it is
 * made.
 */
public final class PartialShape {
    /** An extent that is not known. In general, −m stands for an unknown multiple of m. */
    static final int FREE = -1;

    /** Nothing is known. */
    public static final PartialShape ANY = new PartialShape(false, FREE);

    private static final String[] OF_VECTORS = {"batch", "features"};
    private static final String[] OF_IMAGES = {"batch", "height", "width", "channels"};

    /** Whether the number of axes is known. If not, {@link #axes} holds the last axes. */
    private final boolean ranked;

    private final int[] axes;

    private PartialShape(boolean ranked, int... axes) {
        if (Arrays.stream(axes).anyMatch(extent -> extent == 0)) {
            throw new IllegalArgumentException("an extent must be at least 1; got 0");
        }
        this.ranked = ranked;
        this.axes = axes;
    }

    /** Vectors with this number of features: (batch, features). */
    public static PartialShape vectors(int features) {
        return new PartialShape(true, FREE, features);
    }

    /** Images of any size with this number of channels: (batch, height, width, channels). */
    public static PartialShape images(int channels) {
        return new PartialShape(true, FREE, FREE, FREE, channels);
    }

    /** Items of this shape: (batch, …). */
    public static PartialShape items(Shape item) {
        return new PartialShape(
                true,
                IntStream.concat(IntStream.of(FREE), IntStream.of(item.toArray()))
                        .toArray());
    }

    /** Any number of axes. The last one has this extent. */
    public static PartialShape lastAxis(int extent) {
        return new PartialShape(false, extent);
    }

    /** Any number of axes before these. If these are more than one, there is at least one before them. */
    public static PartialShape lastAxes(Shape last) {
        return new PartialShape(false, last.toArray());
    }

    /** The number of axes, or 0 if it is not known. */
    int rank() {
        return ranked ? axes.length : 0;
    }

    /** The extent of an axis, or −m for an unknown multiple of m. A negative axis counts from the last. */
    int extent(int axis) {
        if (ranked && axis >= 0) {
            return axes[axis];
        }
        return axis < 0 && axis >= -axes.length ? axes[axis + axes.length] : FREE;
    }

    /** This shape with another extent of an axis. If the number of axes is not known, it changes the last one. */
    PartialShape with(int axis, int extent) {
        int[] copy = axes.clone();
        copy[axis < 0 ? axis + copy.length : axis] = extent;
        return new PartialShape(ranked, copy);
    }

    /** This shape with one more axis behind the last. */
    PartialShape followedBy(int extent) {
        if (!ranked) {
            return lastAxis(extent);
        }
        int[] longer = Arrays.copyOf(axes, axes.length + 1);
        longer[axes.length] = extent;
        return new PartialShape(true, longer);
    }

    /**
     * The images that a layer makes of these images when it changes heights and widths.
     *
     * @param wanted what the layer wants, for the message if nothing is left of an image
     */
    PartialShape resized(Layer layer, IntUnaryOperator height, IntUnaryOperator width, String wanted) {
        PartialShape result = this;
        IntUnaryOperator[] sides = {height, width};
        for (int i = 0; i < sides.length; i++) {
            int side = extent(1 + i);
            int made = side < 1 ? FREE : sides[i].applyAsInt(side);
            if (side >= 1 && made < 1) {
                throw new ShapeMismatchException(layer.name(), this, wanted);
            }
            result = result.with(1 + i, made);
        }
        return result;
    }

    /** The number of values of an item, or −m for an unknown multiple of m. */
    int itemSize() {
        boolean known = ranked;
        long product = 1;
        for (int i = ranked ? 1 : 0; i < axes.length; i++) {
            known &= axes[i] > 0;
            product *= Math.abs(axes[i]);
            if (product > Integer.MAX_VALUE) {
                return FREE;
            }
        }
        return (int) (known ? product : -product);
    }

    /** The shape of an item, or null if it is not known. */
    Shape item() {
        return ranked && itemSize() > 0 ? Shape.of(Arrays.copyOfRange(axes, 1, axes.length)) : null;
    }

    /**
     * The smallest item that fits: extents that are not known are as small as they can be. It is null if the number of
     * axes or the last extent is not known.
     */
    public Shape smallestItem() {
        if (!ranked || axes.length < 2 || extent(-1) < 1) {
            return null;
        }
        return Shape.of(Arrays.stream(axes).skip(1).map(Math::abs).toArray());
    }

    /** What is known about a shape that fits both; null if no shape fits both. */
    PartialShape and(PartialShape other) {
        PartialShape longer = axes.length > other.axes.length ? this : other;
        boolean known = ranked || other.ranked;
        // a shape that has only these axes is too short for one that has more
        if (ranked && axes.length < other.minimumRank() || other.ranked && other.axes.length < minimumRank()) {
            return null;
        }
        int[] all = longer.axes.clone();
        for (int back = 1; back <= all.length; back++) {
            all[all.length - back] = both(extent(-back), other.extent(-back));
            if (all[all.length - back] == 0) {
                return null;
            }
        }
        return new PartialShape(known, all);
    }

    /** The smallest number of axes that is possible. One axis may be the only one. */
    private int minimumRank() {
        return ranked || axes.length == 1 ? axes.length : axes.length + 1;
    }

    /** What is known about an extent that fits both; 0 if none does. */
    private static int both(int a, int b) {
        if (a < 0 && b < 0) {
            long multiple = (long) a / greatestDivisor(-a, -b) * b;
            return multiple > Integer.MAX_VALUE ? Math.min(a, b) : (int) -multiple;
        }
        int known = Math.max(a, b);
        int other = Math.min(a, b);
        boolean fits = other < 0 ? known % -other == 0 : known == other;
        return fits ? known : 0;
    }

    private static int greatestDivisor(int a, int b) {
        return b == 0 ? a : greatestDivisor(b, a % b);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PartialShape shape && ranked == shape.ranked && Arrays.equals(axes, shape.axes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(axes);
    }

    /** For example {@code batch×128}, {@code batch×height×width×64}, {@code …×64}, {@code …×28×28×1}. */
    @Override
    public String toString() {
        if (!ranked) {
            return axes.length == 1 && axes[0] == FREE
                    ? "any shape"
                    : "…×"
                            + IntStream.range(0, axes.length)
                                    .mapToObj(i -> text(i, "?"))
                                    .collect(Collectors.joining("×"));
        }
        String[] names = axes.length == OF_VECTORS.length
                ? OF_VECTORS
                : axes.length == OF_IMAGES.length ? OF_IMAGES : new String[] {"batch"};
        return IntStream.range(0, axes.length)
                .mapToObj(i -> text(i, i < names.length ? names[i] : "?"))
                .collect(Collectors.joining("×"));
    }

    private String text(int axis, String name) {
        int extent = axes[axis];
        return extent > 0 ? String.valueOf(extent) : extent == FREE ? name : "(a multiple of " + -extent + ")";
    }
}
