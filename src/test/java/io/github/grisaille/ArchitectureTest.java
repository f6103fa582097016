package io.github.grisaille;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Storage;
import io.github.grisaille.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** Dependencies point one way, and only backends look inside a tensor. */
class ArchitectureTest {
    private static final String HOUSE = "io.github.grisaille.";

    private static final JavaClasses CODE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.github.grisaille");

    @Test
    void dependenciesPointOneWay() {
        layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("io.github.grisaille..")
                .layer("notebook")
                .definedBy(HOUSE + "notebook..")
                .layer("train")
                .definedBy(HOUSE + "train..")
                .layer("metric")
                .definedBy(HOUSE + "metric..")
                .layer("models")
                .definedBy(HOUSE + "nn..", HOUSE + "loss..", HOUSE + "optim..", HOUSE + "data..", HOUSE + "plot..")
                .layer("tensor")
                .definedBy(HOUSE + "tensor..")
                .layer("backend")
                .definedBy(HOUSE + "backend..")
                .whereLayer("notebook")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("train")
                .mayOnlyBeAccessedByLayers("notebook")
                .whereLayer("metric")
                .mayOnlyBeAccessedByLayers("train", "notebook")
                .whereLayer("models")
                .mayOnlyBeAccessedByLayers("metric", "train", "notebook")
                .whereLayer("backend")
                .mayNotBeAccessedByAnyLayer()
                .check(CODE);
    }

    @Test
    void onlyBackendsSeeStorage() {
        classes()
                .that()
                .implement(Storage.class)
                .should()
                .resideInAPackage(HOUSE + "backend..")
                .check(CODE);
    }

    /** Only the check of losses that are called by hand reads, and it does not in a training step. */
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
                .callMethod(Backend.class, "read", Tensor.class)
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
}
