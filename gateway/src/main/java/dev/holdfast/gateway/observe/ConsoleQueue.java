package dev.holdfast.gateway.observe;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;

/// Takes the lines for the console from the threads that say them, which never wait, and writes them on one of its own,
/// many at a time. Whoever reads our output may stop: a pipe that is full, a log driver that waits for its disk. Then
/// lines are dropped and counted, those below WARN first; no event loop stands still with all its players. Safe for all
/// threads.
public final class ConsoleQueue extends UnsynchronizedAppenderBase<ILoggingEvent> {
    private static final String NAME = "CONSOLE_QUEUE";

    /// So many wait, 11 MB of them: two for each of some thousand sessions that begin and end within seconds.
    static final int LINES = 16_384;

    /// So many more if they are warnings.
    static final int WARNINGS = 1_024;

    /// Who says one thing has more to say.
    private static final Duration GATHER = Duration.ofMillis(5);

    private static final Duration LAST_LINES = Duration.ofSeconds(2);

    private final OutputStreamAppender<ILoggingEvent> console;
    private final Queue<ILoggingEvent> lines = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong dropped = new AtomicLong();
    private final Thread writer = Thread.ofPlatform().daemon().name("console").unstarted(this::write);
    private volatile boolean isIdle;

    /// @param console whose flushes it takes over
    ConsoleQueue(OutputStreamAppender<ILoggingEvent> console) {
        this.console = console;
        setName(NAME);
        setContext(console.getContext());
        console.setImmediateFlush(false);
    }

    /// Lines dropped so far.
    long dropped() {
        return dropped.get();
    }

    @Override
    public void start() {
        super.start();
        writer.start();
    }

    @Override
    protected void append(ILoggingEvent line) {
        line.prepareForDeferredProcessing();
        int room = line.getLevel().isGreaterOrEqual(Level.WARN) ? LINES + WARNINGS : LINES;
        if (waiting.getAndIncrement() >= room) {
            waiting.getAndDecrement();
            dropped.getAndIncrement();
            return;
        }
        lines.add(line);
        if (isIdle) {
            LockSupport.unpark(writer);
        }
    }

    private void write() {
        long told = 0;
        while (isStarted() || !lines.isEmpty()) {
            if (lines.isEmpty()) {
                isIdle = true;
                if (lines.isEmpty() && isStarted()) {
                    LockSupport.park(this);
                }
                isIdle = false;
                continue;
            }
            LockSupport.parkNanos(this, GATHER.toNanos());
            for (ILoggingEvent line = lines.poll(); line != null; line = lines.poll()) {
                waiting.getAndDecrement();
                console.doAppend(line);
            }
            long count = dropped.get();
            if (count > told) {
                console.doAppend(missing(count - told));
                told = count;
            }
            flush();
        }
    }

    private LoggingEvent missing(long count) {
        Logger self = ((LoggerContext) getContext()).getLogger(ConsoleQueue.class);
        String text = "{} lines are missing before this one: this output was not read fast enough";
        return new LoggingEvent(ConsoleQueue.class.getName(), self, Level.WARN, text, null, new Object[] {count});
    }

    private void flush() {
        try {
            console.getOutputStream().flush();
        } catch (IOException failure) {
            addError("cannot write to " + console.getName(), failure);
        }
    }

    /// Waits until the last lines are written, for two seconds at most.
    @Override
    public void stop() {
        super.stop();
        LockSupport.unpark(writer);
        try {
            writer.join(LAST_LINES);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// The one that is in use, if there is one.
    static Optional<ConsoleQueue> inUse() {
        return Optional.of(LoggerFactory.getILoggerFactory())
                .filter(LoggerContext.class::isInstance)
                .map(context -> root((LoggerContext) context).getAppender(NAME))
                .map(ConsoleQueue.class::cast);
    }

    /// Writes the last lines of the one that is in use.
    public static void close() {
        inUse().ifPresent(ConsoleQueue::stop);
    }

    private static Logger root(LoggerContext context) {
        return context.getLogger(Logger.ROOT_LOGGER_NAME);
    }

    /// Puts it between the loggers and the console once Spring Boot has set them up.
    static final class Installer implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {
        private static final String CONSOLE = "CONSOLE"; // as Spring Boot names it

        @Override
        public int getOrder() {
            return LOWEST_PRECEDENCE;
        }

        @Override
        public void onApplicationEvent(ApplicationEnvironmentPreparedEvent prepared) {
            if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context
                    && root(context).getAppender(CONSOLE) instanceof OutputStreamAppender<ILoggingEvent> console) {
                var queue = new ConsoleQueue(console);
                queue.start();
                root(context).addAppender(queue);
                root(context).detachAppender(console);
            }
        }
    }
}
