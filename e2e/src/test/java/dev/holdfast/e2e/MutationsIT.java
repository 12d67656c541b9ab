package dev.holdfast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.e2e.Services.Setup;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/// The checker notices what a game-backend, a store or a client does wrong ([Checker]).
class MutationsIT {
    private static final String GAME = "mutation";
    private static final int ATTEMPTS = 5;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration MOMENT = Duration.ofSeconds(1);

    @Test
    void an_ack_before_the_append_is_caught() {
        List<String> hasty = Mutant.of(
                "dev/holdfast/game/table/Table.java",
                "Timer.Sample asked = meters.start();",
                "rulings.forEach(ruling -> ruling.whenDurable().run()); Timer.Sample asked = meters.start();");
        try (Services services = Services.onRedis(1, "always", Setup.usual().withBackend(hasty));
                var run = talking(services, Habits.GOOD)) {
            // Again, if the table waited for the store just then: nothing would be acked after that
            for (int attempt = 0; attempt < ATTEMPTS && !isAckedWithoutStore(services, run); attempt++) {
                services.store().wire().go();
            }
            services.backend().kill();
            services.store().wire().reset();
            restart(services.backend());
            run.finish();

            assertThat(run.violations()).anyMatch(violation -> violation.startsWith("invariant 1,"));
        }
    }

    private static boolean isAckedWithoutStore(Services services, Run run) {
        run.isTalking(false);
        run.awaitSettled();
        services.store().wire().stall();
        int arrived = run.arrived();
        run.isTalking(true);
        Fault.pass(MOMENT);
        return run.arrived() > arrived;
    }

    @Test
    void a_backend_without_de_duplication_is_caught() {
        List<String> forgetful = Mutant.of(
                "dev/holdfast/game/table/GameState.java",
                "return seq.isPresent() || original == null ? seq : original.appliedAt(player, id);",
                "return OptionalLong.empty();");
        try (Services services = Services.onSqlite(Setup.usual().withBackend(forgetful));
                var run = talking(services, Habits.GOOD)) {
            services.clientWires().forEach(Wire::swallowReplies);
            awaitEvents(services, 3);
            services.clientWires().forEach(Wire::reset);
            run.finish();

            assertThat(run.violations()).anyMatch(violation -> violation.startsWith("invariant 2,"));
        }
    }

    @Test
    void a_power_cut_on_a_store_that_syncs_once_a_second_is_caught() {
        Setup daring = Setup.usual().withEnvironment(Map.of("STORE_REQUIRE_DURABLE", "false"));
        try (Services services = Services.onRedis(1, "everysec", daring);
                var run = talking(services, Habits.GOOD)) {
            long synced = services.store().written();
            run.awaitProgress(2);
            services.backend().kill();
            services.store().server().kill();
            services.store().forgetAfter(synced);
            restart(services.store().server());
            restart(services.backend());
            run.finish();

            assertThat(run.violations()).anyMatch(violation -> violation.startsWith("invariant 1,"));
        }
    }

    @Test
    void a_client_without_the_gap_rule_is_caught() {
        try (Services services = Services.onSqlite();
                var run = talking(services, new Habits(false, true, 7, false))) {
            run.awaitProgress(20);
            run.finish();

            assertThat(run.violations()).anyMatch(violation -> violation.startsWith("invariant 4,"));
        }
    }

    private static Run talking(Services services, Habits habits) {
        var run = new Run(services, 1);
        run.v1(GAME, 3, habits).start();
        run.awaitProgress(5);
        return run;
    }

    /// Until the log has so many more events.
    private static void awaitEvents(Services services, int more) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        long newest = services.log().read(GAME, 1).getLast().seq();
        while (services.log().read(GAME, newest).getLast().seq() < newest + more) {
            assertThat(System.nanoTime())
                    .as("waiting for %d events after %d", more, newest)
                    .isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    private static void restart(Service service) {
        service.launch();
        service.awaitReady();
    }
}
