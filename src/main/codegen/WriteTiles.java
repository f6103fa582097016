import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes the micro-kernels of matrix products, VectorRowTile and VectorColumnTile. Their names end with the number of
 * their rows and with the width of their panels in vectors.
 *
 * <p>A micro-kernel must name each accumulator. The JIT keeps a local variable in a register, but not an element of an
 * array. It also does not inline a helper that takes vectors into a method of this size. So this program writes the
 * micro-kernels, and a test checks that they are what it writes. There are only a few, because each is slow until the
 * JIT has compiled it. Run it from the project's folder: {@code java src/main/codegen/WriteTiles.java}
 */
public final class WriteTiles {
    static final Path FOLDER = Path.of("src/main/vector/io/github/grisaille/backend/cpu");

    private WriteTiles() {}

    /** The factor that a micro-kernel reads value by value: by rows or by columns. */
    private enum Left {
        ROW("extends RowTile", "super(#R, WIDTH);"),
        COLUMN("extends ColumnTile", "super(WIDTH);");

        private final String base;
        private final String constructor;

        Left(String base, String constructor) {
            this.base = base;
            this.constructor = constructor;
        }
    }

    private record Kernel(Left left, int rows, int vectors) {
        String name() {
            return (left == Left.ROW ? "VectorRowTile" : "VectorColumnTile") + rows + "x" + vectors;
        }
    }

    private static final List<Kernel> KERNELS = List.of(
            new Kernel(Left.ROW, 4, 3),
            new Kernel(Left.ROW, 6, 1),
            new Kernel(Left.ROW, 6, 2),
            new Kernel(Left.ROW, 6, 3),
            new Kernel(Left.ROW, 6, 4),
            new Kernel(Left.COLUMN, 6, 1),
            new Kernel(Left.COLUMN, 6, 2),
            new Kernel(Left.COLUMN, 6, 3),
            new Kernel(Left.COLUMN, 6, 4));

    public static void main(String[] arguments) throws IOException {
        for (Kernel kernel : KERNELS) {
            Files.writeString(FOLDER.resolve(kernel.name() + ".java"), source(kernel));
        }
    }

    private static String source(Kernel kernel) {
        String header = HEADER.replace("#NAME", kernel.name())
                .replace("#BASE", kernel.left.base)
                .replace("#CONSTRUCTOR", kernel.left.constructor)
                .replace("#R", String.valueOf(kernel.rows))
                .replace("#V", String.valueOf(kernel.vectors));
        return header + (kernel.left == Left.ROW ? rowKernel(kernel) : columnKernel(kernel)) + "}\n";
    }

    private static final String HEADER = """
            package io.github.grisaille.backend.cpu;

            import javax.annotation.processing.Generated;
            import jdk.incubator.vector.FloatVector;
            import jdk.incubator.vector.VectorSpecies;

            /** The micro-kernel for #R rows and panels of #V · LANES columns. The program WriteTiles writes this file. */
            @Generated("src/main/codegen/WriteTiles.java")
            final class #NAME #BASE {
                private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
                private static final int LANES = SPECIES.length();
                private static final int WIDTH = #V * LANES;

                #NAME() {
                    #CONSTRUCTOR
                }

                @Override
                void multiply(
                        int inner,
            """;

