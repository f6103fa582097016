package io.github.grisaille.tensor;

/**
 * A factor of a matrix product: a matrix, or its transpose. The last axis of the tensor holds the columns of the
 * matrix, and all other axes are its rows.
 *
 * @param transposed whether the product takes the transpose
 */
public record Factor(Tensor tensor, boolean transposed) {
    /** The matrix as it is. */
    public static Factor of(Tensor matrix) {
        return new Factor(matrix, false);
    }

    /** The transpose of a matrix. */
    public static Factor transposed(Tensor matrix) {
        return new Factor(matrix, true);
    }

    /** The rows of the factor, after the transposition. */
    public int rows() {
        return transposed ? tensor.axis(-1) : tensor.shape().rows();
    }

    /** The columns of the factor, after the transposition. */
    public int columns() {
        return transposed ? tensor.shape().rows() : tensor.axis(-1);
    }

    /** For example {@code 128×784ᵀ}. */
    @Override
    public String toString() {
        return tensor.shape() + (transposed ? "ᵀ" : "");
    }
}
