package dev.holdfast.gateway.observe;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.OutputStreamAppender;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A console that nobody reads, or that is read again.
@Timeout(30)
class ConsoleQueueTest {
    private static final Duration LAST_LINES = Duration.ofSeconds(2);

    private final LoggerContext context = new LoggerContext();
    private final Logger log = context.getLogger("test");

    @BeforeEach
    void start() {
        context.setMDCAdapter(new LogbackMDCAdapter());
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void whoever_says_a_line_never_waits_and_what_is_dropped_is_counted_and_told() throws Exception {
        var read = new PipedInputStream(1_024);
        ConsoleQueue queue = queueBefore(new PipedOutputStream(read));

        int said = 3 * ConsoleQueue.LINES;
        for (int i = 0; i < said; i++) {
            log.info("{}", i);
        }
        assertThat(queue.dropped()).isPositive();
        long dropped = queue.dropped();
        log.warn("a warning finds room");
        assertThat(queue.dropped()).isEqualTo(dropped);
        for (int i = 0; i < 2 * ConsoleQueue.WARNINGS; i++) {
            log.warn("many do not");
        }
        assertThat(queue.dropped()).isBetween(dropped + ConsoleQueue.WARNINGS, dropped + 2 * ConsoleQueue.WARNINGS);
        dropped = queue.dropped();

        List<String> lines = linesUntil(read, " lines are missing");
        assertThat(lines.subList(0, 3)).containsExactly("INFO 0", "INFO 1", "INFO 2");
        assertThat(lines).contains("WARN a warning finds room");
        assertThat(lines.getLast()).startsWith("WARN " + dropped + " lines are missing");
        assertThat(lines).hasSize((int) (said + 1 + 2 * ConsoleQueue.WARNINGS - dropped + 1));
    }

    @Test
    void the_last_lines_are_written_before_it_ends() {
        ByteArrayOutputStream written;
        ConsoleQueue queue;
        Duration end;
        do {
            written = new ByteArrayOutputStream();
            queue = queueBefore(written);
            for (int i = 0; i < 1_000; i++) {
                log.info("{}", i);
            }
            long beginNanos = System.nanoTime();
            queue.stop();
            end = Duration.ofNanos(System.nanoTime() - beginNanos);
            log.detachAppender(queue);
            // It gives up after a time, in which a machine may stand still: then another one shows it
        } while (end.compareTo(LAST_LINES) >= 0);

        assertThat(written.toString(StandardCharsets.UTF_8).lines())
                .hasSize(1_000)
                .last()
                .isEqualTo("INFO 999");
        assertThat(queue.dropped()).isZero();
    }

    @Test
    void an_end_does_not_wait_for_a_reader_who_has_gone() throws Exception {
        var reached = new CountDownLatch(1);
        var never = new CountDownLatch(1);
        ConsoleQueue queue = queueBefore(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                reached.countDown();
                try {
                    never.await();
                } catch (InterruptedException interrupted) {
                    throw new IOException(interrupted);
                }
            }
        });
        log.info("stuck");
        reached.await();

        queue.stop();

        assertThat(queue.isStarted()).isFalse();
        never.countDown();
    }

    private ConsoleQueue queueBefore(OutputStream stream) {
        var encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern("%p %m%n");
        encoder.start();
        var console = new OutputStreamAppender<ILoggingEvent>();
        console.setContext(context);
        console.setEncoder(encoder);
        console.setOutputStream(stream);
        console.start();
        var queue = new ConsoleQueue(console);
        queue.start();
        log.addAppender(queue);
        return queue;
    }

    private static List<String> linesUntil(PipedInputStream in, String last) throws IOException {
        var lines = new ArrayList<String>();
        var line = new StringBuilder();
        while (lines.isEmpty() || !lines.getLast().contains(last)) {
            int next = in.read();
            if (next == '\n') {
                lines.add(line.toString());
                line.setLength(0);
            } else {
                line.append((char) next);
            }
        }
        return lines;
    }
}
