package io.github.grisaille.backend.cpu;

import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.PointwiseLoss;
import java.lang.reflect.InvocationTargetException;
import java.util.Optional;

/**
 * The innermost loops, of which there are two sets: {@link PlainKernels}, plain Java, is the reference; VectorKernels
 * says the same in the JDK's Vector API. Everything around them is written once.
 */
abstract class Kernels {
    private static final String VECTOR_MODULE = "jdk.incubator.vector";
    private static final String VECTOR_KERNELS = "io.github.grisaille.backend.cpu.VectorKernels";
    private static final String CHOICE = "grisaille.kernels";
    /** Vectors of two floats gain nothing over plain loops. */
    private static final int FEWEST_LANES = 4;

    private static final class Best {
        static final Kernels KERNELS = find(System.getProperty(CHOICE));
    }

    /**
     * The vector kernels where the JDK's module is there and vectors are fast, and the plain ones otherwise, with a line on
     * standard error that says why and what to do. {@code -Dgrisaille.kernels=plain} asks for the plain ones, and {@code
     * vector} for vectors even where they are slow.
     */
    static Kernels best() {
        return Best.KERNELS;
    }

    private static Kernels find(String choice) {
        if ("plain".equals(choice)) {
            return new PlainKernels();
        }
        if (choice != null && !choice.equals("vector")) {
            throw new IllegalArgumentException("-D" + CHOICE + "=" + choice + ": wanted is plain or vector");
        }
        if (ModuleLayer.boot().findModule(VECTOR_MODULE).isEmpty()) {
            System.err.println("Grisaille runs on plain loops, several times slower than it could: start java with"
                    + " --add-modules " + VECTOR_MODULE);
            return new PlainKernels();
        }
        Kernels vector = vector();
        Optional<String> slow = VirtualMachine.own().slowVectors();
        if (slow.isEmpty() && vector.tiles()[0].width() < FEWEST_LANES) {
            slow = Optional.of("they hold only two numbers: leave out -XX:MaxVectorSize, or take a processor with wider"
                    + " vectors");
        }
        if (slow.isEmpty()) {
            return vector;
        }
        if (choice == null) {
            System.err.println("Grisaille runs on plain loops, since vectors are slow here: " + slow.get());
            return new PlainKernels();
        }
        System.err.println("Grisaille runs on vectors, as -D" + CHOICE + "=" + choice
                + " says, though plain loops are faster here: " + slow.get());
        return vector;
    }

    /** The vector kernels are compiled apart and found by name, so that all else loads without the module. */
    static Kernels vector() {
        try {
            return (Kernels)
                    Class.forName(VECTOR_KERNELS).getDeclaredConstructor().newInstance();
        } catch (InvocationTargetException failed) {
            throw new IllegalStateException("the vector kernels did not start", failed.getCause());
        } catch (ReflectiveOperationException missing) {
            throw new IllegalStateException(VECTOR_KERNELS + " is missing from the class path", missing);
        }
    }

    /** For people: the kind of loops, and the width of a vector. */
    abstract String name();

    /** Tiles, narrow to wide; widths are multiples of the first's. */
    abstract Tile[] tiles();

    /** Sums and normalisation over columns. */
    abstract Columns columns();

    /** See {@link MatrixVector#rows}; {@code from} is a multiple of 8. */
    abstract void rowsTimesVector(float[] a, int inner, float[] x, float[] y, int from, int to);

    /** See {@link MatrixVector#columns}; {@code from} is a multiple of every vector's length. */
    abstract void vectorTimesColumns(float[] a, int rows, int width, float[] x, float[] y, int from, int to);

    /** See {@link Pointwise#activate}. */
    abstract void activate(Activation f, float[] x, float[] y, int from, int to);

    /** See {@link Pointwise#activateGradient}. */
    abstract void activateGradient(Activation f, float[] x, float[] y, float[] dy, float[] dx, int from, int to);

    /** See {@link Pointwise#loss}. */
    abstract double loss(
            PointwiseLoss loss, float[] p, float[] target, float factor, float[] gradient, int from, int to);

    /** See {@link Pointwise#keepGreater}. */
    abstract void keepGreater(float[] x, int from, float place, float[] y, float[] places, int at, int count);

    /** See {@link Pointwise#addWhere}. */
    abstract void addWhere(float[] places, float place, float[] x, int from, float[] y, int at, int count);

    /** Σ x. */
    abstract double sum(float[] x, int from, int to);

    /** Σ x². */
    abstract double sumOfSquares(float[] x, int from, int to);

    /** Whether no value is a NaN or an infinity. */
    abstract boolean finite(float[] x, int from, int to);

    /** See {@link FastMath#boxMuller}. */
    abstract void boxMuller(float[] x, float[] y, int count);

    /** The transforms of a form, each in one direction. */
    abstract WinogradTransforms winograd(WinogradForm form);
}
