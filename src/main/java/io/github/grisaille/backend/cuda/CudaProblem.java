package io.github.grisaille.backend.cuda;

/**
 * One product of m × k by k × n: the struct {@code Problem} of src/main/cuda/products.cuh.
 *
 * @param k the number of terms in each sum
 */
record CudaProblem(CudaView a, CudaView b, int m, int n, int k, Target target) {
    /**
     * Where the rows of the result go, which run along (item, y, x) as those of a view. The columns of a row lie together.
     *
     * @param offset the place of row 0 and column 0
     * @param placesDown the number of places y
     * @param placesAcross the number of places x
     */
    record Target(int offset, int placesDown, int placesAcross, int strideItem, int strideDown, int strideAcross) {
        /** The rows of a plain matrix. */
        static Target rowsOf(int columns) {
            return new Target(0, 1, 1, columns, 0, 0);
        }
    }

    /** A product whose result is a plain matrix. */
    static CudaProblem plain(CudaView a, CudaView b, int m, int n, int k) {
        return new CudaProblem(a, b, m, n, k, Target.rowsOf(n));
    }

    void write(CudaRecord record) {
        a.write(record);
        b.write(record);
        record.integers(m, n, k)
                .integers(target.offset, target.placesDown, target.placesAcross)
                .integers(target.strideItem, target.strideDown, target.strideAcross)
                .unused();
    }
}
