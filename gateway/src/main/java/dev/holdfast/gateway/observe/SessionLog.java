package dev.holdfast.gateway.observe;

import dev.holdfast.gateway.relay.HoldOutcome;
import dev.holdfast.gateway.relay.SessionEnd;
import dev.holdfast.gateway.relay.SessionInfo;
import dev.holdfast.gateway.relay.SessionObserver;
import dev.holdfast.gateway.relay.SessionView;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/// A line for each session when it opens, when it loses its backend leg and gets another one, and when it closes;
/// under one logger, `holdfast.session`. What comes from outside is escaped.
final class SessionLog implements SessionObserver {
    private static final Logger LOG = LoggerFactory.getLogger("holdfast.session");

    @Override
    public void opened(SessionInfo info, String backend) {
        if (LOG.isInfoEnabled()) {
            line(info).addKeyValue("backend", backend).log("open");
        }
    }

    @Override
    public void holdBegan(SessionInfo info) {
        if (LOG.isInfoEnabled()) {
            line(info).log("hold");
        }
    }

    @Override
    public void holdEnded(SessionInfo info, HoldOutcome outcome, long heldNanos, String backend) {
        if (LOG.isInfoEnabled()) {
            line(info)
                    .addKeyValue("backend", backend)
                    .addKeyValue("outcome", Label.of(outcome))
                    .addKeyValue("seconds", seconds(Duration.ofNanos(heldNanos)))
                    .log("hold over");
        }
    }

    @Override
    public void ended(SessionEnd end) {
        if (!LOG.isInfoEnabled()) {
            return;
        }
        SessionView last = end.last();
        line(last.info())
                .addKeyValue("code", end.code())
                .addKeyValue("by", Label.of(end.by()))
                .addKeyValue("reason", Printable.of(end.reason()))
                .addKeyValue("seconds", seconds(last.age()))
                .addKeyValue("messages_to_backend", last.toBackend().messages())
                .addKeyValue("bytes_to_backend", last.toBackend().bytes())
                .addKeyValue("messages_to_client", last.toClient().messages())
                .addKeyValue("bytes_to_client", last.toClient().bytes())
                .addKeyValue("holds", last.holds())
                .addKeyValue("rtt_ms", millis(last.roundTrip()))
                .addKeyValue("rtt_max_ms", millis(last.longestRoundTrip()))
                .log("close");
    }

    private static LoggingEventBuilder line(SessionInfo info) {
        return LOG.atInfo()
                .addKeyValue("session", info.id())
                .addKeyValue("game", Printable.of(info.game()))
                .addKeyValue("player", Printable.of(info.player()))
                .addKeyValue("address", info.clientAddress())
                .addKeyValue("origin", Printable.of(info.origin()));
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1e3;
    }

    private static double millis(Duration time) {
        return Math.round(time.toNanos() / 1e3) / 1e3;
    }
}
