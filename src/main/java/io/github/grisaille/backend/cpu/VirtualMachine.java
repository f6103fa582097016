package io.github.grisaille.backend.cpu;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * What a virtual machine makes of the Vector API. Where it does not compile vectors to instructions of the processor, each
 * becomes an object, and the vector kernels take 6 to 1000 times as long as plain loops.
 *
 * @param name as in the system property {@code java.vm.name}
 * @param mode as in {@code java.vm.info}, which every machine has
 * @param version of Java, such as 17
 * @param option what an option of HotSpot's is set to; empty where it is not known
 * @param fusesInHardware whether a fused multiply-add is an instruction; asked only where no option says it
 */
record VirtualMachine(
        String name,
        String mode,
        int version,
        Function<String, Optional<String>> option,
        BooleanSupplier fusesInHardware) {
    /** HotSpot with all its compilers, whoever built it. */
    private static final String WITH_C2 = "Server VM";

    /** Graal compiles vectors from here on; before, in some editions only. */
    private static final int GRAAL_WITH_VECTORS = 25;

    /** C1 below, C2 at it. */
    private static final String HIGHEST_LEVEL = "4";

    /** By software it takes over 50 times as long as the product and the sum by themselves, by hardware at most 3 times. */
    private static final int FAR_SLOWER = 12;

    private static final int ROUNDS = 10;
    private static final int CALLS = 20;

    /** The one that runs this. */
    static VirtualMachine own() {
        return new VirtualMachine(
                System.getProperty("java.vm.name", ""),
                System.getProperty("java.vm.info", ""),
                Runtime.version().feature(),
                VirtualMachine::ownOption,
                VirtualMachine::fusesQuickly);
    }

    /** Why vectors are slow here and what to do about it; empty where they are fast. */
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

    /** Without tiers C2 compiles everything, whatever the highest level is. */
    private boolean withoutC2() {
        boolean stopsBelow = option.apply("TieredStopAtLevel")
                .filter(level -> !level.equals(HIGHEST_LEVEL))
                .isPresent();
        return mode.contains("emulated-client") || stopsBelow && !is("TieredCompilation", "false");
    }

    /** The module of the bean may be absent, other machines have no such bean, and locked options are not shown. */
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
     * By the clock. HotSpot's interpreter takes the instruction too, so nothing has to be compiled first; the fastest of
     * some rounds is no noise.
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
        // the sum is looked at, so that no compiler leaves the loops out
        return sum > 0 && fused < FAR_SLOWER * Math.max(1, apart);
    }

    private static float multiplyAdd(float a, float b, float c) {
        return a * b + c;
    }
}
