package io.github.grisaille.metric;

import io.github.grisaille.plot.Tabular;
import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;
import tech.tablesaw.api.Table;

/**
 * The mean and the covariance of a set of features, in double precision. The Fréchet distance uses nothing else of a
 * set.
 */
public final class GaussianFit implements Tabular {
    private static final int FEWEST = 2;

    private final int count;
    private final double[] mean;
    private final double[][] covariance;

    private GaussianFit(int count, double[] mean, double[][] covariance) {
        this.count = count;
        this.mean = mean;
        this.covariance = covariance;
    }

    /**
     * Fits a Gaussian to features.
     *
     * @param features at least two items along the first axis; the other axes are flattened
     */
    public static GaussianFit of(Tensor features) {
        return of(Items.of(features, "features"));
    }

    static GaussianFit of(Items features) {
        Items.atLeast(FEWEST, features, "items for a covariance");
        double[] mean = mean(features);
        int width = features.width();
        double[][] covariance = new double[width][width];
        IntStream.range(0, width).parallel().forEach(row -> addProducts(features, mean, row, covariance[row]));
        for (int row = 0; row < width; row++) {
            for (int column = 0; column < row; column++) {
                covariance[column][row] = covariance[row][column];
            }
        }
        return new GaussianFit(features.size(), mean, covariance);
    }

    private static double[] mean(Items features) {
        double[] mean = new double[features.width()];
        for (int i = 0; i < features.size(); i++) {
            for (int k = 0; k < mean.length; k++) {
                mean[k] += features.at(i, k);
            }
        }
        Arrays.setAll(mean, k -> mean[k] / features.size());
        return mean;
    }

    /** The unbiased covariances of one feature with itself and with the features before it. */
    private static void addProducts(Items features, double[] mean, int row, double[] covariances) {
        for (int i = 0; i < features.size(); i++) {
            double centred = features.at(i, row) - mean[row];
            for (int column = 0; column <= row; column++) {
                covariances[column] += centred * (features.at(i, column) - mean[column]);
            }
        }
        for (int column = 0; column <= row; column++) {
            covariances[column] /= features.size() - 1;
        }
    }

    /** A Gaussian with this mean and covariance. */
    static GaussianFit known(int count, double[] mean, double[][] covariance) {
        return new GaussianFit(count, mean, covariance);
    }

    /** The number of items that were fitted. */
    public int count() {
        return count;
    }

    /** The number of features of an item. */
    public int width() {
        return mean.length;
    }

    public double[] mean() {
        return mean.clone();
    }

    /** The unbiased covariance: sums of products divided by the number of items − 1. */
    public double[][] covariance() {
        return Arrays.stream(covariance).map(double[]::clone).toArray(double[][]::new);
    }

    /** Whether there are not more items than features, so that the covariance is singular. */
    public boolean singular() {
        return count <= mean.length;
    }

    /** The sum of the variances of all features: the trace of the covariance. */
    public double totalVariance() {
        return IntStream.range(0, mean.length)
                .mapToDouble(k -> covariance[k][k])
                .sum();
    }

    private double normOfMean() {
        return Math.sqrt(Arrays.stream(mean).map(value -> value * value).sum());
    }

    /** The sizes, the norm of the mean and the total variance. */
    @Override
    public Table table() {
        return Readings.titled("Gaussian fit")
                .add("items", count)
                .add("features", width(), singular() ? "not more items than features: the covariance is singular" : "")
                .add("norm of the mean", normOfMean())
                .add("total variance", totalVariance())
                .table();
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "Gaussian fit of %,d items with %d features: norm of the mean %.4g, total variance %.4g",
                count,
                width(),
                normOfMean(),
                totalVariance());
    }
}
