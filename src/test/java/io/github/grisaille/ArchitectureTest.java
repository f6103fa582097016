package io.github.grisaille;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Storage;
import io.github.grisaille.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What each package may use, and what only some classes may do. */
class ArchitectureTest {
    private static final String HOUSE = "io.github.grisaille.";

    /** Package → the packages it may use. A row uses only packages of rows above it, so there can be no cycle. */
    private static final Map<String, Set<String>> MAY_USE = Map.ofEntries(
            entry("tensor", Set.of()),
            entry("backend", Set.of("tensor")),
            entry("backend.cpu", Set.of("tensor", "backend")),
            entry("backend.cuda", Set.of("tensor", "backend")),
            entry("io", Set.of("tensor")),
            entry("data", Set.of("tensor", "io")),
            entry("plot", Set.of("tensor", "io")),
            entry("nn", Set.of("tensor", "io")),
            entry("loss", Set.of("tensor", "nn")),
            entry("optim", Set.of("tensor", "nn")),
            entry("metric", Set.of("tensor", "io", "data", "plot", "nn", "loss")),
            entry("train", Set.of("tensor", "io", "data", "plot", "nn", "loss", "optim", "metric")),
            entry("train.gan", Set.of("tensor", "io", "data", "plot", "nn", "loss", "optim", "metric", "train")),
            entry("notebook", Set.of("tensor", "data", "plot", "nn", "train")));

    private static final JavaClasses CODE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.github.grisaille");

    private static String packageOf(JavaClass type) {
        return type.getPackageName().substring(HOUSE.length());
    }

    @Test
    void everyPackageIsInTheTable() {
        Set<String> missing = new TreeSet<>();
        CODE.forEach(type -> missing.add(packageOf(type)));
        missing.removeAll(MAY_USE.keySet());
        assertThat(missing)
                .as(
                        "packages that are not in ArchitectureTest.MAY_USE: add a row for each, with the packages it may use")
                .isEmpty();
    }

    @Test
    void everyPackageUsesOnlyWhatTheTableAllows() {
        Set<String> forbidden = new TreeSet<>();
        for (JavaClass type : CODE) {
            String from = packageOf(type);
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                if (!target.getPackageName().startsWith(HOUSE)) {
                    continue;
                }
                String to = packageOf(target);
                if (!to.equals(from) && !MAY_USE.getOrDefault(from, Set.of()).contains(to)) {
                    forbidden.add(from + " must not use " + to + ": " + dependency.getDescription());
                }
            }
        }
        assertThat(forbidden)
                .as("dependencies that ArchitectureTest.MAY_USE does not allow: move the code to a package that may")
                .isEmpty();
    }

    /** Follows the code and not the table, so that a wrong row cannot hide a cycle. */
    @Test
    void packagesFormNoCycles() {
        slices().matching(HOUSE + "(**)").should().beFreeOfCycles().check(CODE);
    }

    @Test
    void onlyBackendsStoreValues() {
        classes()
                .that()
                .implement(Storage.class)
                .should()
                .resideInAPackage(HOUSE + "backend.*")
                .check(CODE);
    }

    /** HandCheck checks losses that are called by hand. It reads values, but never in a training step. */
    @Test
    void layersLossesAndOptimisersNeverReadValues() {
        noClasses()
                .that()
                .resideInAnyPackage(HOUSE + "nn..", HOUSE + "loss..", HOUSE + "optim..")
                .and()
                .doNotHaveFullyQualifiedName(HOUSE + "loss.HandCheck")
                .should()
                .callMethod(Tensor.class, "toArray")
                .orShould()
                .callMethod(Tensor.class, "item")
                .orShould()
                .callMethodWhere(target(nameMatching("read|readEach")).and(target(owner(assignableTo(Backend.class)))))
                .check(CODE);
    }

    /** Without the instruction, Math.fma takes over 50 times as long. VirtualMachine uses it to measure that. */
    @Test
    void plainLoopsDoWithoutFusedMultiplyAdds() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(HOUSE + "backend.cpu.VirtualMachine")
                .should()
                .callMethodWhere(target(nameMatching("fma")).and(target(owner(assignableTo(Math.class)))))
                .check(CODE);
    }

    @Test
    void onlyNotebookKnowsKernels() {
        noClasses()
                .that()
                .resideOutsideOfPackage(HOUSE + "notebook..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.dflib.jjava..", "io.github.spencerpark..")
                .check(CODE);
    }

    /** The incubating module is compiled apart, so its users have a source root of their own. */
    @Test
    void onlyTheVectorSourceRootUsesTheVectorApi() throws IOException {
        Path root = Path.of("src/main/vector");
        Set<String> sources = new TreeSet<>();
        try (Stream<Path> files = Files.walk(root)) {
            files.filter(Files::isRegularFile)
                    .forEach(
                            file -> sources.add(root.relativize(file).toString().replace('\\', '/')));
        }
        Set<String> users = new TreeSet<>();
        for (JavaClass type : CODE) {
            if (type.getDirectDependenciesFromSelf().stream().anyMatch(ArchitectureTest::onVectorApi)) {
                String folder = type.getPackageName().replace('.', '/');
                users.add(folder + "/"
                        + type.getSource().orElseThrow().getFileName().orElseThrow());
            }
        }
        assertThat(users)
                .as("users of jdk.incubator.vector outside src/main/vector")
                .isNotEmpty()
                .isSubsetOf(sources);
        assertThat(sources)
                .as("src/main/vector holds only classes of backend.cpu that are named Vector…")
                .allMatch(source -> source.startsWith("io/github/grisaille/backend/cpu/Vector"));
    }

    private static boolean onVectorApi(Dependency dependency) {
        return dependency.getTargetClass().getPackageName().startsWith("jdk.incubator");
    }
}
