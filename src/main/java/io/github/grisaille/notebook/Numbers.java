package io.github.grisaille.notebook;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Formats numbers for readers. */
final class Numbers {
    private static final int DIGITS = 4;
    private static final MathContext FOUR_DIGITS = new MathContext(DIGITS);
    private static final double LARGE = 1e6;
    private static final double SMALL = 1e-4;

    private Numbers() {}

    /**
     * Formats with four significant digits. Integers have all their digits. Very large and very small numbers have an
     * exponent.
     */
    static String fourDigits(double value) {
        if (!Double.isFinite(value) || value == 0) {
            return value == 0 ? "0" : String.valueOf(value);
        }
        double magnitude = Math.abs(value);
        if (magnitude >= LARGE || magnitude < SMALL) {
            return String.format(Locale.ROOT, "%.3e", value);
        }
        if (value == Math.rint(value)) {
            return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
        }
        BigDecimal rounded = new BigDecimal(value).round(FOUR_DIGITS);
        return rounded.setScale(rounded.scale() + DIGITS - rounded.precision()).toPlainString();
    }
}
