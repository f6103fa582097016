package io.github.grisaille.metric;

import io.github.grisaille.data.Dataset;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Epilogue;
import io.github.grisaille.tensor.Factor;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * Principal component analysis (Pearson 1901). Of all linear codes of a given size it has the smallest squared
 * reconstruction error, so it is the baseline for an autoencoder. The components are the eigenvectors of the data's
 * covariance.
 */
public final class Pca {
    private static final int BATCH = 1000;

    private final int count;
    private final Tensor mean;
    private final double[] variances;
    private final float[] components;
    private final int width;

    private Pca(int count, Tensor mean, double[] variances, float[] components) {
        this.count = count;
        this.mean = mean;
        this.variances = variances;
        this.components = components;
        this.width = mean.size();
    }

    /** Fits all components to a data set of at least 2 items. Each item is flattened to a vector. */
    public static Pca fit(Dataset data) {
        if (data.size() < 2) {
            throw new IllegalArgumentException("principal components need at least 2 items; got " + data.size());
        }
        Backend backend = Backend.cpu();
        int width = Shape.of(data.shape()).size();
        Tensor mean = mean(data, width, backend);
        Tensor negative = backend.empty(mean.shape());
        backend.scale(mean, -1, negative);
        double[] scatter = new double[width * width];
        Tensor product = backend.empty(Shape.of(width, width));
        for (int from = 0; from < data.size(); from += BATCH) {
            Tensor centred = shifted(vectors(data, from, width, backend), negative);
            backend.matmul(Factor.transposed(centred), Factor.of(centred), product);
            float[] values = product.toArray();
            for (int i = 0; i < values.length; i++) {
                scatter[i] += values[i];
            }
        }
        DMatrixRMaj covariance = new DMatrixRMaj(width, width);
        for (int i = 0; i < width; i++) {
            for (int j = 0; j < width; j++) {
                // rounding made the matrix slightly asymmetric
                covariance.set(i, j, 0.5 * (scatter[i * width + j] + scatter[j * width + i]) / data.size());
            }
        }
        EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(width, true, true);
        if (!eigen.decompose(covariance)) {
            throw new IllegalStateException("the eigenvectors of the data's covariance were not found");
        }
        int[] order = IntStream.range(0, width)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -eigen.getEigenvalue(i).getReal()))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] variances = new double[width];
        float[] components = new float[width * width];
        for (int k = 0; k < width; k++) {
            variances[k] = Math.max(0, eigen.getEigenvalue(order[k]).getReal());
            DMatrixRMaj vector = eigen.getEigenVector(order[k]);
            for (int j = 0; j < width; j++) {
                components[k * width + j] = (float) vector.get(j);
            }
        }
        return new Pca(data.size(), mean, variances, components);
    }

    private static Tensor mean(Dataset data, int width, Backend backend) {
        double[] sums = new double[width];
        Tensor part = backend.empty(Shape.of(width));
        for (int from = 0; from < data.size(); from += BATCH) {
            backend.columnSums(vectors(data, from, width, backend), Write.REPLACE, part);
            float[] values = part.toArray();
            for (int j = 0; j < width; j++) {
                sums[j] += values[j];
            }
        }
        float[] mean = new float[width];
        for (int j = 0; j < width; j++) {
            mean[j] = (float) (sums[j] / data.size());
            if (!Float.isFinite(mean[j])) {
                throw new IllegalArgumentException("principal components need finite values, but the mean of value " + j
                        + " over the items is " + mean[j] + ": check the data");
            }
        }
        return Tensor.of(mean, width);
    }

    private static Tensor vectors(Dataset data, int from, int width, Backend backend) {
        int to = Math.min(data.size(), from + BATCH);
        return data.items(from, to, backend).reshape(to - from, width);
    }

    /** x plus a vector, added to every row. */
    private static Tensor shifted(Tensor x, Tensor by) {
        Tensor sum = x.backend().empty(x.shape());
        x.backend().addBroadcast(x, by, sum);
        return sum;
    }

    /** A warning if there are too few items; empty otherwise. */
    public String note() {
        return count > width
                ? ""
                : String.format(
                        Locale.ROOT,
                        "%,d items of %,d values vary along at most %,d components; the other components are"
                                + " arbitrary, and"
                                + " the error on these items says nothing about new items; use more than %,d items",
                        count,
                        width,
                        count - 1,
                        width);
    }

    /** The variance along each component, the largest first. */
    public double[] variances() {
        return variances.clone();
    }

    /** Component k, from 0: a unit vector with arbitrary sign. */
    public float[] component(int k) {
        float[] component = new float[width];
        System.arraycopy(components, check(k + 1) * width - width, component, 0, width);
        return component;
    }

    /** The coordinates of items along the first {@code size} components: (batch, size). */
    public Tensor encode(Tensor x, int size) {
        Backend backend = x.backend();
        Tensor negative = backend.empty(mean.shape());
        backend.scale(mean, -1, negative);
        Tensor rows = first(size, backend);
        Tensor codes = backend.empty(Shape.of(x.axis(0), size));
        Tensor centred = shifted(x.reshape(x.axis(0), width), negative);
        backend.matmul(Factor.of(centred), Factor.transposed(rows), codes);
        return codes;
    }

    /** Decodes codes of (batch, size) to items: (batch, values of an item). */
    public Tensor decode(Tensor codes) {
        Backend backend = codes.backend();
        Tensor items = backend.empty(Shape.of(codes.axis(0), width));
        backend.matmul(
                Factor.of(codes), Factor.of(first(codes.axis(1), backend)), Epilogue.bias(mean), Write.REPLACE, items);
        return items;
    }

    /** The reconstruction of items from the first {@code size} components, with x's shape. */
    public Tensor reconstruct(Tensor x, int size) {
        return decode(encode(x, size)).reshape(x.shape());
    }

    /** The mean squared reconstruction error per value with {@code size} components. */
    public double error(Dataset data, int size) {
        double squares = 0;
        for (int from = 0; from < data.size(); from += BATCH) {
            float[] x = data.items(from, Math.min(data.size(), from + BATCH), Backend.cpu())
                    .toArray();
            float[] copy =
                    reconstruct(Tensor.of(x, x.length / width, width), size).toArray();
            for (int i = 0; i < x.length; i++) {
                double difference = copy[i] - x[i];
                squares += difference * difference;
            }
        }
        return squares / ((double) data.size() * width);
    }

    private Tensor first(int size, Backend backend) {
        float[] rows = new float[check(size) * width];
        System.arraycopy(components, 0, rows, 0, rows.length);
        return backend.tensor(rows, Shape.of(size, width));
    }

    private int check(int size) {
        if (size < 1 || size > width) {
            throw new IllegalArgumentException(
                    "vectors of " + width + " values have 1 to " + width + " components; got " + size);
        }
        return size;
    }
}
