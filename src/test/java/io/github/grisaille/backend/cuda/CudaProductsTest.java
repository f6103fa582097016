package io.github.grisaille.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.grisaille.oracle.Samples;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.Epilogue;
import io.github.grisaille.tensor.Factor;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Matrix products and convolutions. */
class CudaProductsTest extends CudaAgreement {
    /** @param extents batch, height, width, channels in, channels out */
    record Convolution(ConvGeometry geometry, int[] extents) {
        @Override
        public String toString() {
            return geometry + " over " + Arrays.toString(extents);
        }
    }

    static Stream<Convolution> convolutions() {
        List<Convolution> all = new ArrayList<>();
        List<ConvGeometry> geometries = List.of(
                ConvGeometry.square(4, 2, 1),
                ConvGeometry.square(3, 1, 1),
                ConvGeometry.square(3, 2, 1),
                new ConvGeometry(2, 3, 3, 1, 0, 2),
                ConvGeometry.square(1, 1, 0),
                ConvGeometry.square(2, 3, 0),
                ConvGeometry.square(8, 1, 0));
        int[][] extents = {{2, 8, 8, 3, 5}, {3, 9, 8, 8, 12}, {1, 8, 11, 1, 1}, {5, 8, 8, 4, 68}, {2, 10, 9, 65, 3}};
        for (ConvGeometry g : geometries) {
            for (int[] e : extents) {
                all.add(new Convolution(g, e));
            }
        }
        return all.stream();
    }

    static Stream<Convolution> groupedConvolutions() {
        ConvGeometry three = ConvGeometry.square(3, 1, 1);
        return Stream.of(
                new Convolution(three.dilation(2), new int[] {2, 8, 8, 3, 5}),
                new Convolution(three.stride(2, 3).dilation(3, 2), new int[] {2, 9, 11, 4, 8}),
                new Convolution(three.stride(4, 2).dilation(2, 4), new int[] {1, 12, 13, 5, 2}),
                new Convolution(three.stride(3, 2).dilation(5, 3).padding(4, 1), new int[] {1, 12, 9, 4, 4}),
                new Convolution(three.groups(6), new int[] {3, 7, 8, 6, 6}),
                new Convolution(three.stride(2).groups(40), new int[] {2, 9, 7, 40, 40}),
                new Convolution(three.dilation(2, 1).groups(3), new int[] {2, 8, 9, 6, 12}),
                new Convolution(ConvGeometry.kernel(2, 4).stride(3, 2).groups(2), new int[] {1, 8, 9, 10, 6}),
                new Convolution(ConvGeometry.kernel(1, 1).groups(4), new int[] {5, 20, 20, 8, 4}));
    }

    @ParameterizedTest
    @MethodSource({"convolutions", "groupedConvolutions"})
    void convolution(Convolution convolution) {
        ConvGeometry g = convolution.geometry;
        int[] e = convolution.extents;
        int outHeight = g.outputHeight(e[1]);
        int outWidth = g.outputWidth(e[2]);
        int terms = g.kernelHeight() * g.kernelWidth() * Math.max(e[3], e[4]) + e[0] * outHeight * outWidth;
        agree(terms, bench -> {
            Backend b = bench.backend;
            Tensor image = bench.in(e[0], e[1], e[2], e[3]);
            Tensor out = bench.in(e[0], outHeight, outWidth, e[4]);
            Tensor weight = bench.in(g.kernelHeight(), g.kernelWidth(), e[3] / g.groups(), e[4]);
            b.conv(image, weight, Epilogue.bias(bench.in(e[4])), g, bench.out("out", out));
            b.conv(image, weight, Epilogue.NONE, g, bench.out("out without bias", out));
            b.convTranspose(out, weight, Epilogue.bias(bench.in(e[3])), g, bench.out("image", image));
            b.convTranspose(out, weight, Epilogue.NONE, g, bench.out("image without bias", image));
            b.convWeightGradient(image, out, g, Write.REPLACE, bench.out("weight", weight));
            b.convWeightGradient(image, out, g, Write.ADD, bench.out("more weight", weight));
        });
    }

