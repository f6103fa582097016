package io.github.grisaille.backend.cuda;

import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.Affine;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.Epilogue;
import io.github.grisaille.tensor.Factor;
import io.github.grisaille.tensor.Moments;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Primitives that work value by value, and activations that become part of another kernel. */
class CudaElementsTest extends CudaAgreement {
    @Test
    void simpleOperations() {
        for (int n : sizes()) {
            sameBits(bench -> {
                Backend b = bench.backend;
                Tensor x = bench.in(n);
                Tensor y = bench.in(n);
                b.fill(0.3f, bench.out("fill", n));
                b.copy(x, bench.out("copy", n));
                b.add(x, y, bench.out("add", n));
                b.subtract(x, y, bench.out("subtract", n));
                b.multiply(x, y, bench.out("multiply", n));
                b.scale(x, 0.7f, bench.out("scale", n));
                b.shift(x, 0.7f, bench.out("shift", n));
                b.step(x, 0.3f, bench.out("step", n));
                b.inverseRoot(x, 2, bench.out("inverse root", n));
                b.clamp(x, -0.3f, 0.4f, bench.out("clamp", n));
                Tensor chain = bench.out("chain", n);
                b.add(x, y, chain);
                b.multiply(chain, chain, chain);
                b.scale(chain, 3, chain);
                b.add(chain, x, chain);
                Tensor items = bench.in(5, n);
                b.scaleItems(items, bench.in(5), bench.out("scaled items", items));
                b.scaleItems(items, bench.in(1), bench.out("scaled by one", items));
                b.gatherRows(items, new int[] {4, 0, 4, 2}, bench.out("gathered", 4, n));
                Tensor labels = b.tensor(new float[] {4, 0, 7, 4, -1, 2}, Shape.of(6));
                b.lookUp(items, labels, bench.out("looked up", 6, n));
                b.lookUpGradient(bench.in(6, n), labels, Write.REPLACE, bench.out("table gradient", 5, n));
                b.lookUpGradient(bench.in(6, n), labels, Write.ADD, bench.out("table gradient added", 5, n));
                b.copyColumns(items, n / 2, bench.out("columns", 5, n + 3), 2, n - n / 2);
            });
        }
    }

    @ParameterizedTest
    @EnumSource(Activation.Kind.class)
    void activations(Activation.Kind kind) {
        Activation f = new Activation(kind, 0.3f);
        for (int n : sizes()) {
            sameBits(bench -> {
                Backend b = bench.backend;
                Tensor x = bench.in(n);
                b.scale(x, 5, x);
                Tensor y = bench.out("y", n);
                b.activate(f, x, y);
                b.activateGradient(f, x, y, bench.in(n), bench.out("gradient", n));
                b.activateCurvature(f, x, y, bench.in(n), bench.in(n), bench.out("curvature", n));
            });
        }
    }

    @Test
    void extremeValues() {
        float[] extremes = {0, -0f, 1e30f, -1e30f, 90, -90, Float.NaN, Float.POSITIVE_INFINITY, Float.MIN_VALUE, 88.8f};
        for (Activation.Kind kind : Activation.Kind.values()) {
            Activation f = new Activation(kind, 0.3f);
            sameBits(bench -> {
                Tensor x = bench.backend.tensor(extremes, Shape.of(extremes.length));
                bench.backend.activate(f, x, bench.out(kind.toString(), extremes.length));
            });
        }
    }

    @Test
    void activationsThatFollowAreOneKernelAndTheSameValues() {
        agree(50, bench -> {
            Backend b = bench.backend;
            Tensor product = bench.out("product", 9, 20);
            b.matmul(
                    Factor.of(bench.in(9, 50)),
                    Factor.of(bench.in(50, 20)),
                    Epilogue.bias(bench.in(20)),
                    Write.REPLACE,
                    product);
            b.activate(new Activation(Activation.Kind.LEAKY_RELU, 0.2f), product, bench.out("activated", product));
            Tensor x = bench.in(40, 20);
            Tensor normal = bench.out("normal", x);
            b.normalizeColumns(
                    x,
                    new Moments(bench.in(20), bench.positive(20), 0.1f),
                    new Affine(bench.in(20), bench.in(20)),
                    normal);
            b.activate(new Activation(Activation.Kind.TANH), normal, bench.out("activated normal", x));
            b.activate(new Activation(Activation.Kind.RELU), normal, bench.out("activated again", x));
            Tensor image = bench.out("image", 2, 6, 6, 3);
            b.convTranspose(
                    bench.in(2, 3, 3, 4),
                    bench.in(4, 4, 3, 4),
                    Epilogue.bias(bench.in(3)),
                    ConvGeometry.square(4, 2, 1),
                    image);
            b.activate(new Activation(Activation.Kind.TANH), image, bench.out("activated image", image));
        });
    }

    @Test
    void activationsInPlaceAreTheSameValues() {
        agree(50, bench -> {
            Backend b = bench.backend;
            Activation tanh = new Activation(Activation.Kind.TANH);
            Activation leaky = new Activation(Activation.Kind.LEAKY_RELU, 0.2f);
            Tensor a = bench.in(9, 50);
            b.matmul(
                    Factor.of(a),
                    Factor.of(bench.in(50, 20)),
                    new Epilogue(bench.in(20), leaky),
                    Write.REPLACE,
                    bench.out("product", 9, 20));
            Tensor weight = bench.in(4, 4, 3, 4);
            ConvGeometry g = ConvGeometry.square(4, 2, 1);
            b.conv(bench.in(2, 6, 6, 3), weight, new Epilogue(bench.in(4), tanh), g, bench.out("out", 2, 3, 3, 4));
            b.convTranspose(
                    bench.in(2, 3, 3, 4), weight, new Epilogue(bench.in(3), tanh), g, bench.out("image", 2, 6, 6, 3));
            Tensor x = bench.in(40, 20);
            Tensor mean = bench.out("mean", 20);
            Tensor variance = bench.out("variance", 20);
            Tensor gain = bench.in(20);
            Tensor shift = bench.in(20);
            Tensor y = bench.out("y", x);
            b.columnMoments(x, mean, variance);
            b.normalizeColumns(x, new Moments(mean, variance, 0.1f), new Affine(gain, shift), leaky, y);
            Tensor dGain = bench.out("dGain", 20);
            Tensor dShift = bench.out("dShift", 20);
            Tensor dy = bench.in(40, 20);
            b.normalizeColumnsGradients(
                    x,
                    y,
                    dy,
                    new Moments(mean, variance, 0.1f),
                    new Affine(gain, shift),
                    leaky,
                    new Affine(dGain, dShift),
                    bench.out("dx", x));
        });
    }
}
