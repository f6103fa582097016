package io.github.grisaille.backend.cpu;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Finds out whether a virtual machine runs the Vector API fast. A machine that does not compile vectors to instructions
 * of the processor makes an object of each vector. The vector loops then take 6 to 1000 times as long as plain loops.
 *
 * @param name as in the system property {@code java.vm.name}
 * @param mode as in {@code java.vm.info}, which every machine has
 * @param version of Java, such as 17
 * @param option the value of an option of HotSpot, or empty if it is not known
 * @param fusesInHardware whether a fused multiply-add is an instruction; asked only if no option says it
 */
record VirtualMachine(
        String name,
        String mode,
        int version,
        Function<String, Optional<String>> option,
        BooleanSupplier fusesInHardware) {
    /** Part of the name of a HotSpot with all its compilers, from any vendor. */
    private static final String WITH_C2 = "Server VM";

    /** The first version of Java in which Graal compiles vectors. In older versions, only some editions do. */
    private static final int GRAAL_WITH_VECTORS = 25;

    /** The level of compilation by C2. The lower levels are by C1. */
    private static final String HIGHEST_LEVEL = "4";

    /**
     * A fused multiply-add in software takes over 50 times as long as a product and a sum, and one in hardware at most
     * 3 times. This limit is between them.
     */
    private static final int FAR_SLOWER = 12;

    private static final int ROUNDS = 10;
    private static final int CALLS = 20;

    /** The machine that runs this code. */
    static VirtualMachine own() {
        return new VirtualMachine(
                System.getProperty("java.vm.name", ""),
                System.getProperty("java.vm.info", ""),
                Runtime.version().feature(),
                VirtualMachine::ownOption,
                VirtualMachine::fusesQuickly);
    }

    /** Why vectors are slow here and what to do about it, or empty if they are fast. */
    Optional<String> slowVectors() {
        if (!name.contains(WITH_C2)) {
            return Optional.of("it is not known whether " + name
                    + " compiles vectors: take a JDK with HotSpot's C2, such as Temurin");
        }
        if (mode.contains("interpreted") || is("UseCompiler", "false")) {
            return Optional.of("this Java only interprets: leave out -Xint, -XX:-UseCompiler, -XX:TieredStopAtLevel=0");
        }
        if (withoutC2()) {
            return Optional.of("this Java compiles without C2, which knows vectors: leave out -XX:TieredStopAtLevel and"
                    + " -XX:CompilationMode=quick-only");
        }
        if (is("EnableVectorSupport", "false")) {
            return Optional.of("this Java makes an object of every vector: leave out -XX:-EnableVectorSupport");
        }
        if (is("UseJVMCICompiler", "true") && version < GRAAL_WITH_VECTORS) {
            return Optional.of("the compiler of this Java is Graal, which knows vectors from Java " + GRAAL_WITH_VECTORS
                    + " on: take a newer one, or leave out -XX:+UseJVMCICompiler");
        }
        boolean fuses = option.apply("UseFMA").map(Boolean::parseBoolean).orElseGet(fusesInHardware::getAsBoolean);
        if (!fuses) {
            return Optional.of("this Java has no fused multiply-add in hardware, and vectors need it: leave out"
                    + " -XX:-UseFMA, -XX:UseAVX=0 and -XX:UseSSE, or take a processor with FMA (from Intel since 2013,"
                    + " from AMD since 2012, any 64-bit Arm)");
        }
        return Optional.empty();
    }

    private boolean is(String wanted, String value) {
        return option.apply(wanted).filter(value::equals).isPresent();
    }

    /** Whether C2 compiles nothing. Without tiers, C2 compiles everything, and the highest level does not matter. */
    private boolean withoutC2() {
        boolean stopsBelow = option.apply("TieredStopAtLevel")
                .filter(level -> !level.equals(HIGHEST_LEVEL))
                .isPresent();
        return mode.contains("emulated-client") || stopsBelow && !is("TieredCompilation", "false");
    }

    /**
     * The value of an option of this machine. It is empty if the module of the bean is absent, if the machine has no
     * such bean, or if the option is locked.
     */
    private static Optional<String> ownOption(String wanted) {
        try {
            return Optional.of(ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .getVMOption(wanted)
                    .getValue());
        } catch (RuntimeException | LinkageError unknown) {
            return Optional.empty();
        }
    }

    /**
     * Measures whether a fused multiply-add is fast. HotSpot's interpreter uses the instruction too, so nothing has to
     * be compiled first. Several rounds are measured, and the fastest counts, because it has the least noise.
     */
    static boolean fusesQuickly() {
        long fused = Long.MAX_VALUE;
        long apart = Long.MAX_VALUE;
        float sum = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            for (int i = 0; i < CALLS; i++) {
                sum = Math.fma(1.1f, i + 0.3f, sum);
            }
            long middle = System.nanoTime();
            for (int i = 0; i < CALLS; i++) {
                sum = multiplyAdd(1.1f, i + 0.3f, sum);
            }
            fused = Math.min(fused, middle - start);
            apart = Math.min(apart, System.nanoTime() - middle);
        }
        // the sum is used here, so that no compiler removes the loops
        return sum > 0 && fused < FAR_SLOWER * Math.max(1, apart);
    }

    private static float multiplyAdd(float a, float b, float c) {
        return a * b + c;
    }
}
