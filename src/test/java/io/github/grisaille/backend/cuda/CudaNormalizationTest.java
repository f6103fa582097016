package io.github.grisaille.backend.cuda;

import io.github.grisaille.tensor.Affine;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Moments;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CudaNormalizationTest extends CudaAgreement {
    /** The extents of a matrix. */
    record Matrix(int rows, int columns) {}

    static Stream<Matrix> matrices() {
        return Stream.of(1, 3, 6, 13, 32, 33, 100)
                .flatMap(columns -> Stream.of(2, 13, 207, 1501)
                        .filter(rows -> rows < 1000 || columns == 6 || columns == 33)
                        .map(rows -> new Matrix(rows, columns)));
    }

    @ParameterizedTest
    @MethodSource("matrices")
    void columnsAndNormalisation(Matrix matrix) {
        int rows = matrix.rows;
        int columns = matrix.columns;
        agree(rows, bench -> {
            Backend b = bench.backend;
            Tensor x = bench.in(rows, columns);
            Tensor mean = bench.out("mean", columns);
            Tensor variance = bench.out("variance", columns);
            Moments moments = new Moments(mean, variance, 0.1f);
            Tensor gain = bench.in(columns);
            b.columnSums(x, Write.REPLACE, bench.out("sums", columns));
            b.columnSums(x, Write.ADD, bench.out("more sums", columns));
            b.columnMoments(x, mean, variance);
            b.normalizeColumns(x, moments, new Affine(gain, bench.in(columns)), bench.out("normal", x));
            Tensor dy = bench.in(rows, columns);
            Affine gradients =
                    new Affine(bench.out("gain's gradient", columns), bench.out("shift's gradient", columns));
            b.normalizeColumnsParameterGradients(x, dy, moments, Write.REPLACE, gradients);
            b.normalizeColumnsInputGradient(x, dy, moments, gain, gradients, bench.out("input's gradient", x));
            b.normalizeColumnsParameterGradients(x, dy, moments, Write.ADD, gradients);
        });
        agree(rows * columns, bench -> {
            Backend b = bench.backend;
            // each item takes a block, and barriers are slow in the stand-in
            int items = Math.min(rows, 50);
            Tensor x = bench.in(items, columns);
            Tensor mean = bench.out("mean", items);
            Tensor variance = bench.out("variance", items);
            Moments moments = new Moments(mean, variance, 0.1f);
            Tensor gain = bench.in(columns);
            Tensor dy = bench.in(items, columns);
            b.itemMoments(x, mean, variance);
            b.normalizeItems(x, moments, new Affine(gain, bench.in(columns)), bench.out("normal", x));
            b.normalizeItemsInputGradient(x, dy, moments, gain, bench.out("input's gradient", x));
            b.normalizeItemsParameterGradients(
                    x, dy, moments, Write.REPLACE, new Affine(bench.out("gain", columns), bench.out("shift", columns)));
            b.normalizeItemsParameterGradients(
                    x, dy, moments, Write.ADD, new Affine(bench.out("more gain", columns), bench.out("more", columns)));
        });
    }

    @Test
    void varianceOfDataWithALargeMean() {
        agree(3001, bench -> {
            Tensor x = bench.in(3001, 5);
            Tensor far = bench.in(3001, 5);
            bench.backend.fill(1000, far);
            bench.backend.add(x, far, x);
            bench.backend.columnMoments(x, bench.in(5), bench.out("variance", 5));
        });
    }
}