    @Test
    void productsWithALongSumAreSplit() {
        for (int k : new int[] {1000, 4099}) {
            agree(k, bench -> {
                Backend b = bench.backend;
                b.matmul(
                        Factor.of(bench.in(3, k)),
                        Factor.of(bench.in(k, 70)),
                        Epilogue.bias(bench.in(70)),
                        Write.REPLACE,
                        bench.out("plain", 3, 70));
                b.matmul(
                        Factor.transposed(bench.in(k, 66)),
                        Factor.of(bench.in(k, 5)),
                        Epilogue.NONE,
                        Write.ADD,
                        bench.out("left", 66, 5));
                b.matmul(Factor.of(bench.in(5, k)), Factor.transposed(bench.in(4, k)), bench.out("right", 5, 4));
            });
        }
    }

    @Test
    void largeTiles() {
        agree(512, bench -> {
            Backend b = bench.backend;
            b.matmul(Factor.transposed(bench.in(512, 260)), Factor.of(bench.in(512, 1400)), bench.out("c", 260, 1400));
        });
        agree(17, bench -> {
            Backend b = bench.backend;
            Tensor a = bench.in(1500, 17);
            b.matmul(
                    Factor.of(a),
                    Factor.transposed(bench.in(1300, 17)),
                    Epilogue.bias(bench.in(1300)),
                    Write.REPLACE,
                    bench.out("c", 1500, 1300));
        });
    }

    @Test
    void tf32RoundsFactors() {
        try (CudaBackend rounding = new CudaBackend(CudaPrecision.TF32)) {
            for (int k : new int[] {8, 50, 200}) {
                Tensor a = Samples.normal(1, 70, k);
                Tensor b = Samples.normal(2, k, 90);
                Tensor expected = Backend.cpu().empty(Shape.of(70, 90));
                Backend.cpu().matmul(Factor.of(a), Factor.of(b), expected);
                Tensor c = rounding.empty(Shape.of(70, 90));
                rounding.matmul(Factor.of(a.to(rounding)), Factor.of(b.to(rounding)), c);
                double worst = 0;
                float[] ours = c.toArray();
                float[] theirs = expected.toArray();
                for (int i = 0; i < ours.length; i++) {
                    worst = Math.max(worst, Math.abs(ours[i] - theirs[i]));
                }
                // each factor is off by at most 2⁻¹¹ of itself, either way
                assertThat(worst).isLessThan(Math.sqrt(k) * 4e-3).isGreaterThan(Math.sqrt(k) * 1e-5);
            }
        }
    }

    /** Whole numbers of few bits are not rounded, so each place of each fragment is tested exactly. The last size takes large tiles. */
    @Test
    void tf32DoesNotRoundSmallWholeNumbers() {
        try (CudaBackend rounding = new CudaBackend(CudaPrecision.TF32)) {
            for (int[] e : new int[][] {{17, 9, 33}, {64, 64, 16}, {130, 140, 70}, {1500, 1300, 12}}) {
                float[] av = CudaBench.whole(3, e[0] * e[2]);
                float[] bv = CudaBench.whole(4, e[1] * e[2]);
                for (int transposed = 0; transposed < 4; transposed++) {
                    boolean left = (transposed & 1) != 0;
                    boolean right = (transposed & 2) != 0;
                    Shape shapeA = left ? Shape.of(e[2], e[0]) : Shape.of(e[0], e[2]);
                    Shape shapeB = right ? Shape.of(e[1], e[2]) : Shape.of(e[2], e[1]);
                    Tensor exact = Backend.cpu().empty(Shape.of(e[0], e[1]));
                    Tensor c = rounding.empty(exact.shape());
                    Backend.cpu()
                            .matmul(
                                    new Factor(Backend.cpu().tensor(av, shapeA), left),
                                    new Factor(Backend.cpu().tensor(bv, shapeB), right),
                                    exact);
                    rounding.matmul(
                            new Factor(rounding.tensor(av, shapeA), left),
                            new Factor(rounding.tensor(bv, shapeB), right),
                            c);
                    assertThat(Arrays.equals(c.toArray(), exact.toArray()))
                            .as("%s · %s, transposed %d", shapeA, shapeB, transposed)
                            .isTrue();
                }
            }
        }
    }
}
