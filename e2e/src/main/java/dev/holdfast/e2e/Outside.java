package dev.holdfast.e2e;

import io.lettuce.core.RedisException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Players on services that somebody else runs, for example in containers, while commands do something to them:
/// `Outside ws://localhost:8000 redis://localhost:6379 "title=command"...`. Each command is run by bash, has its own
/// games and its own row of the table. Exit code 0 when nothing was lost or doubled.
final class Outside {
    private static final int PLAYERS = 6;
    private static final int MESSAGES_AROUND = 5;
    private static final Duration COMMAND_LIMIT = Duration.ofMinutes(2);

    private Outside() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> all = List.of(arguments);
        if (all.size() < 3 || all.stream().skip(2).anyMatch(strike -> strike.indexOf('=') < 1)) {
            throw new IllegalArgumentException(
                    "arguments: " + all + " (expected: the gateway's URL, Redis's URL, title=command...)");
        }
        List<String> violations = new ArrayList<>();
        System.out.println(Tally.header());
        try (Services services = Services.elsewhere(URI.create(all.get(0)), new RedisLogReader(all.get(1)))) {
            for (String strike : all.subList(2, all.size())) {
                int equals = strike.indexOf('=');
                violations.addAll(strike(services, strike.substring(0, equals), strike.substring(equals + 1)));
            }
        }
        violations.forEach(System.out::println);
        System.out.println(violations.size() + " violations");
        System.exit(violations.isEmpty() ? 0 : 1);
    }

    private static List<String> strike(Services services, String title, String command)
            throws IOException, InterruptedException {
        try (var run = new Run(services, title.hashCode())) {
            run.v1("outside-" + Long.toHexString(System.nanoTime()), PLAYERS, Habits.GOOD);
            run.start();
            progress(run);
            long beganNanos = System.nanoTime();
            carryOut(command, run);
            progress(run);
            run.finish();
            System.out.println(run.v1Tally(beganNanos).row(title, "v1"));
            return run.violations();
        }
    }

    // The log keeps the newest events only, so that it is read as it grows.
    private static void progress(Run run) {
        collect(run);
        for (int i = 0; i < MESSAGES_AROUND; i++) {
            run.awaitProgress(1);
            run.collect();
        }
    }

    // Redis may be what the command strikes, and not be back when the command has ended; it is read again soon.
    private static void collect(Run run) {
        try {
            run.collect();
        } catch (RedisException away) {
            System.out.println("the log cannot be read now: " + away.getMessage());
        }
    }

    private static void carryOut(String command, Run run) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("bash", "-c", command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .start();
        long deadline = System.nanoTime() + COMMAND_LIMIT.toNanos();
        while (!process.waitFor(1, TimeUnit.SECONDS)) {
            collect(run);
            if (System.nanoTime() > deadline) {
                process.destroyForcibly();
                throw new AssertionError(command + ": still running after " + COMMAND_LIMIT);
            }
        }
        if (process.exitValue() != 0) {
            throw new AssertionError(command + ": exit code " + process.exitValue());
        }
    }
}
