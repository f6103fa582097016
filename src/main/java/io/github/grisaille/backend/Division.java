package io.github.grisaille.backend;

/** Divisions of whole numbers. */
public final class Division {
    private Division() {}

    /** a / b, rounded up, for a ≥ 0 and b > 0: how many parts of size b hold a values. */
    public static int ceil(int a, int b) {
        return Math.floorDiv(a + b - 1, b);
    }
}
