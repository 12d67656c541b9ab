package dev.holdfast.gateway.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;

/// How much a flood may write; what a line says is shown by `wire.SessionLogTest`.
class RefusalLogTest {
    private static final Logger LOGGER = (Logger) LoggerFactory.getLogger("holdfast.refusal");

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
    private final RefusalLog log = new RefusalLog(nanos::get);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void listen() {
        lines.start();
        LOGGER.addAppender(lines);
    }

    @AfterEach
    void stop() {
        LOGGER.detachAppender(lines);
    }

    @Test
    void a_flood_writes_a_few_lines_a_second_and_the_next_one_says_how_many_are_missing() {
        refuse(1_000, "too_many_handshakes");
        assertThat(leftOut()).containsExactly(0, 0, 0, 0, 0);

        nanos.addAndGet(Duration.ofSeconds(1).toNanos() - 1);
        refuse(5, "too_many_handshakes");
        assertThat(leftOut()).hasSize(5);

        nanos.addAndGet(1);
        refuse(2, "too_many_handshakes");
        assertThat(leftOut()).endsWith(1_000, 0).hasSize(7);
    }

    @Test
    void a_flood_of_one_kind_hides_no_other() {
        refuse(1_000, "too_many_handshakes");
        refuse(1, "origin_refused");

        assertThat(leftOut()).hasSize(6);
        assertThat(values("outcome").toList().getLast()).isEqualTo("origin_refused");
    }

    @Test
    void what_a_client_says_is_cut_to_what_anybody_reads() {
        log.refused(refusal("origin_refused", "y".repeat(9_000)), "203.0.113.1", "x".repeat(9_000));

        assertThat(values("origin")).containsExactly("x".repeat(500));
        assertThat(values("reason")).containsExactly("y".repeat(500));
    }

    private void refuse(int times, String error) {
        for (int i = 0; i < times; i++) {
            log.refused(refusal(error, "because"), "203.0.113.1", "");
        }
    }

    private static Refusal refusal(String error, String message) {
        return Refusal.of(HttpStatus.FORBIDDEN, error, message);
    }

    private List<Integer> leftOut() {
        return values("left_out").map(Integer.class::cast).toList();
    }

    private Stream<Object> values(String key) {
        return lines.list.stream()
                .flatMap(line -> line.getKeyValuePairs().stream())
                .filter(pair -> pair.key.equals(key))
                .map(pair -> pair.value);
    }
}
