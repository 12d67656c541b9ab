package dev.holdfast.gateway.wire;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/// What a gateway logged as ERROR: our bugs, errors that nobody handled, and buffers that Netty saw leak.
final class ErrorLog extends AppenderBase<ILoggingEvent> {
    private final List<String> errors = new CopyOnWriteArrayList<>();

    /// Listens from now on, until the application's end takes its loggers down.
    static ErrorLog opened() {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        ErrorLog log = new ErrorLog();
        log.setContext(root.getLoggerContext());
        log.start();
        root.addAppender(log);
        return log;
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (event.getLevel().isGreaterOrEqual(Level.ERROR)) {
            errors.add(event.getLoggerName() + ": " + event.getFormattedMessage());
        }
    }

    List<String> errors() {
        return errors;
    }

    /// What was logged so far, which a test had expected and answers for.
    List<String> take() {
        List<String> taken = List.copyOf(errors);
        errors.removeAll(taken);
        return taken;
    }
}
