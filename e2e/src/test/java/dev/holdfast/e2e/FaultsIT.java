package dev.holdfast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Each fault alone, under load, on SQLite.
class FaultsIT {
    private static final long SEED = 1;
    private static Services services;

    @BeforeAll
    static void start() {
        services = Services.onSqlite();
        System.out.println(Tally.header());
    }

    @AfterAll
    static void stop() {
        services.close();
    }

    @Test
    void nobody_loses_or_doubles_anything_when_the_backend_is_killed() {
        strike(services, Fault.KILL_BACKEND, true);
    }

    @Test
    void nobody_loses_or_doubles_anything_when_the_backend_is_redeployed() {
        strike(services, Fault.REDEPLOY_BACKEND, true);
    }

    @Test
    void nobody_loses_or_doubles_anything_when_the_backend_hangs() {
        strike(services, Fault.PAUSE_BACKEND, true);
    }

    @Test
    void no_v1_player_loses_or_doubles_anything_when_the_gateway_is_killed() {
        strike(services, Fault.KILL_GATEWAY, false);
    }

    @Test
    void no_v1_player_loses_or_doubles_anything_when_the_gateway_drains() {
        strike(services, Fault.DRAIN_GATEWAY, false);
    }

    /// @param withPlain whether plain clients are promised to survive this
    static void strike(Services services, Fault fault, boolean withPlain) {
        String suffix = fault.name().toLowerCase(Locale.ROOT);
        try (var run = new Run(services, SEED)) {
            run.v1("v1-1-" + suffix, 3, Habits.GOOD).v1("v1-2-" + suffix, 3, Habits.GOOD);
            if (withPlain) {
                run.plain("plain-1-" + suffix, 3).plain("plain-2-" + suffix, 3);
            }
            run.start();
            run.awaitProgress(5);
            long struckAtNanos = System.nanoTime();
            fault.strike(services);
            run.awaitProgress(5);
            run.finish();

            assertNothingLost(run.v1Tally(struckAtNanos), fault, "v1");
            if (withPlain) {
                assertNothingLost(run.plainTally(struckAtNanos), fault, "plain");
            }
            assertThat(run.violations()).isEmpty();
        }
    }

    private static void assertNothingLost(Tally tally, Fault fault, String client) {
        System.out.println(tally.row(fault.title(), client));
        assertThat(tally.sent()).isPositive();
        assertThat(tally.lost()).as("lost").isZero();
        assertThat(tally.doubled()).as("doubled").isZero();
    }
}
