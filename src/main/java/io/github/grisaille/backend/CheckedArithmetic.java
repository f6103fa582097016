package io.github.grisaille.backend;

import static io.github.grisaille.backend.Operands.broadcast;
import static io.github.grisaille.backend.Operands.convolution;
import static io.github.grisaille.backend.Operands.lookedUp;
import static io.github.grisaille.backend.Operands.repeated;
import static io.github.grisaille.backend.Operands.sameSize;
import static io.github.grisaille.backend.Operands.shares;
import static io.github.grisaille.backend.Operands.sized;
import static io.github.grisaille.backend.Operands.summed;

import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.ConvGeometry;
import io.github.grisaille.tensor.Epilogue;
import io.github.grisaille.tensor.Factor;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Checks the operands of arithmetic: transfers, element-wise operations, broadcasting, reductions, products and random
 * numbers.
 * {@link CheckedBackend} checks the other primitives.
 */
abstract class CheckedArithmetic extends OwnershipCheck {
    final Primitives loops;

    CheckedArithmetic(Primitives loops) {
        this.loops = loops;
    }

    // ---- transfers

    @Override
    public final void write(float[] values, Tensor y) {
        if (values.length < y.size()) {
            throw new IllegalArgumentException(
                    "writing a tensor of shape " + y.shape() + " needs " + y.size() + " values; got " + values.length);
        }
        own(y);
        loops.transfers().write(values, y);
    }

    @Override
    public final void write(Consumer<float[]> writer, Tensor y) {
        own(y);
        loops.transfers().write(writer, y);
    }

    @Override
    public final void writeBytes(byte[] bytes, int[] items, float[] levels, Tensor y) {
        int width = Operands.itemBytes("writeBytes", bytes, items, levels, y);
        own(y);
        loops.transfers().writeBytes(bytes, items, width, levels, y);
    }

    @Override
    public final float[] read(Tensor x) {
        own(x);
        return loops.transfers().read(x);
    }

    @Override
    public final float[] readEach(List<Tensor> ones) {
        for (Tensor one : ones) {
            sized("readEach", one, 1);
            own(one);
        }
        return loops.transfers().readEach(ones);
    }

    // ---- element by element

    @Override
    public final void fill(float value, Tensor y) {
        own(y);
        loops.elements().fill(value, y);
    }

    @Override
    public final void copy(Tensor x, Tensor y) {
        sameSize("copy", x, y);
        own(x, y);
        loops.elements().copy(x, y);
    }

    @Override
    public final void gatherRows(Tensor x, int[] rows, Tensor y) {
        sized("gatherRows", y, rows.length * (x.size() / x.axis(0)));
        for (int row : rows) {
            Objects.checkIndex(row, x.axis(0));
        }
        own(x, y);
        loops.elements().gatherRows(x, rows, y);
    }

    @Override
    public final void copyColumns(Tensor x, int from, Tensor y, int to, int count) {
        sized("copyColumns", y, x.shape().rows() * y.axis(-1));
        Objects.checkFromIndexSize(from, count, x.axis(-1));
        Objects.checkFromIndexSize(to, count, y.axis(-1));
        own(x, y);
        loops.elements().copyColumns(x, from, y, to, count);
    }

    @Override
    public final void lookUp(Tensor table, Tensor labels, Tensor y) {
        lookedUp("lookUp", table, labels, y);
        own(table, labels, y);
        loops.elements().lookUp(table, labels, y);
    }

    @Override
    public final void lookUpGradient(Tensor dy, Tensor labels, Write write, Tensor dTable) {
        lookedUp("lookUpGradient", dTable, labels, dy);
        own(dy, labels, dTable);
        loops.elements().lookUpGradient(dy, labels, write, dTable);
    }

    @Override
    public final void add(Tensor a, Tensor b, Tensor y) {
        sameSize("add", a, b, y);
        own(a, b, y);
        loops.elements().add(a, b, y);
    }

    @Override
    public final void subtract(Tensor a, Tensor b, Tensor y) {
        sameSize("subtract", a, b, y);
        own(a, b, y);
        loops.elements().subtract(a, b, y);
    }

    @Override
    public final void multiply(Tensor a, Tensor b, Tensor y) {
        sameSize("multiply", a, b, y);
        own(a, b, y);
        loops.elements().multiply(a, b, y);
    }

    @Override
    public final void scale(Tensor x, float factor, Tensor y) {
        sameSize("scale", x, y);
        own(x, y);
        loops.elements().scale(x, factor, y);
    }

    @Override
    public final void shift(Tensor x, float amount, Tensor y) {
        sameSize("shift", x, y);
        own(x, y);
        loops.elements().shift(x, amount, y);
    }

    @Override
    public final void scaleItems(Tensor x, Tensor factors, Tensor y) {
        sameSize("scaleItems", x, y);
        if (factors.size() != 1) {
            sized("scaleItems", factors, x.axis(0));
        }
        own(x, factors, y);
        loops.elements().scaleItems(x, factors, y);
    }

    @Override
    public final void clamp(Tensor x, float low, float high, Tensor y) {
        sameSize("clamp", x, y);
        own(x, y);
        loops.elements().clamp(x, low, high, y);
    }

    @Override
    public final void inverseRoot(Tensor x, float epsilon, Tensor y) {
        sameSize("inverseRoot", x, y);
        own(x, y);
        loops.elements().inverseRoot(x, epsilon, y);
    }

    @Override
    public final void step(Tensor x, float threshold, Tensor y) {
        sameSize("step", x, y);
        own(x, y);
        loops.elements().step(x, threshold, y);
    }

    @Override
    public final void activate(Activation f, Tensor x, Tensor y) {
        sameSize("activate", x, y);
        own(x, y);
        loops.elements().activate(f, x, y);
    }

