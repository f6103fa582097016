package io.github.grisaille.nn;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Epilogue;
import io.github.grisaille.tensor.Factor;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;

/**
 * The weights of a linear layer as a matrix W with one column for each output channel. The rows are all that an output
 * sums: the taps and the input channels of a convolution.
 */
interface WeightMatrix {
    /** The number of columns. */
    int outputs();

    /** The number of rows. */
    int inputs();

    /** Memory that all products of one pass can use, or null if they need none. */
    Tensor room(Pass pass);

    /** left = W · right. */
    void multiply(Tensor right, Tensor left, Tensor room);

    /** right = Wᵀ · left. */
    void multiplyTransposed(Tensor left, Tensor right, Tensor room);

    /** Adds left · rightᵀ to the gradient of the weights. */
    void accumulateProduct(Tensor left, Tensor right, Pass pass);

    /** Weights whose last axis is the outputs: those of {@link Dense} and {@link Conv2d}. */
    record OutputsLast(Parameter weight) implements WeightMatrix {
        @Override
        public int outputs() {
            return weight.shape().axis(-1);
        }

        @Override
        public int inputs() {
            return weight.shape().rows();
        }

        private Factor matrix(boolean transposed) {
            return new Factor(weight.value().reshape(inputs(), outputs()), transposed);
        }

        @Override
        public Tensor room(Pass pass) {
            return null;
        }

        @Override
        public void multiply(Tensor right, Tensor left, Tensor room) {
            left.backend().matmul(Factor.of(right.reshape(1, outputs())), matrix(true), left.reshape(1, inputs()));
        }

        @Override
        public void multiplyTransposed(Tensor left, Tensor right, Tensor room) {
            right.backend().matmul(Factor.of(left.reshape(1, inputs())), matrix(false), right.reshape(1, outputs()));
        }

        @Override
        public void accumulateProduct(Tensor left, Tensor right, Pass pass) {
            weight.accumulate((write, dWeight) -> dWeight.backend()
                    .matmul(
                            Factor.transposed(left.reshape(1, inputs())),
                            Factor.of(right.reshape(1, outputs())),
                            Epilogue.NONE,
                            write,
                            dWeight.reshape(inputs(), outputs())));
        }
    }

    /**
     * Weights whose axis before the last is the outputs: those of {@link ConvTranspose2d}, (kernel height, kernel width,
     * outputs, input channels). With one axis for all taps, W·right is the sum of the weights times right over the
     * middle axis, and Wᵀ·left is the sum of the weights times left over the two other axes.
     */
    record OutputsBeforeLast(Parameter weight) implements WeightMatrix {
        private int taps() {
            return weight.shape().axis(0) * weight.shape().axis(1);
        }

        private int channels() {
            return weight.shape().axis(3);
        }

        @Override
        public int outputs() {
            return weight.shape().axis(2);
        }

        @Override
        public int inputs() {
            return taps() * channels();
        }

        private Tensor cube(Tensor weights) {
            return weights.reshape(taps(), outputs(), channels());
        }

        private Tensor rows(Tensor left) {
            return left.reshape(taps(), 1, channels());
        }

        private Tensor columns(Tensor right) {
            return right.reshape(1, outputs(), 1);
        }

        @Override
        public Tensor room(Pass pass) {
            return pass.scratch(Shape.of(taps(), outputs(), channels()));
        }

        @Override
        public void multiply(Tensor right, Tensor left, Tensor room) {
            sumOfProducts(columns(right), rows(left), room);
        }

        @Override
        public void multiplyTransposed(Tensor left, Tensor right, Tensor room) {
            sumOfProducts(rows(left), columns(right), room);
        }

        private void sumOfProducts(Tensor vector, Tensor result, Tensor products) {
            products.backend().multiplyBroadcast(cube(weight.value()), vector, products);
            products.backend().sumOver(products, Write.REPLACE, result);
        }

        @Override
        public void accumulateProduct(Tensor left, Tensor right, Pass pass) {
            weight.accumulate((write, dWeight) -> {
                Backend backend = dWeight.backend();
                if (write.adds()) {
                    Tensor product = room(pass);
                    backend.multiplyBroadcast(rows(left), columns(right), product);
                    backend.add(dWeight, product, dWeight);
                } else {
                    backend.multiplyBroadcast(rows(left), columns(right), cube(dWeight));
                }
            });
        }
    }
}
