package io.github.grisaille.oracle.pytorch;

import java.util.Arrays;

/** Targets of a classification. PyTorch has the classes on the second axis, or numbers in place of rows. */
final class Classes {
    private Classes() {}

    /** The axis of the classes last. */
    static Nd last(Nd given) {
        int rank = given.rank();
        if (rank < 2) {
            return given.reshape(1, given.values().length);
        }
        int[] order = new int[rank];
        for (int i = 1; i < rank - 1; i++) {
            order[i] = i + 1;
        }
        order[rank - 1] = 1;
        return given.permute(order);
    }

    /** One row for each number. Rows of ignored numbers hold 1 for class 0, and their weight is 0. */
    static Nd oneHot(Nd numbers, int classes, int ignored) {
        double[] rows = new double[numbers.values().length * classes];
        for (int i = 0; i < numbers.values().length; i++) {
            int number = (int) numbers.values()[i];
            rows[i * classes + (number == ignored ? 0 : number)] = 1;
        }
        int[] shape = Arrays.copyOf(numbers.shape(), numbers.rank() + 1);
        shape[numbers.rank()] = classes;
        return numbers.rank() == 0 ? new Nd(new int[] {1, classes}, rows) : new Nd(shape, rows);
    }

    /** Whether each row has the sum 1. */
    static boolean probabilities(Nd rows) {
        int columns = rows.shape()[rows.rank() - 1];
        for (int row = 0; row < rows.values().length; row += columns) {
            if (Math.abs(Arrays.stream(rows.values(), row, row + columns).sum() - 1) > 1e-3) {
                return false;
            }
        }
        return true;
    }

    static boolean holds(Nd numbers, int ignored) {
        return Arrays.stream(numbers.values()).anyMatch(number -> (int) number == ignored);
    }

    /** 0 for each ignored number and 1 for each other, with a last axis of 1. */
    static Nd kept(Nd numbers, int ignored) {
        double[] kept = Arrays.stream(numbers.values())
                .map(number -> (int) number == ignored ? 0 : 1)
                .toArray();
        int[] shape = Arrays.copyOf(numbers.shape(), numbers.rank() + 1);
        shape[numbers.rank()] = 1;
        return new Nd(shape, kept);
    }
}