    private static String rowKernel(Kernel kernel) {
        StringBuilder code = new StringBuilder()
                .append(parameters("float[] a", "int[] aPlaces", "int row", "int aFrom", "float[] b", "int bFrom"))
                .append(parameters("float[] start", "int[] startPlaces", "int startFrom"))
                .append(lastParameters("float[] c", "int[] cPlaces", "int cFrom"));
        code.append("        int first = aPlaces[row] + aFrom;\n");
        code.append(
                each(1, kernel.rows, r -> "        int a" + r + " = aPlaces[row" + plus(r) + "] + aFrom - first;\n"));
        code.append(each(0, kernel.rows, r -> "        int c" + r + " = cPlaces[row" + plus(r) + "] + cFrom;\n"));
        code.append(
                each(0, kernel.rows, r -> "        int i" + r + " = startPlaces[row" + plus(r) + "] + startFrom;\n"));
        sums(
                code,
                kernel,
                (r, v) ->
                        "FloatVector " + sum(r, v) + " = FloatVector.fromArray(SPECIES, start, i" + r + lanes(v) + ")");
        code.append("        int end = first + inner;\n");
        code.append("        int at = bFrom;\n");
        // the place in the first row counts the loop: it needs no addition for each value
        code.append("        for (int k = first; k < end; k++) {\n");
        step(code, kernel, r -> "k" + (r == 0 ? "" : " + a" + r));
        sums(code, kernel, (r, v) -> sum(r, v) + ".intoArray(c, c" + r + lanes(v) + ")");
        return code.append("    }\n").toString();
    }

    private static String columnKernel(Kernel kernel) {
        StringBuilder code = new StringBuilder()
                .append(parameters("float[] a", "int aFrom", "int aStep", "float[] b", "int bFrom"))
                .append(parameters("float[] start", "int startFrom", "int startStep"))
                .append(lastParameters("float[] c", "int cFrom", "int cStep"));
        sums(code, kernel, (r, v) -> "FloatVector " + sum(r, v) + " = FloatVector.zero(SPECIES)");
        code.append("        int at = bFrom;\n");
        // the loop counts by k, although left alone would do: otherwise it is a matter of chance how well the JIT
        // assigns registers
        code.append("        for (int k = 0, left = aFrom; k < inner; k++, left += aStep) {\n");
        step(code, kernel, r -> "left" + plus(r));
        sums(
                code,
                kernel,
                (r, v) -> sum(r, v) + ".add(FloatVector.fromArray(SPECIES, start, startFrom" + times(r, "startStep")
                        + lanes(v) + ")).intoArray(c, cFrom" + times(r, "cStep") + lanes(v) + ")");
        return code.append("    }\n").toString();
    }

    /** The body of the loop: adds the product of one value of each row and one row of the panel to the sums. */
    private static void step(StringBuilder code, Kernel kernel, IntFunction<String> index) {
        code.append(each(
                0,
                kernel.vectors,
                v -> "            FloatVector b" + v + " = FloatVector.fromArray(SPECIES, b, at" + lanes(v) + ");\n"));
        for (int r = 0; r < kernel.rows; r++) {
            String type = r == 0 ? "FloatVector " : "";
            code.append("            " + type + "x = FloatVector.broadcast(SPECIES, a[" + index.apply(r) + "]);\n");
            for (int v = 0; v < kernel.vectors; v++) {
                code.append("            " + sum(r, v) + " = x.fma(b" + v + ", " + sum(r, v) + ");\n");
            }
        }
        code.append("            at += WIDTH;\n        }\n");
    }

    private interface OfSum {
        String line(int row, int vector);
    }

    private static void sums(StringBuilder code, Kernel kernel, OfSum lines) {
        for (int r = 0; r < kernel.rows; r++) {
            for (int v = 0; v < kernel.vectors; v++) {
                code.append("        " + lines.line(r, v) + ";\n");
            }
        }
    }

    private static String sum(int row, int vector) {
        return "s" + row + vector;
    }

    private static String parameters(String... parameters) {
        return Arrays.stream(parameters)
                .map(one -> "            " + one + ",\n")
                .collect(Collectors.joining());
    }

    private static String lastParameters(String... parameters) {
        String all = parameters(parameters);
        return all.substring(0, all.length() - ",\n".length()) + ") {\n";
    }

    private static String lanes(int v) {
        return times(v, "LANES");
    }

    private static String plus(int r) {
        return r == 0 ? "" : " + " + r;
    }

    private static String times(int r, String step) {
        return r == 0 ? "" : r == 1 ? " + " + step : " + " + r + " * " + step;
    }

    private static String each(int from, int to, IntFunction<String> line) {
        return IntStream.range(from, to).mapToObj(line).collect(Collectors.joining());
    }
}
