package io.github.grisaille.tensor;

/** Primitives that work element by element, and copies of rows and columns. {@link BroadcastPrimitives} repeat an operand. */
public interface ElementPrimitives {
    void fill(float value, Tensor y);

    void copy(Tensor x, Tensor y);

    /**
     * y[i] = x[rows[i]], where a row is an item along the first axis.
     *
     * @throws IndexOutOfBoundsException if x has no such row
     */
    void gatherRows(Tensor x, int[] rows, Tensor y);

    /**
     * Copies {@code count} columns of x over columns of y. The other columns of y stay as they are. x and y have the same
     * number of rows.
     *
     * @param from the first column of x
     * @param to the first column of y
     */
    void copyColumns(Tensor x, int from, Tensor y, int to, int count);

    /**
     * y[i] = table[labels[i]], where a row of the table is an item along its first axis. Labels are the numbers 0, 1, 2, …
     * of rows. They may have any shape, and the shape of y is that of the labels followed by that of a row.
     *
     * <p>The labels are values on the device, so none can be refused. A label that is not the number of a row makes a row
     * of NaN.
     */
    void lookUp(Tensor table, Tensor labels, Tensor y);

    /**
     * dTable[r] (+)= Σ dy[i] over all i with labels[i] = r, added in the order of the labels. A label that is not the number
     * of a row is left out. The shapes are those of {@link #lookUp}.
     */
    void lookUpGradient(Tensor dy, Tensor labels, Write write, Tensor dTable);

    /** y = a + b; in place allowed. */
    void add(Tensor a, Tensor b, Tensor y);

    /** y = a − b; in place allowed. */
    void subtract(Tensor a, Tensor b, Tensor y);

    /** y = a ⊙ b; in place allowed. */
    void multiply(Tensor a, Tensor b, Tensor y);

    /** y = factor · x; in place allowed. */
    void scale(Tensor x, float factor, Tensor y);

    /** y = x + amount; in place allowed. */
    void shift(Tensor x, float amount, Tensor y);

    /** y[n] = factors[n] · x[n] for each item n. A single factor is used for all items. In place allowed. */
    void scaleItems(Tensor x, Tensor factors, Tensor y);

    /** y = min(max(x, low), high); in place allowed. */
    void clamp(Tensor x, float low, float high, Tensor y);

    /** y = 1 / √(x + epsilon); in place allowed. */
    void inverseRoot(Tensor x, float epsilon, Tensor y);

    /** y = 1 where x &gt; threshold, and 0 elsewhere, also where x is NaN; in place allowed. */
    void step(Tensor x, float threshold, Tensor y);

    /** y = f(x); in place allowed, except for SOFTPLUS. */
    void activate(Activation f, Tensor x, Tensor y);

    /** dx = dy ⊙ f′(x), where y = f(x). */
    void activateGradient(Activation f, Tensor x, Tensor y, Tensor dy, Tensor dx);

    /**
     * dx = dy ⊙ direction ⊙ f″(x), where y = f(x). This is how the gradient dy ⊙ f′(x) changes when x moves along the
     * direction.
     */
    void activateCurvature(Activation f, Tensor x, Tensor y, Tensor dy, Tensor direction, Tensor dx);
}
