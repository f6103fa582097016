import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes the micro-kernels of matrix products, VectorTile1 … VectorTile4, one for each number of vectors across.
 *
 * <p>A micro-kernel must name each accumulator: the JIT keeps a local variable in a register, but not an element of an
 * array, and it does not inline a helper that takes vectors into a method of this size. So they are written by this
 * program, and a test holds them to it. Run it from the project's folder: java src/main/kernels/WriteTiles.java
 */
public final class WriteTiles {
    static final int ROWS = 6;
    static final int TRANSPOSED_ROWS = 5;
    static final int MOST_VECTORS = 4;
    static final Path FOLDER = Path.of("src/main/java/io/github/grisaille/backend");

    private WriteTiles() {}

    public static void main(String[] arguments) throws IOException {
        for (int vectors = 1; vectors <= MOST_VECTORS; vectors++) {
            Files.writeString(FOLDER.resolve("VectorTile" + vectors + ".java"), source(vectors));
        }
    }

    static String source(int vectors) {
        return HEADER.replace("#", String.valueOf(vectors))
                + method("first", vectors, true, false)
                + method("more", vectors, false, false)
                + method("firstColumns", vectors, true, true)
                + method("moreColumns", vectors, false, true)
                + "}\n";
    }

    private static final String HEADER = """
            package io.github.grisaille.backend;

            import jdk.incubator.vector.FloatVector;
            import jdk.incubator.vector.VectorSpecies;

            /** A tile # vectors wide, in registers. Written by src/main/kernels/WriteTiles.java: change that, not this. */
            final class VectorTile# extends Tile {
                private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
                private static final int LANES = SPECIES.length();
                private static final int WIDTH = # * LANES;

                VectorTile#() {
                    super(WIDTH);
                }
            """;

    private static String method(String name, int vectors, boolean first, boolean columns) {
        int rows = columns ? TRANSPOSED_ROWS : ROWS;
        StringBuilder code = new StringBuilder("\n    @Override\n    void " + name + "(\n");
        if (columns) {
            code.append(
                            "            int inner,\n            float[] a,\n            int aFrom,\n            int aStep,\n")
                    .append("            float[] b,\n            int bFrom,\n");
        } else {
            code.append("            int inner,\n            float[] a,\n            int[] aPlaces,\n")
                    .append(
                            "            int row,\n            int aFrom,\n            float[] b,\n            int bFrom,\n");
        }
        if (first && !columns) {
            code.append("            float[] bias,\n            int biasFrom,\n");
        }
        code.append("            float[] c,\n");
        code.append(
                columns
                        ? "            int cFrom,\n            int cStep) {\n"
                        : "            int[] cPlaces,\n            int cFrom) {\n");
        if (!columns) {
            code.append(rows(r -> "        int a" + r + " = aPlaces[row + " + r + "] + aFrom;\n"));
            code.append(rows(r -> "        int c" + r + " = cPlaces[row + " + r + "] + cFrom;\n"));
        }
        for (int r = 0; r < rows; r++) {
            for (int v = 0; v < vectors; v++) {
                String start = columns
                        ? "zero(SPECIES)"
                        : "fromArray(SPECIES, " + (first ? "bias, biasFrom" : "c, c" + r) + lanes(v) + ")";
                code.append("        FloatVector s" + r + v + " = FloatVector." + start + ";\n");
            }
        }
        code.append("        int at = bFrom;\n");
        // counted by k also where left alone would do: or else it is a matter of luck how the JIT gives out registers
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
                String place = (columns ? "cFrom" + times(r) : "c" + r) + lanes(v);
                String old = columns && !first ? ".add(FloatVector.fromArray(SPECIES, c, " + place + "))" : "";
                code.append("        s" + r + v + old + ".intoArray(c, " + place + ");\n");
            }
        }
        return code.append("    }\n").toString();
    }

    private static String lanes(int v) {
        return v == 0 ? "" : v == 1 ? " + LANES" : " + " + v + " * LANES";
    }

    private static String times(int r) {
        return r == 0 ? "" : r == 1 ? " + cStep" : " + " + r + " * cStep";
    }

    private static String rows(IntFunction<String> line) {
        return IntStream.range(0, ROWS).mapToObj(line).collect(Collectors.joining());
    }
}
