package io.github.grisaille.backend.cpu;

import java.lang.reflect.InvocationTargetException;
import java.util.Optional;

/** Chooses between the vector loops and the plain loops. */
final class LoopChoice {
    private static final String VECTOR_MODULE = "jdk.incubator.vector";
    private static final String VECTOR_LOOPS = "io.github.grisaille.backend.cpu.VectorInnerLoops";
    private static final String CHOICE = "grisaille.kernels";
    /** Vectors of two floats are not faster than plain loops. */
    private static final int FEWEST_LANES = 4;

    private static final class Best {
        static final InnerLoops LOOPS = find(System.getProperty(CHOICE));
    }

    /**
     * The vector loops if the JDK's vector module is present and vectors are fast. Otherwise the plain loops, and a
     * line on standard error says why and what to do. {@code -Dgrisaille.kernels=plain} asks for the plain loops, and
     * {@code -Dgrisaille.kernels=vector} for vectors even where they are slow.
     */
    static InnerLoops best() {
        return Best.LOOPS;
    }

    private static InnerLoops find(String choice) {
        if ("plain".equals(choice)) {
            return new PlainInnerLoops();
        }
        if (choice != null && !choice.equals("vector")) {
            throw new IllegalArgumentException("-D" + CHOICE + "=" + choice + ": must be plain or vector");
        }
        if (ModuleLayer.boot().findModule(VECTOR_MODULE).isEmpty()) {
            System.err.println("Grisaille runs on plain loops, several times slower than it could: start java with"
                    + " --add-modules " + VECTOR_MODULE);
            return new PlainInnerLoops();
        }
        InnerLoops vector = vector();
        Optional<String> slow = VirtualMachine.own().slowVectors();
        if (slow.isEmpty() && vector.rowTiles()[0].width() < FEWEST_LANES) {
            slow = Optional.of("they hold only two numbers: leave out -XX:MaxVectorSize, or take a processor with wider"
                    + " vectors");
        }
        if (slow.isEmpty()) {
            return vector;
        }
        if (choice == null) {
            System.err.println("Grisaille runs on plain loops, since vectors are slow here: " + slow.get());
            return new PlainInnerLoops();
        }
        System.err.println("Grisaille runs on vectors, as -D" + CHOICE + "=" + choice
                + " says, though plain loops are faster here: " + slow.get());
        return vector;
    }

    /**
     * Makes the vector loops. They are compiled apart and found by name, so that all other classes load without the
     * vector module.
     */
    static InnerLoops vector() {
        try {
            return (InnerLoops)
                    Class.forName(VECTOR_LOOPS).getDeclaredConstructor().newInstance();
        } catch (InvocationTargetException failed) {
            throw new IllegalStateException("the vector loops could not be made", failed.getCause());
        } catch (ReflectiveOperationException missing) {
            throw new IllegalStateException(VECTOR_LOOPS + " is missing from the class path", missing);
        }
    }

    private LoopChoice() {}
}
