package dev.holdfast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"ROLLING_RESTART", "KILL_REDIS", "LOSE_REDIS", "LOSE_REPLIES", "SILENCE_REDIS", "ROLL_BACK"})
    void nobody_loses_or_doubles_anything(Fault fault) {
        strike(services, fault);
    }

    /// Under load, with plain clients as well if they are promised to survive it.
    static void strike(Services services, Fault fault) {
        String suffix = fault.name().toLowerCase(Locale.ROOT);
        try (var run = new Run(services, SEED)) {
            run.v1("v1-1-" + suffix, 3, Habits.GOOD).v1("v1-2-" + suffix, 3, Habits.GOOD);
            if (fault.sparesPlain()) {
                run.plain("plain-1-" + suffix, 3).plain("plain-2-" + suffix, 3);
            }
            run.start();
            run.awaitProgress(5);
            long struckAtNanos = System.nanoTime();
            fault.strike(services, run);
            run.awaitProgress(5);
            run.finish();

            assertNothingLost(run.v1Tally(struckAtNanos), fault, "v1");
            if (fault.sparesPlain()) {
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
