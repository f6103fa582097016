package io.github.grisaille.metric;

import io.github.grisaille.plot.Tabular;
import io.github.grisaille.tensor.Tensor;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import tech.tablesaw.api.Table;

/**
 * The Fréchet distance between two Gaussians (Dowson and Landau 1982): |μ₁ − μ₂|² + tr(Σ₁ + Σ₂ − 2 (Σ₁ Σ₂)^½). It is
 * the FID of Heusel et al. (2017, equation 6) if the Gaussians are fitted to Inception features. With features of
 * another network it is another measure; compare only values of the same features.
 *
 * <p>The root of Σ₁ Σ₂ has the same trace as the root of Σ₁^½ Σ₂ Σ₁^½. This matrix is symmetric, so its eigenvalues are
 * real. Eigenvalues that rounding made negative are set to 0.
 *
 * <p>The distance falls with the number of samples even if the distribution is the same (Bińkowski et al. 2018), so
 * compare only equal numbers of samples. If there are not more samples than features, the covariance is singular. Then
 * the distance is still defined but far too large, and {@link #note()} says so.
 *
 * @param value the squared distance, at least 0; its unit is the square of the features' unit
 * @param ofMeans the term |μ₁ − μ₂|²
 * @param ofCovariances the term with the trace
 * @param note a warning if there are too few samples; empty otherwise
 */
public record FrechetDistance(double value, double ofMeans, double ofCovariances, String note) implements Tabular {
    /** The distance between two sets of features, one item per row. */
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
            throw new IllegalArgumentException("both sets need the same number of features; got " + a.width() + " and "
                    + b.width() + ": take both from the same layer of the same network");
        }
        double[] meanA = a.mean();
        double[] meanB = b.mean();
        double ofMeans = IntStream.range(0, meanA.length)
                .mapToDouble(k -> (meanA[k] - meanB[k]) * (meanA[k] - meanB[k]))
                .sum();
        DMatrixRMaj covarianceA = new DMatrixRMaj(a.covariance());
        DMatrixRMaj covarianceB = new DMatrixRMaj(b.covariance());
        double traces = CommonOps_DDRM.trace(covarianceA) + CommonOps_DDRM.trace(covarianceB);
        // for equal covariances, rounding can give a value just below 0
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

    /** The symmetric root: the same eigenvectors, with the roots of the eigenvalues. */
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
                        "%,d samples of %d features have a singular covariance, so the distance is far too large; use"
                                + " more than %d samples, better ten times as many",
                        fit.count(),
                        fit.width(),
                        fit.width()))
                .collect(Collectors.joining("; "));
    }

    /** The distance and its two terms. */
    @Override
    public Table table() {
        return Readings.titled("Fréchet distance")
                .add("distance", value, note)
                .add("of the means", ofMeans)
                .add("of the covariances", ofCovariances)
                .table();
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.4g (means %.4g, covariances %.4g)", value, ofMeans, ofCovariances)
                + (note.isEmpty() ? "" : "; " + note);
    }
}
