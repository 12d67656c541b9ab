package dev.holdfast.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class ArchitectureTest {
    private static final String ROOT = "dev.holdfast.gateway.";

    /// Not what an earlier build has generated: Spring's AOT processing.
    private static final ImportOption WRITTEN = location -> !location.contains("__");

    private static final JavaClasses ALL =
            new ClassFileImporter().withImportOption(WRITTEN).importPackages("dev.holdfast.gateway");
    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(WRITTEN)
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.holdfast.gateway");

    @Test
    void features_do_not_depend_on_each_other_in_circles() {
        slices().matching(ROOT + "(*)..").should().beFreeOfCycles().check(MAIN);
    }

    @Test
    void a_leg_knows_nothing_of_what_is_made_of_it() {
        mayOnlyDependOn("leg");
    }

    @Test
    void keep_alive_decides_without_knowing_the_relay() {
        mayOnlyDependOn("keepalive");
    }

    @Test
    void a_link_knows_legs_only() {
        mayOnlyDependOn("link", "leg");
    }

    @Test
    void the_relay_knows_legs_links_and_the_keep_alive_only() {
        mayOnlyDependOn("relay", "leg", "link", "keepalive");
    }

    @Test
    void dialling_knows_legs_links_and_spans_only() {
        mayOnlyDependOn("backend", "leg", "link", "trace");
    }

    @Test
    void the_hot_path_has_no_spring_and_no_reactor() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT + "relay", ROOT + "leg", ROOT + "link", ROOT + "keepalive")
                .and()
                .haveSimpleNameNotEndingWith("Properties")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework..", "reactor..", "io.micrometer..")
                .check(MAIN);
    }

    @Test
    void nobody_blocks() {
        noClasses()
                .should()
                .callMethodWhere(DescribedPredicate.describe(
                        "Mono.block or Flux.block…",
                        call -> (call.getTargetOwner().isEquivalentTo(Mono.class)
                                        || call.getTargetOwner().isEquivalentTo(Flux.class))
                                && call.getName().startsWith("block")))
                .check(MAIN);
    }

    @Test
    void nobody_sleeps_not_even_a_test() {
        noClasses().should().callMethod(Thread.class, "sleep", long.class).check(ALL);
    }

    private void mayOnlyDependOn(String feature, String... others) {
        String[] allowed = new String[others.length + 1];
        allowed[0] = ROOT + feature;
        for (int i = 0; i < others.length; i++) {
            allowed[i + 1] = ROOT + others[i];
        }
        noClasses()
                .that()
                .resideInAPackage(ROOT + feature)
                .should()
                .dependOnClassesThat(JavaClass.Predicates.resideInAPackage("dev.holdfast..")
                        .and(DescribedPredicate.not(JavaClass.Predicates.resideInAnyPackage(allowed))))
                .check(MAIN);
    }
}
