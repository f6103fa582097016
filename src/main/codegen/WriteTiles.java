import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes the micro-kernels of matrix products, VectorRowTile1 … 4 and VectorColumnTile1 … 4. There is one for each width
 * of a panel in vectors.
 *
 * <p>A micro-kernel must name each accumulator. The JIT keeps a local variable in a register, but not an element of an
 * array. It also does not inline a helper that takes vectors into a method of this size. So this program writes the
 * micro-kernels, and a test checks that they are what it writes. There are only a few, because each is slow until the
 * JIT has compiled it. Run it from the project's folder: {@code java src/main/codegen/WriteTiles.java}
 */
public final class WriteTiles {
    static final int MOST_VECTORS = 4;
    static final Path FOLDER = Path.of("src/main/vector/io/github/grisaille/backend/cpu");

    private WriteTiles() {}

    /** The factor that a micro-kernel reads value by value: by rows or by columns. */
    private enum Left {
        ROW("RowTile", 6),
        COLUMN("ColumnTile", 5);

        private final String tile;
        private final int rows;

        Left(String tile, int rows) {
            this.tile = tile;
            this.rows = rows;
        }
    }

    public static void main(String[] arguments) throws IOException {
        for (Left left : Left.values()) {
            for (int vectors = 1; vectors <= MOST_VECTORS; vectors++) {
                Files.writeString(FOLDER.resolve("Vector" + left.tile + vectors + ".java"), source(left, vectors));
            }
        }
    }

    private static String source(Left left, int vectors) {
        String header = HEADER.replace("#TILE", left.tile).replace("#V", String.valueOf(vectors));
        return header + (left == Left.ROW ? rowKernel(vectors) : columnKernel(vectors)) + "}\n";
    }

    private static final String HEADER = """
            package io.github.grisaille.backend.cpu;

            import javax.annotation.processing.Generated;
            import jdk.incubator.vector.FloatVector;
            import jdk.incubator.vector.VectorSpecies;

            /** The micro-kernel for panels of #V · LANES columns. The program WriteTiles writes this file. */
            @Generated("src/main/codegen/WriteTiles.java")
            final class Vector#TILE#V extends #TILE {
                private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
                private static final int LANES = SPECIES.length();
                private static final int WIDTH = #V * LANES;

                Vector#TILE#V() {
                    super(WIDTH);
                }

                @Override
                void multiply(
                        int inner,
            """;

    private static String rowKernel(int vectors) {
        StringBuilder code = new StringBuilder()
                .append(parameters("float[] a", "int[] aPlaces", "int row", "int aFrom", "float[] b", "int bFrom"))
                .append(parameters("float[] start", "int[] startPlaces", "int startFrom"))
                .append(lastParameters("float[] c", "int[] cPlaces", "int cFrom"));
        code.append(each(Left.ROW.rows, r -> "        int a" + r + " = aPlaces[row" + plus(r) + "] + aFrom;\n"));
        code.append(each(Left.ROW.rows, r -> "        int c" + r + " = cPlaces[row" + plus(r) + "] + cFrom;\n"));
        code.append(
                each(Left.ROW.rows, r -> "        int i" + r + " = startPlaces[row" + plus(r) + "] + startFrom;\n"));
        sums(
                code,
                Left.ROW,
                vectors,
                (r, v) ->
                        "FloatVector " + sum(r, v) + " = FloatVector.fromArray(SPECIES, start, i" + r + lanes(v) + ")");
        code.append("        int at = bFrom;\n");
        code.append("        for (int k = 0; k < inner; k++) {\n");
        step(code, Left.ROW, vectors, r -> "a" + r + " + k");
        sums(code, Left.ROW, vectors, (r, v) -> sum(r, v) + ".intoArray(c, c" + r + lanes(v) + ")");
        return code.append("    }\n").toString();
    }

    private static String columnKernel(int vectors) {
        StringBuilder code = new StringBuilder()
                .append(parameters("float[] a", "int aFrom", "int aStep", "float[] b", "int bFrom"))
                .append(parameters("float[] start", "int startFrom", "int startStep"))
                .append(lastParameters("float[] c", "int cFrom", "int cStep"));
        sums(code, Left.COLUMN, vectors, (r, v) -> "FloatVector " + sum(r, v) + " = FloatVector.zero(SPECIES)");
        code.append("        int at = bFrom;\n");
        // the loop counts by k, although left alone would do: otherwise it is a matter of chance how well the JIT
        // assigns registers
        code.append("        for (int k = 0, left = aFrom; k < inner; k++, left += aStep) {\n");
        step(code, Left.COLUMN, vectors, r -> "left" + plus(r));
        sums(
                code,
                Left.COLUMN,
                vectors,
                (r, v) -> sum(r, v) + ".add(FloatVector.fromArray(SPECIES, start, startFrom" + times(r, "startStep")
                        + lanes(v) + ")).intoArray(c, cFrom" + times(r, "cStep") + lanes(v) + ")");
        return code.append("    }\n").toString();
    }

    /** The body of the loop: adds the product of one value of each row and one row of the panel to the sums. */
    private static void step(StringBuilder code, Left left, int vectors, IntFunction<String> index) {
        code.append(each(
                vectors,
                v -> "            FloatVector b" + v + " = FloatVector.fromArray(SPECIES, b, at" + lanes(v) + ");\n"));
        for (int r = 0; r < left.rows; r++) {
            String type = r == 0 ? "FloatVector " : "";
            code.append("            " + type + "x = FloatVector.broadcast(SPECIES, a[" + index.apply(r) + "]);\n");
            for (int v = 0; v < vectors; v++) {
                code.append("            " + sum(r, v) + " = x.fma(b" + v + ", " + sum(r, v) + ");\n");
            }
        }
        code.append("            at += WIDTH;\n        }\n");
    }

    private interface OfSum {
        String line(int row, int vector);
    }

    private static void sums(StringBuilder code, Left left, int vectors, OfSum lines) {
        for (int r = 0; r < left.rows; r++) {
            for (int v = 0; v < vectors; v++) {
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

    private static String each(int count, IntFunction<String> line) {
        return IntStream.range(0, count).mapToObj(line).collect(Collectors.joining());
    }
}
