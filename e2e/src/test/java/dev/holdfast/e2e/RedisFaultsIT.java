package dev.holdfast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Two replicas of everything on one Redis, with each game's players on both of them: no affinity at all.
class RedisFaultsIT {
    private static Services services;

    @BeforeAll
    static void start() {
        services = Services.onRedis(2);
        System.out.println(Tally.header());
    }

    @AfterAll
    static void stop() {
        services.close();
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "KILL_REDIS",
                "LOSE_REDIS",
                "LOSE_REPLIES",
                "SILENCE_REDIS",
                "ROLL_BACK",
                "KILL_BACKEND",
                "PAUSE_BACKEND",
                "ROLLING_RESTART"
            })
    void nobody_loses_or_doubles_anything(Fault fault) {
        FaultsIT.strike(services, fault);
    }

    @Test
    void players_survive_what_a_lossy_network_drops_and_what_comes_twice() {
        try (var run = new Run(services, 1)) {
            run.v1("lossy", 3, new Habits(true, true, 7, true)).start();
            run.awaitProgress(20);
            run.finish();
            assertThat(run.violations()).isEmpty();
        }
    }

    @Test
    void a_player_without_the_gap_rule_is_caught() {
        try (var run = new Run(services, 1)) {
            run.v1("no-gap-rule", 3, new Habits(false, true, 7, false)).start();
            run.awaitProgress(20);
            run.finish();
            assertThat(run.violations()).anyMatch(violation -> violation.startsWith("invariant 4,"));
        }
    }

    @Test
    void a_player_that_processes_duplicates_is_caught() {
        try (var run = new Run(services, 1)) {
            run.v1("no-duplicate-rule", 3, new Habits(true, false, 7, true)).start();
            run.awaitProgress(20);
            run.finish();
            assertThat(run.violations()).anyMatch(violation -> violation.contains("processed seq"));
        }
    }
}
