import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes the micro-kernels of matrix products, VectorTile1 … VectorTile4. There is one for each width of a panel in
 * vectors.
 *
 * <p>A micro-kernel must name each accumulator. The JIT keeps a local variable in a register, but not an element of an
 * array. It also does not inline a helper that takes vectors into a method of this size. So this program writes the
 * micro-kernels, and a test checks that they are what it writes. There are only a few, because each is slow until the
 * JIT has compiled it. Run it from the project's folder: {@code java src/main/codegen/WriteTiles.java}
 */
public final class WriteTiles {
    static final int ROWS = 6;
    static final int TRANSPOSED_ROWS = 5;
    static final int MOST_VECTORS = 4;
    static final Path FOLDER = Path.of("src/main/vector/io/github/grisaille/backend/cpu");

    private WriteTiles() {}

    public static void main(String[] arguments) throws IOException {
        for (int vectors = 1; vectors <= MOST_VECTORS; vectors++) {
            Files.writeString(FOLDER.resolve("VectorTile" + vectors + ".java"), source(vectors));
        }
    }

    static String source(int vectors) {
        return HEADER.replace("#", String.valueOf(vectors))
                + method("rows", vectors, false)
                + method("columns", vectors, true)
                + "}\n";
    }

    private static final String HEADER = """
            package io.github.grisaille.backend.cpu;

            import javax.annotation.processing.Generated;
            import jdk.incubator.vector.FloatVector;
            import jdk.incubator.vector.VectorSpecies;

            /** The micro-kernel for panels of # · LANES columns. To change it, change WriteTiles, which writes it. */
            @Generated("src/main/codegen/WriteTiles.java")
            final class VectorTile# extends Tile {
                private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
                private static final int LANES = SPECIES.length();
                private static final int WIDTH = # * LANES;

                VectorTile#() {
                    super(WIDTH);
                }
            """;

    private static String method(String name, int vectors, boolean columns) {
        int rows = columns ? TRANSPOSED_ROWS : ROWS;
        StringBuilder code = new StringBuilder("\n    @Override\n    void " + name + "(\n            int inner,\n");
        if (columns) {
            code.append(parameters("float[] a", "int aFrom", "int aStep", "float[] b", "int bFrom"))
                    .append(parameters("float[] start", "int startFrom", "int startStep"))
                    .append(parameters("float[] c", "int cFrom", "int cStep"));
        } else {
            code.append(parameters("float[] a", "int[] aPlaces", "int row", "int aFrom", "float[] b", "int bFrom"))
                    .append(parameters("float[] start", "int[] startPlaces", "int startFrom"))
                    .append(parameters("float[] c", "int[] cPlaces", "int cFrom"));
        }
        code.setLength(code.length() - ",\n".length());
        code.append(") {\n");
        if (!columns) {
            code.append(rows(r -> "        int a" + r + " = aPlaces[row + " + r + "] + aFrom;\n"));
            code.append(rows(r -> "        int c" + r + " = cPlaces[row + " + r + "] + cFrom;\n"));
            code.append(rows(r -> "        int i" + r + " = startPlaces[row + " + r + "] + startFrom;\n"));
        }
        for (int r = 0; r < rows; r++) {
            for (int v = 0; v < vectors; v++) {
                String first = columns ? "zero(SPECIES)" : "fromArray(SPECIES, start, i" + r + lanes(v) + ")";
                code.append("        FloatVector s" + r + v + " = FloatVector." + first + ";\n");
            }
        }
        code.append("        int at = bFrom;\n");
        // the loop counts by k, although left alone would do: otherwise it is a matter of chance how well the JIT
        // assigns registers
        code.append(
                columns
                        ? "        for (int k = 0, left = aFrom; k < inner; k++, left += aStep) {\n"
                        : "        for (int k = 0; k < inner; k++) {\n");
        for (int v = 0; v < vectors; v++) {
            code.append(
                    "            FloatVector b" + v + " = FloatVector.fromArray(SPECIES, b, at" + lanes(v) + ");\n");
        }
        for (int r = 0; r < rows; r++) {
            String index = columns ? "left" + (r == 0 ? "" : " + " + r) : "a" + r + " + k";
            code.append("            " + (r == 0 ? "FloatVector " : "") + "x = FloatVector.broadcast(SPECIES, a["
                    + index + "]);\n");
            for (int v = 0; v < vectors; v++) {
                code.append("            s" + r + v + " = x.fma(b" + v + ", s" + r + v + ");\n");
            }
        }
        code.append("            at += WIDTH;\n        }\n");
        for (int r = 0; r < rows; r++) {
            for (int v = 0; v < vectors; v++) {
                String sum = "s" + r + v;
                String place = "c" + r;
                if (columns) {
                    String start = "startFrom" + times(r, "startStep") + lanes(v);
                    sum += ".add(FloatVector.fromArray(SPECIES, start, " + start + "))";
                    place = "cFrom" + times(r, "cStep");
                }
                code.append("        " + sum + ".intoArray(c, " + place + lanes(v) + ");\n");
            }
        }
        return code.append("    }\n").toString();
    }

    private static String parameters(String... parameters) {
        return Arrays.stream(parameters)
                .map(one -> "            " + one + ",\n")
                .collect(Collectors.joining());
    }

    private static String lanes(int v) {
        return v == 0 ? "" : v == 1 ? " + LANES" : " + " + v + " * LANES";
    }

    private static String times(int r, String step) {
        return r == 0 ? "" : r == 1 ? " + " + step : " + " + r + " * " + step;
    }

    private static String rows(IntFunction<String> line) {
        return IntStream.range(0, ROWS).mapToObj(line).collect(Collectors.joining());
    }
}
