package dev.holdfast.e2e;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// All faults in an order drawn from a seed, again and again, under load, with two replicas of everything on one Redis:
/// `bin/chaos SECONDS SEED`. The times of what happens are the machine's, so a seed repeats the faults and not the run.
final class Chaos {
    private final RandomGenerator random;
    private final long seed;
    private final Duration length;

    /// @param length at least; every fault has its turn
    Chaos(Duration length, long seed) {
        this.length = length;
        this.seed = seed;
        this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    public static void main(String[] arguments) {
        if (arguments.length != 2) {
            throw new IllegalArgumentException("arguments: " + List.of(arguments) + " (expected: SECONDS SEED)");
        }
        var chaos = new Chaos(Duration.ofSeconds(Long.parseLong(arguments[0])), Long.parseLong(arguments[1]));
        List<String> violations = chaos.run();
        violations.forEach(System.out::println);
        System.out.println(violations.size() + " violations");
        System.exit(violations.isEmpty() ? 0 : 1);
    }

    /// What was wrong, as sentences.
    List<String> run() {
        System.out.println("chaos for " + length.toSeconds() + " s from seed " + seed);
        try (Services services = Services.onRedis(2);
                var run = new Run(services, random.nextLong())) {
            run.v1("chaos-1", 4, Habits.GOOD).v1("chaos-2", 4, Habits.GOOD).v1("chaos-3", 4, Habits.GOOD);
            run.start();
            run.awaitProgress(5);
            long beganNanos = System.nanoTime();
            List<Fault> deck = new ArrayList<>();
            boolean hasDealtAll = false;
            while (!hasDealtAll || System.nanoTime() - beganNanos < length.toNanos()) {
                if (deck.isEmpty()) {
                    deck.addAll(List.of(Fault.values()));
                    Collections.shuffle(deck, random);
                }
                Fault fault = deck.removeLast();
                hasDealtAll |= deck.isEmpty();
                System.out.println(
                        Duration.ofNanos(System.nanoTime() - beganNanos).toSeconds() + " s: " + fault.title());
                if (random.nextBoolean()) {
                    run.cutSome();
                }
                fault.strike(services, run);
                run.awaitProgress(random.nextInt(10));
                run.collect();
            }
            run.finish();
            System.out.println(Tally.header());
            System.out.println(run.v1Tally(beganNanos).row("at random, seed " + seed, "v1"));
            return run.violations();
        }
    }
}
