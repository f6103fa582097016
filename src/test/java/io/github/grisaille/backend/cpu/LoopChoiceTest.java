package io.github.grisaille.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Which loops a JVM chooses, and what it prints about them. JVMs in which vectors are slow run as processes of their
 * own.
 */
class LoopChoiceTest {
    private static final String PLAIN = "Grisaille runs on plain loops, since vectors are slow here: ";
    private static final String NO_FMA = "this Java has no fused multiply-add in hardware";
    /** Leaves out the module of the bean that knows HotSpot's options. */
    private static final String FEW_MODULES =
            "--limit-modules=java.base,java.logging,java.desktop,jdk.incubator.vector";

    @TempDir
    Path folder;

    private record Said(String lines, String complaints) {}

    /**
     * Runs two steps of a small DCGAN in a JVM with these options. They would take minutes if the JVM used very slow
     * vectors.
     */
    private Said train(String... options) throws Exception {
        Path lines = folder.resolve("lines");
        Path complaints = folder.resolve("complaints");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "--add-modules=jdk.incubator.vector"));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), LoopChoiceMain.class.getName()));
        Process process = new ProcessBuilder(command)
                .redirectOutput(lines.toFile())
                .redirectError(complaints.toFile())
                .start();
        boolean ended = process.waitFor(2, TimeUnit.MINUTES);
        process.destroyForcibly();
        Said said = new Said(
                Files.readString(lines, StandardCharsets.UTF_8), Files.readString(complaints, StandardCharsets.UTF_8));
        assertThat(ended).as("ended within two minutes; so far: %s", said).isTrue();
        assertThat(process.exitValue()).as(said.toString()).isZero();
        return said;
    }

    private static void assumeX86() {
        assumeTrue(
                List.of("amd64", "x86_64").contains(System.getProperty("os.arch")),
                "a processor can be told to have no fused multiply-add only on x86: Arm always has it");
    }

    private static void assumeVectors() {
        assumeTrue(
                System.getProperty("java.vm.name").contains("Server VM"), "the options are those of HotSpot with C2");
        assumeTrue(
                VirtualMachine.own()
                        .option()
                        .apply("UseFMA")
                        .filter("true"::equals)
                        .isPresent(),
                "this processor has no fused multiply-add, and nothing else slows vectors down first");
    }

    private static void assertOneLine(Said said, String line) {
        assertThat(said.complaints().lines().filter(text -> text.startsWith("Grisaille")))
                .singleElement()
                .asString()
                .startsWith(line)
                .containsAnyOf("leave out ", "take a ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-XX:-UseFMA", "-XX:UseAVX=0"})
    void withoutFusedMultiplyAddsTrainingRunsOnPlainLoops(String option) throws Exception {
        assumeVectors();
        assumeX86();
        Said said = train(option);
        assertThat(said.lines())
                .contains("plain loops")
                .contains("generator loss")
                .doesNotContain("NaN");
        assertOneLine(said, PLAIN + NO_FMA);
        Said byTheClock = train(FEW_MODULES, option);
        assertThat(byTheClock.lines()).isEqualTo(said.lines());
        assertOneLine(byTheClock, PLAIN + NO_FMA);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-Xint | this Java only interprets",
                "-XX:-UseCompiler | this Java only interprets",
                "-XX:TieredStopAtLevel=0 | this Java only interprets",
                "-XX:TieredStopAtLevel=1 | this Java compiles without C2",
                "-XX:TieredStopAtLevel=3 | this Java compiles without C2",
                "-XX:CompilationMode=quick-only | this Java compiles without C2",
                "-XX:+UnlockExperimentalVMOptions -XX:-EnableVectorSupport | this Java makes an object of every vector"
            })
    void whereVectorsAreNotCompiledTrainingRunsOnPlainLoops(String options, String reason) throws Exception {
        assumeVectors();
        Said said = train(options.split(" "));
        assertThat(said.lines()).contains("plain loops").contains("generator loss");
        assertOneLine(said, PLAIN + reason);
    }

    @Test
    void vectorsOfTwoNumbersAreNotWorthIt() throws Exception {
        assumeVectors();
        assumeX86();
        Said said = train("-XX:MaxVectorSize=8");
        assertThat(said.lines()).contains("plain loops").contains("generator loss");
        assertOneLine(said, PLAIN + "they hold only two numbers");
    }

    @Test
    void fastVectorsAreUsedAndNothingIsPrinted() throws Exception {
        assumeVectors();
        for (String options : List.of("-XX:-UseSuperWord", FEW_MODULES, "-XX:-TieredCompilation")) {
            Said said = train(options);
            assertThat(said.lines()).as(options).contains("vectors of ");
            assertThat(said.complaints()).as(options).doesNotContain("Grisaille");
        }
    }

    @Test
    void slowVectorsAreUsedOnDemandWithAMessage() throws Exception {
        assumeVectors();
        Said said = train("-XX:TieredStopAtLevel=1", "-Dgrisaille.kernels=vector");
        assertThat(said.lines()).contains("vectors of ");
        assertOneLine(
                said,
                "Grisaille runs on vectors, as -Dgrisaille.kernels=vector says, though plain loops are faster here:"
                        + " this Java compiles without C2");
        assertThat(train("-XX:TieredStopAtLevel=1", "-Dgrisaille.kernels=plain").complaints())
                .doesNotContain("Grisaille");
    }

    private static Optional<String> slow(String name, int version, Map<String, String> options, boolean fuses) {
        return new VirtualMachine(
                        name, "mixed mode", version, wanted -> Optional.ofNullable(options.get(wanted)), () -> fuses)
                .slowVectors();
    }

    /** Machines that a test cannot start. */
    @Test
    void otherMachines() {
        String hotSpot = "OpenJDK 64-Bit Server VM";
        assertThat(slow(hotSpot, 17, Map.of("UseFMA", "true"), false)).isEmpty();
        assertThat(slow(hotSpot, 17, Map.of(), true)).isEmpty();
        assertThat(slow(hotSpot, 17, Map.of(), false)).get().asString().startsWith(NO_FMA);
        assertThat(slow("Eclipse OpenJ9 VM", 21, Map.of("UseFMA", "true"), true))
                .hasValue("it is not known whether Eclipse OpenJ9 VM compiles vectors: take a JDK with HotSpot's C2,"
                        + " such as Temurin");
        assertThat(slow("OpenJDK Client VM", 17, Map.of(), true)).isPresent();
        assertThat(slow("OpenJDK 64-Bit Zero VM", 25, Map.of(), true)).isPresent();
        Map<String, String> graal = Map.of("UseJVMCICompiler", "true", "UseFMA", "true");
        assertThat(slow(hotSpot, 21, graal, true)).get().asString().startsWith("the compiler of this Java is Graal");
        assertThat(slow(hotSpot, 25, graal, true)).isEmpty();
    }

    @Test
    void theClockSaysTheSameEachTime() {
        assumeVectors();
        for (int i = 0; i < 100; i++) {
            assertThat(VirtualMachine.fusesQuickly()).as("time " + i).isTrue();
        }
    }

    @Test
    void otherValuesOfTheOptionAreRefused() throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dgrisaille.kernels=fast",
                "-cp",
                System.getProperty("java.class.path"),
                LoopChoiceMain.class.getName());
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isNotZero();
        assertThat(said).contains("-Dgrisaille.kernels=fast: must be plain or vector");
    }
}