    @Override
    public final void activateGradient(Activation f, Tensor x, Tensor y, Tensor dy, Tensor dx) {
        sameSize("activateGradient", x, y);
        sameSize("activateGradient", x, dy, dx);
        own(x, y);
        own(dy, dx);
        loops.elements().activateGradient(f, x, y, dy, dx);
    }

    @Override
    public final void activateCurvature(Activation f, Tensor x, Tensor y, Tensor dy, Tensor direction, Tensor dx) {
        sameSize("activateCurvature", x, y, dy);
        sameSize("activateCurvature", x, direction, dx);
        own(x, y, dy);
        own(direction, dx);
        loops.elements().activateCurvature(f, x, y, dy, direction, dx);
    }

    // ---- broadcasting

    @Override
    public final void addBroadcast(Tensor a, Tensor b, Tensor y) {
        broadcast("addBroadcast", a, b, y);
        own(a, b, y);
        loops.broadcasts().addBroadcast(a, b, y);
    }

    @Override
    public final void multiplyBroadcast(Tensor a, Tensor b, Tensor y) {
        broadcast("multiplyBroadcast", a, b, y);
        own(a, b, y);
        loops.broadcasts().multiplyBroadcast(a, b, y);
    }

    @Override
    public final void repeat(Tensor x, Tensor y) {
        repeated("repeat", x, y);
        own(x, y);
        loops.broadcasts().repeat(x, y);
    }

    @Override
    public final void blend(Tensor a, Tensor b, Tensor share, Tensor y) {
        sameSize("blend", a, b, y);
        shares("blend", share, y);
        own(a, b, y);
        own(share);
        loops.broadcasts().blend(a, b, share, y);
    }

    @Override
    public final void sumOver(Tensor x, Write write, Tensor y) {
        summed("sumOver", x, y);
        own(x, y);
        loops.broadcasts().sumOver(x, write, y);
    }

    // ---- reductions

    @Override
    public final void sum(Tensor x, Tensor total) {
        sized("sum", total, 1);
        own(x, total);
        loops.reductions().sum(x, total);
    }

    @Override
    public final void minimum(Tensor x, Tensor least) {
        sized("minimum", least, 1);
        own(x, least);
        loops.reductions().minimum(x, least);
    }

    @Override
    public final void maximum(Tensor x, Tensor greatest) {
        sized("maximum", greatest, 1);
        own(x, greatest);
        loops.reductions().maximum(x, greatest);
    }

    @Override
    public final void sumOfSquares(Tensor x, Write write, Tensor total) {
        sized("sumOfSquares", total, 1);
        own(x, total);
        loops.reductions().sumOfSquares(x, write, total);
    }

    @Override
    public final void itemDots(Tensor a, Tensor b, Tensor y) {
        sameSize("itemDots", a, b);
        sized("itemDots", y, a.axis(0));
        own(a, b, y);
        loops.reductions().itemDots(a, b, y);
    }

    @Override
    public final void columnSums(Tensor x, Write write, Tensor sums) {
        sized("columnSums", sums, x.axis(-1));
        own(x, sums);
        loops.reductions().columnSums(x, write, sums);
    }

    @Override
    public final void flagNonFinite(Tensor x, int step, int slot, Tensor flags) {
        Objects.checkIndex(slot, flags.size());
        own(x, flags);
        loops.reductions().flagNonFinite(x, step, slot, flags);
    }

    // ---- products

    @Override
    public final void matmul(Factor a, Factor b, Epilogue epilogue, Write write, Tensor c) {
        Operands.product(a, b, epilogue, write, c);
        own(a.tensor(), b.tensor(), c);
        ownIfPresent(epilogue.bias());
        loops.products().matmul(a, b, epilogue, write, c);
    }

    @Override
    public final void conv(Tensor image, Tensor weight, Epilogue epilogue, ConvGeometry geometry, Tensor out) {
        convolution("conv", image, weight, geometry, out);
        Operands.epilogue("conv", epilogue, out.axis(3));
        own(image, weight, out);
        ownIfPresent(epilogue.bias());
        loops.products().conv(image, weight, epilogue, geometry, out);
    }

    @Override
    public final void convTranspose(Tensor out, Tensor weight, Epilogue epilogue, ConvGeometry geometry, Tensor image) {
        convolution("convTranspose", image, weight, geometry, out);
        Operands.epilogue("convTranspose", epilogue, image.axis(3));
        own(image, weight, out);
        ownIfPresent(epilogue.bias());
        loops.products().convTranspose(out, weight, epilogue, geometry, image);
    }

    @Override
    public final void convWeightGradient(Tensor image, Tensor out, ConvGeometry geometry, Write write, Tensor dWeight) {
        convolution("convWeightGradient", image, dWeight, geometry, out);
        own(image, out, dWeight);
        loops.products().convWeightGradient(image, out, geometry, write, dWeight);
    }

    // ---- random numbers

    @Override
    public final void uniform(RandomStream random, float low, float high, Tensor y) {
        own(y);
        loops.random().uniform(random, low, high, y);
    }

    @Override
    public final void normal(RandomStream random, float mean, float deviation, Tensor y) {
        own(y);
        loops.random().normal(random, mean, deviation, y);
    }

    @Override
    public final void bernoulli(RandomStream random, float probability, Tensor y) {
        own(y);
        loops.random().bernoulli(random, probability, y);
    }

    @Override
    public final void dropout(RandomStream random, float rate, Tensor x, Tensor mask, Tensor y) {
        sameSize("dropout", x, mask, y);
        own(x, mask, y);
        loops.random().dropout(random, rate, x, mask, y);
    }
}
