package dev.holdfast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/// Nobody reads what the services write, as when a container engine's log driver is stuck: the pipe is full after 64
/// KiB.
class UnreadOutputIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int PIPE_BYTES = 15 * 4_096; // of 16 pages, the last of which need not be full

    @Test
    void games_go_on_while_nobody_reads_the_log() throws Exception {
        var talkative = Services.Setup.usual().withEnvironment("LOGGING_LEVEL_ROOT", "DEBUG");
        try (Services services = Services.onSqlite(talkative)) {
            List<Service> both = List.of(services.backend(), services.gateway());
            both.forEach(Service::restartUnread);
            both.forEach(Service::awaitReady);
            for (Service service : both) {
                awaitFull(service);
            }
            try (var run = new Run(services, 1)) {
                run.v1("unread-v1", 3, Habits.GOOD).plain("unread-plain", 3).start();
                run.awaitProgress(5);
                run.finish();
                assertThat(run.violations()).isEmpty();
            }
            for (Service service : List.of(services.gateway(), services.backend())) {
                assertThat(service.stop()).as("exit code").isZero();
            }
        }
    }

    private static void awaitFull(Service service) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (service.unread() <= PIPE_BYTES) {
            assertThat(System.nanoTime())
                    .as("%d bytes in the pipe", service.unread())
                    .isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }
}
