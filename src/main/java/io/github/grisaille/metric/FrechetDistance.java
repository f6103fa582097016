package io.github.grisaille.metric;

import io.github.grisaille.tensor.Tensor;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * The Fréchet distance between two Gaussians (Dowson and Landau 1982), the FID of Heusel et al. (2017, equation 6) where
 * the Gaussians are fitted to features of Inception: |μ₁ − μ₂|² + tr(Σ₁ + Σ₂ − 2 (Σ₁ Σ₂)^½). With features of another
 * network it is another measure, and its numbers compare only with others of the same features.
 *
 * <p>The trace of the root is that of (Σ₁^½ Σ₂ Σ₁^½)^½, whose matrices are all symmetric: their eigenvalues are real, and
 * those that rounding has put below 0 are 0. So it needs no root of a matrix that has none.
 *
 * <p>The distance falls with the number of samples, even if the distribution stays the same (Bińkowski et al. 2018): compare
 * equal numbers only. With as many samples as features or fewer a covariance is singular: the distance is still defined,
 * and far too large; {@link #note()} then says so.
 *
 * @param value the distance, at least 0; it is that of squares, so it has the features' unit squared
 * @param ofMeans the part |μ₁ − μ₂|²
 * @param ofCovariances the part with the trace
 * @param note what is to be known about the samples' number; empty if nothing
 */
public record FrechetDistance(double value, double ofMeans, double ofCovariances, String note) {
    /** The distance between two sets of features, one item a row. */
    public static FrechetDistance between(Tensor a, Tensor b) {
        return between(GaussianFit.of(a), GaussianFit.of(b));
    }

    /**
     * The distance between two fits.
     *
     * @throws IllegalArgumentException if they have different numbers of features
     */
    public static FrechetDistance between(GaussianFit a, GaussianFit b) {
        if (a.width() != b.width()) {
            throw new IllegalArgumentException("one set has " + a.width() + " features and the other " + b.width()
                    + ": take both from the same layer of the same network");
        }
        double[] meanA = a.mean();
        double[] meanB = b.mean();
        double ofMeans = IntStream.range(0, meanA.length)
                .mapToDouble(k -> (meanA[k] - meanB[k]) * (meanA[k] - meanB[k]))
                .sum();
        DMatrixRMaj covarianceA = new DMatrixRMaj(a.covariance());
        DMatrixRMaj covarianceB = new DMatrixRMaj(b.covariance());
        double traces = CommonOps_DDRM.trace(covarianceA) + CommonOps_DDRM.trace(covarianceB);
        // rounding can leave equal covariances a hair below 0
        double ofCovariances = Math.max(0, traces - 2 * traceOfRoot(covarianceA, covarianceB));
        return new FrechetDistance(ofMeans + ofCovariances, ofMeans, ofCovariances, notes(a, b));
    }

    private static double traceOfRoot(DMatrixRMaj a, DMatrixRMaj b) {
        DMatrixRMaj root = root(a);
        DMatrixRMaj half = new DMatrixRMaj(a.numRows, a.numCols);
        DMatrixRMaj product = new DMatrixRMaj(a.numRows, a.numCols);
        CommonOps_DDRM.mult(root, b, half);
        CommonOps_DDRM.mult(half, root, product);
        EigenDecomposition_F64<DMatrixRMaj> eigen = eigen(product, false);
        return IntStream.range(0, a.numRows)
                .mapToDouble(k -> Math.sqrt(eigenvalue(eigen, k)))
                .sum();
    }

    /** The symmetric root: eigenvectors with the roots of their eigenvalues. */
    private static DMatrixRMaj root(DMatrixRMaj symmetric) {
        EigenDecomposition_F64<DMatrixRMaj> eigen = eigen(symmetric, true);
        DMatrixRMaj root = new DMatrixRMaj(symmetric.numRows, symmetric.numCols);
        for (int k = 0; k < symmetric.numRows; k++) {
            DMatrixRMaj vector = eigen.getEigenVector(k);
            CommonOps_DDRM.multAddTransB(Math.sqrt(eigenvalue(eigen, k)), vector, vector, root);
        }
        return root;
    }

    private static EigenDecomposition_F64<DMatrixRMaj> eigen(DMatrixRMaj symmetric, boolean vectors) {
        DMatrixRMaj halfOfBoth = new DMatrixRMaj(symmetric.numRows, symmetric.numCols);
        CommonOps_DDRM.transpose(symmetric, halfOfBoth);
        CommonOps_DDRM.add(0.5, symmetric, 0.5, halfOfBoth, halfOfBoth);
        EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(symmetric.numRows, vectors, true);
        if (!eigen.decompose(halfOfBoth)) {
            throw new IllegalStateException("the eigenvalues of a covariance did not converge");
        }
        return eigen;
    }

    private static double eigenvalue(EigenDecomposition_F64<DMatrixRMaj> eigen, int k) {
        return Math.max(0, eigen.getEigenvalue(k).getReal());
    }

    private static String notes(GaussianFit... fits) {
        return Stream.of(fits)
                .filter(GaussianFit::singular)
                .map(fit -> String.format(
                        Locale.ROOT,
                        "%,d samples of %d features: their covariance is singular, and the distance far too large; take"
                                + " more than %d, better ten times as many",
                        fit.count(),
                        fit.width(),
                        fit.width()))
                .collect(Collectors.joining("; "));
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.4g (means %.4g, covariances %.4g)", value, ofMeans, ofCovariances)
                + (note.isEmpty() ? "" : "; " + note);
    }
}
