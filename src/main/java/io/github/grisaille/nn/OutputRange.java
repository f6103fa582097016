package io.github.grisaille.nn;

/**
 * The range of a layer's outputs. A loss checks it before the first step. So a network that ends in a sigmoid is not
 * trained as if it ended in logits.
 *
 * @param low no output is less; NaN if it is not known
 * @param high no output is greater; NaN if it is not known
 * @param by the layer that set these ends, for messages
 */
public record OutputRange(float low, float high, String by) {
    /** Nothing is known. This is the default of a layer. */
    public static OutputRange unknown() {
        return new OutputRange(Float.NaN, Float.NaN, "");
    }

    /** Any number, as in a sum with free weights. */
    static OutputRange any(Layer layer) {
        return new OutputRange(Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, layer.name());
    }

    /** Whether the ends are known. */
    public boolean known() {
        return !Float.isNaN(low);
    }

    /** Whether the outputs are known to be bounded on at least one side. */
    public boolean bounded() {
        return low > Float.NEGATIVE_INFINITY || high < Float.POSITIVE_INFINITY;
    }

    /** Whether all outputs lie between these ends. */
    public boolean within(float least, float greatest) {
        return low >= least && high <= greatest;
    }

    /** Whether all numbers between these ends can be outputs. It is true if nothing is known. */
    public boolean reaches(float least, float greatest) {
        return !known() || low <= least && high >= greatest;
    }

    /** This range if it has these ends, and otherwise a range with these ends that the layer set. */
    OutputRange ends(double newLow, double newHigh, Layer layer) {
        return newLow == low && newHigh == high ? this : new OutputRange((float) newLow, (float) newHigh, layer.name());
    }

    /** The range of values that come from one or the other. */
    OutputRange or(OutputRange other, Layer layer) {
        if (!known() || !other.known()) {
            return unknown();
        }
        return ends(Math.min(low, other.low), Math.max(high, other.high), layer);
    }

    /** The same range, with the place of its layer in the network. */
    OutputRange at(String place) {
        return new OutputRange(low, high, place + " " + by);
    }

    /** The ends in words. */
    @Override
    public String toString() {
        if (!known()) {
            return "not known";
        }
        if (!bounded()) {
            return "any number";
        }
        if (high == Float.POSITIVE_INFINITY) {
            return "at least " + number(low);
        }
        return low == Float.NEGATIVE_INFINITY
                ? "at most " + number(high)
                : "from " + number(low) + " to " + number(high);
    }

    private static String number(float value) {
        return value == Math.rint(value) && Math.abs(value) < 1e6 ? String.valueOf((int) value) : String.valueOf(value);
    }
}
