package io.github.grisaille.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A tensor as text: its shape, then its values row by row in nested brackets, as NumPy prints them. Of a long axis only
 * the ends are shown. Only what is shown is read from the device.
 */
final class TensorText {
    /** An axis with more values than this is cut. */
    private static final int MOST = 8;

    private static final int AT_ENDS = 3;
    private static final String LEFT_OUT = "…";
    private static final double LARGE = 1e5;
    private static final double SMALL = 1e-3;

    private TensorText() {}

    static String of(Tensor x) {
        Shape shape = x.shape();
        String head = "Tensor " + shape;
        if (shape.rank() == 0) {
            return head + " " + format(x.toArray()).get(0);
        }
        int width = shape.axis(-1);
        // the last two axes are a matrix; of the axes before them only the first item is shown
        int height = shape.rank() == 1 ? 1 : shape.axis(-2);
        int[] rows = ends(height);
        int[] columns = ends(width);
        float[] values =
                Slices.gather(x.reshape(x.size() / width, width), real(rows)).toArray();
        int[] places = real(columns);
        float[] shown = new float[real(rows).length * places.length];
        for (int i = 0; i < shown.length; i++) {
            shown[i] = values[i / places.length * width + places[i % places.length]];
        }
        List<String> lines = lines(format(shown), rows, columns);
        String indent = " ".repeat(Math.max(1, shape.rank() - 1));
        String matrix = shape.rank() == 1 ? lines.get(0) : "[" + String.join(",\n" + indent, lines) + "]";
        return head + "\n" + nested(matrix, shape);
    }

    /** Puts the brackets of the axes before the matrix around it. */
    private static String nested(String matrix, Shape shape) {
        String text = matrix;
        for (int axis = shape.rank() - 3; axis >= 0; axis--) {
            String more = shape.axis(axis) > 1 ? ",\n" + " ".repeat(axis + 1) + LEFT_OUT : "";
            text = "[" + text + more + "]";
        }
        return text;
    }

    /** The indices of an axis that are shown, with −1 where some are left out. */
    private static int[] ends(int extent) {
        return extent <= MOST
                ? IntStream.range(0, extent).toArray()
                : IntStream.concat(
                                IntStream.concat(IntStream.range(0, AT_ENDS), IntStream.of(-1)),
                                IntStream.range(extent - AT_ENDS, extent))
                        .toArray();
    }

    private static int[] real(int[] indices) {
        return IntStream.of(indices).filter(i -> i >= 0).toArray();
    }

    /** One line for each row that is shown; values have one width, so that they stand in columns. */
    private static List<String> lines(List<String> values, int[] rows, int[] columns) {
        int widest = values.stream().mapToInt(String::length).max().orElse(0);
        List<String> lines = new ArrayList<>();
        int at = 0;
        for (int row : rows) {
            if (row < 0) {
                lines.add(LEFT_OUT);
                continue;
            }
            List<String> cells = new ArrayList<>();
            for (int column : columns) {
                cells.add(
                        column < 0
                                ? LEFT_OUT
                                : " ".repeat(widest - values.get(at).length()) + values.get(at++));
            }
            lines.add("[" + String.join(", ", cells) + "]");
        }
        return lines;
    }

    /** Formats values alike: all as integers if they are, with four decimals, or with an exponent. */
    private static List<String> format(float[] values) {
        boolean integers = true;
        double largest = 0;
        for (float value : values) {
            if (Float.isFinite(value)) {
                integers &= value == Math.rint(value);
                largest = Math.max(largest, Math.abs(value));
            }
        }
        boolean exponent = largest >= LARGE * (integers ? 10 : 1) || largest > 0 && largest < SMALL;
        String pattern = exponent ? "%.3e" : integers ? "%.0f" : "%.4f";
        return IntStream.range(0, values.length)
                .mapToObj(i -> Float.isFinite(values[i])
                        // adding 0 turns −0 into 0
                        ? String.format(Locale.ROOT, pattern, values[i] + 0f)
                        : String.valueOf(values[i]))
                .collect(Collectors.toList());
    }
}
