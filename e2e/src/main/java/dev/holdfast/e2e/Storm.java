package dev.holdfast.e2e;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/// Everybody at once: the gateway is killed under thousands of v1 players, and all come back. `bin/storm PLAYERS
/// GAMES`.
final class Storm {
    private static final Duration PACE = Duration.ofSeconds(10);
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private Storm() {}

    public static void main(String[] arguments) {
        if (arguments.length != 2) {
            throw new IllegalArgumentException("arguments: " + List.of(arguments) + " (expected: PLAYERS GAMES)");
        }
        int players = Integer.parseInt(arguments[0]);
        int games = Integer.parseInt(arguments[1]);
        try (Services services = Services.onSqlite(Services.Setup.LARGE);
                var run = new Run(services, 1, PACE, LIMIT)) {
            for (int game = 1; game <= games; game++) {
                run.v1("storm-" + game, players / games, Habits.GOOD);
            }
            run.start();
            run.awaitProgress(1);
            List<String> violations = strike(services, run);
            violations.stream().limit(20).forEach(System.out::println);
            System.out.println(violations.size() + " violations");
            System.exit(violations.isEmpty() ? 0 : 1);
        }
    }

    private static List<String> strike(Services services, Run run) {
        long killedAtNanos = System.nanoTime();
        services.gateway().kill();
        services.gateway().launch();
        services.gateway().awaitReady();
        long readyAtNanos = System.nanoTime();
        run.awaitProgress(1);
        run.finish();

        List<Long> back = new ArrayList<>();
        List<Long> gaps = new ArrayList<>();
        for (History history : run.histories()) {
            history.all(Moment.Advanced.class)
                    .mapToLong(Moment::atNanos)
                    .filter(at -> at > killedAtNanos)
                    .findFirst()
                    .ifPresent(back::add);
            longestGap(history, killedAtNanos).ifPresent(gaps::add);
        }
        System.out.println(Tally.header());
        System.out.println(run.v1Tally(killedAtNanos).row("storm of " + back.size(), "v1"));
        System.out.printf("gateway ready after                 %6d ms%n", millis(readyAtNanos - killedAtNanos));
        back.sort(null);
        System.out.printf(
                "back live after kill, p50 p99 last  %6d %6d %6d ms%n",
                millis(Tally.percentile(back, 50) - killedAtNanos),
                millis(Tally.percentile(back, 99) - killedAtNanos),
                millis(back.getLast() - killedAtNanos));
        System.out.printf("last one live after gateway ready   %6d ms%n", millis(back.getLast() - readyAtNanos));
        gaps.sort(null);
        System.out.printf(
                "longest gap between events, p50 p99 max of players  %6d %6d %6d ms%n",
                millis(Tally.percentile(gaps, 50)), millis(Tally.percentile(gaps, 99)), millis(gaps.getLast()));
        return run.violations();
    }

    private static OptionalLong longestGap(History history, long killedAtNanos) {
        long[] seen = history.all(Moment.Saw.class).mapToLong(Moment::atNanos).toArray();
        return LongStream.range(1, seen.length)
                .filter(i -> seen[(int) i] > killedAtNanos)
                .map(i -> seen[(int) i] - seen[(int) i - 1])
                .max();
    }

    private static long millis(long nanos) {
        return nanos / 1_000_000;
    }
}
