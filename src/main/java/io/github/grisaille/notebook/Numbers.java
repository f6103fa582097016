package io.github.grisaille.notebook;

import java.math.BigDecimal;
import java.math.MathContext;

/** Numbers as a reader likes them. */
final class Numbers {
    private static final MathContext FOUR_DIGITS = new MathContext(4);
    private static final double LARGE = 1e6;
    private static final double SMALL = 1e-4;

    private Numbers() {}

    /** Four significant digits, with an exponent only where there would be many zeros. */
    static String fourDigits(double value) {
        if (!Double.isFinite(value) || value == 0) {
            return value == 0 ? "0" : String.valueOf(value);
        }
        BigDecimal rounded = new BigDecimal(value).round(FOUR_DIGITS).stripTrailingZeros();
        double magnitude = Math.abs(value);
        return magnitude >= LARGE || magnitude < SMALL ? rounded.toString() : rounded.toPlainString();
    }
}
