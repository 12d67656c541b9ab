package dev.holdfast.gateway.observe;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;

/// Writes what is said as one JSON object a line, just as Spring Boot's `logstash`, which encodes each character by
/// itself and took as long for a session's line as the event loops for its handshake
/// (docs/decisions/0021-write-the-log-s-lines-ourselves.md). Safe for all threads.
final class JsonLines extends EncoderBase<ILoggingEvent> {
    private static final byte[] NOTHING = {};
    private static final int USUAL_LENGTH = 1024;
    private static final int LONGEST_KEPT = 8 * USUAL_LENGTH;
    private static final HexFormat HEX = HexFormat.of();

    private final ZoneId zone = ZoneId.systemDefault();

    /// The console's thread writes nearly all lines, one after the other.
    private StringBuilder line = new StringBuilder(USUAL_LENGTH);

    @Override
    public synchronized byte[] encode(ILoggingEvent event) {
        line.setLength(0);
        line.append("{\"@timestamp\":\"");
        DateTimeFormatter.ISO_OFFSET_DATE_TIME.formatTo(OffsetDateTime.ofInstant(event.getInstant(), zone), line);
        line.append("\",\"@version\":\"1\"");
        member(line, "message", event.getFormattedMessage());
        member(line, "logger_name", event.getLoggerName());
        member(line, "thread_name", event.getThreadName());
        member(line, "level", event.getLevel());
        member(line, "level_value", event.getLevel().toInt());
        event.getMDCPropertyMap().forEach((name, value) -> member(line, name, value));
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        if (pairs != null) {
            for (KeyValuePair pair : pairs) {
                member(line, pair.key, pair.value);
            }
        }
        List<Marker> markers = event.getMarkerList();
        if (markers != null && !markers.isEmpty()) {
            tags(line, markers);
        }
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null) {
            member(line, "stack_trace", ThrowableProxyUtil.asString(thrown));
        }
        byte[] bytes = line.append("}\n").toString().getBytes(StandardCharsets.UTF_8);
        if (line.capacity() > LONGEST_KEPT) {
            line = new StringBuilder(USUAL_LENGTH);
        }
        return bytes;
    }

    private static void tags(StringBuilder line, List<Marker> markers) {
        String before = ",\"tags\":[";
        for (Marker marker : markers) {
            line.append(before);
            string(line, marker.getName());
            before = ",";
        }
        line.append(']');
    }

    private static void member(StringBuilder line, String name, Object value) {
        line.append(',');
        string(line, name);
        line.append(':');
        if (value == null || value instanceof Number || value instanceof Boolean) {
            line.append(value);
        } else {
            string(line, value.toString());
        }
    }

    private static void string(StringBuilder line, String text) {
        line.append('"');
        int begin = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c) || c == '"' || c == '\\') {
                line.append(text, begin, i).append("\\u").append(HEX.toHexDigits(c));
                begin = i + 1;
            }
        }
        line.append(text, begin, text.length()).append('"');
    }

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }

    /// Lets the console write so where `LOG_FORMAT` asks for it, before its lines have a queue.
    static final class Installer implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {
        @Override
        public int getOrder() {
            return LOWEST_PRECEDENCE - 1;
        }

        @Override
        public void onApplicationEvent(ApplicationEnvironmentPreparedEvent prepared) {
            String format = prepared.getEnvironment().getProperty("logging.structured.format.console");
            if ("logstash".equalsIgnoreCase(format)
                    && LoggerFactory.getILoggerFactory() instanceof LoggerContext context
                    && context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("CONSOLE")
                            instanceof OutputStreamAppender<ILoggingEvent> console) {
                console.setEncoder(new JsonLines());
            }
        }
    }
}
