package io.github.grisaille.plot;

/**
 * The unit of an axis: a power of ten. XChart cannot label very large or very small values; with values of 10¹⁶ it
 * searches for labels for ever. So such values are drawn in units of a power of ten, and the name of the axis shows the
 * unit.
 *
 * @param exponent the exponent, a multiple of 3; 0 if the values are drawn unchanged
 */
record PowerOfTen(int exponent) {
    /** Values are drawn unchanged. */
    static final PowerOfTen ONE = new PowerOfTen(0);

    private static final double LARGE = 1e9;
    private static final double SMALL = 1e-4;
    /** Labels have six decimals, so smaller differences need another unit. */
    private static final double FINEST = 1e-5;

    private static final double SMALL_ENOUGH_TO_SCALE = 0.1;
    private static final int GROUP = 3;
    /** 10 to this power and its inverse are doubles with full precision. */
    private static final int LARGEST = 306;

    private static final String DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

    /** The unit for finite values from low to high. */
    static PowerOfTen of(double low, double high) {
        double largest = Math.max(Math.abs(low), Math.abs(high));
        boolean fine = high > low && high - low < FINEST && largest < SMALL_ENOUGH_TO_SCALE;
        if (largest == 0 || largest < LARGE && largest >= SMALL && !fine) {
            return ONE;
        }
        int power = GROUP * Math.floorDiv((int) Math.floor(Math.log10(largest)), GROUP);
        return new PowerOfTen(Math.max(-LARGEST, Math.min(LARGEST, power)));
    }

    /** Converts a value to this unit. */
    double in(double value) {
        return exponent >= 0 ? value / Math.pow(10, exponent) : value * Math.pow(10, -exponent);
    }

    /** Converts values to this unit. */
    double[] in(double[] values) {
        if (exponent == 0) {
            return values;
        }
        double[] scaled = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            scaled[i] = in(values[i]);
        }
        return scaled;
    }

    /** Converts a value from this unit. */
    double out(double value) {
        return exponent >= 0 ? value * Math.pow(10, exponent) : value / Math.pow(10, -exponent);
    }

    /** The name of an axis with its unit: {@code loss (×10²⁷)}. */
    String name(String axis) {
        if (exponent == 0) {
            return axis;
        }
        StringBuilder text = new StringBuilder(axis == null || axis.isBlank() ? "" : axis + " ").append("(×10");
        if (exponent < 0) {
            text.append('⁻');
        }
        for (char digit : Integer.toString(Math.abs(exponent)).toCharArray()) {
            text.append(DIGITS.charAt(digit - '0'));
        }
        return text.append(')').toString();
    }
}
