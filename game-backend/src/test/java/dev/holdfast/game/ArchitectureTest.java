package dev.holdfast.game;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final String ROOT = "dev.holdfast.game";

    /// Not what an earlier build has generated: Spring's AOT processing.
    private static final ImportOption WRITTEN = location -> !location.contains("__");

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(WRITTEN)
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);
    private static final JavaClasses ALL =
            new ClassFileImporter().withImportOption(WRITTEN).importPackages(ROOT);

    @Test
    void packages_depend_on_each_other_one_way() {
        Architectures.layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("root")
                .definedBy(ROOT)
                .layer("drain")
                .definedBy(ROOT + ".drain..")
                .layer("session")
                .definedBy(ROOT + ".session..")
                .layer("api")
                .definedBy(ROOT + ".api..")
                .layer("table")
                .definedBy(ROOT + ".table..")
                .layer("wire")
                .definedBy(ROOT + ".wire..")
                .layer("seat")
                .definedBy(ROOT + ".seat..")
                .layer("rules")
                .definedBy(ROOT + ".rules..")
                .layer("log")
                .definedBy(ROOT + ".log..")
                .layer("observe")
                .definedBy(ROOT + ".observe..")
                .layer("trace")
                .definedBy(ROOT + ".trace..")
                .whereLayer("root")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("drain")
                .mayOnlyBeAccessedByLayers("root")
                .whereLayer("session")
                .mayOnlyBeAccessedByLayers("root", "drain")
                .whereLayer("api")
                .mayOnlyBeAccessedByLayers("root")
                .whereLayer("table")
                .mayOnlyBeAccessedByLayers("root", "session", "api", "drain")
                .whereLayer("seat")
                .mayOnlyBeAccessedByLayers("root", "session", "table")
                .whereLayer("rules")
                .mayNotAccessAnyLayer()
                .whereLayer("log")
                .mayNotAccessAnyLayer()
                .whereLayer("observe")
                .mayNotAccessAnyLayer()
                .whereLayer("trace")
                .mayOnlyBeAccessedByLayers("session")
                .whereLayer("trace")
                .mayNotAccessAnyLayer()
                .whereLayer("wire")
                .mayOnlyAccessLayers("rules")
                .check(MAIN);
    }

    @Test
    void there_are_no_cycles() {
        SlicesRuleDefinition.slices()
                .matching(ROOT + ".(*)..")
                .should()
                .beFreeOfCycles()
                .check(MAIN);
    }

    @Test
    void only_wire_knows_jackson() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".wire..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("tools.jackson..", "com.fasterxml.jackson..")
                .check(MAIN);
    }

    @Test
    void rules_are_plain_java() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".rules..")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages(
                        "java.lang..", "java.math..", "java.util..", "org.jspecify..", ROOT + ".rules..")
                .check(MAIN);
    }

    @Test
    void nothing_sleeps() {
        noClasses()
                .should()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Thread.class, "sleep", java.time.Duration.class)
                .check(ALL);
    }

    @Test
    void nothing_blocks_on_a_publisher() {
        noClasses()
                .should()
                .callMethodWhere(com.tngtech.archunit.core.domain.JavaCall.Predicates.target(
                                com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching(
                                        "block(First|Last|Optional)?"))
                        .and(com.tngtech.archunit.core.domain.JavaCall.Predicates.target(
                                com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner(
                                        com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage(
                                                "reactor..")))))
                .check(MAIN);
    }
}
