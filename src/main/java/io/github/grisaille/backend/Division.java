package io.github.grisaille.backend;

/** Integer division that rounds up. */
public final class Division {
    private Division() {}

    /** a / b, rounded up, for a ≥ 0 and b > 0. This is the number of parts of size b that hold a values. */
    public static int ceil(int a, int b) {
        return Math.floorDiv(a + b - 1, b);
    }
}
