package dev.holdfast.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.UUID;
import org.slf4j.LoggerFactory;
import org.springframework.boot.test.system.CapturedOutput;

/// What was logged, all of it: lines are written a moment after they are said.
public final class Console {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private Console() {}

    public static String text(CapturedOutput output) {
        String last = UUID.randomUUID().toString();
        LoggerFactory.getLogger(Console.class).info(last);
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!output.getAll().contains(last)) {
            assertThat(System.nanoTime()).as("waiting for the console").isLessThan(deadline);
            Thread.onSpinWait();
        }
        return output.getAll();
    }
}
