package dev.holdfast.gateway.observe;

import dev.holdfast.gateway.relay.SessionEnd;
import dev.holdfast.gateway.relay.SessionObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is counted and logged of single sessions: round trips of pings, and the end.
final class SessionMeters implements SessionObserver {
    private static final Logger LOG = LoggerFactory.getLogger("holdfast.session");

    private static final Duration[] ROUND_TRIPS = {
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(20),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(200),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5)
    };
    private static final Duration[] LENGTHS = {
        Duration.ofSeconds(1),
        Duration.ofSeconds(10),
        Duration.ofMinutes(1),
        Duration.ofMinutes(5),
        Duration.ofMinutes(15),
        Duration.ofHours(1),
        Duration.ofHours(4)
    };

    private final MeterRegistry registry;
    private final Timer roundTrip;
    private final Timer length;

    SessionMeters(MeterRegistry registry) {
        this.registry = registry;
        roundTrip = Timer.builder("holdfast.ping.rtt")
                .description("From a ping to the first pong that answers it")
                .tag("leg", "client")
                .serviceLevelObjectives(ROUND_TRIPS)
                .register(registry);
        length = Timer.builder("holdfast.session")
                .description("How long sessions lasted")
                .serviceLevelObjectives(LENGTHS)
                .register(registry);
    }

    @Override
    public void answered(long roundTripNanos) {
        roundTrip.record(roundTripNanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void ended(SessionEnd end) {
        length.record(end.lasted());
        Counter.builder("holdfast.closes")
                .description("Sessions that ended, by close code and by who ended them")
                .tag("code", CloseCodeLabel.of(end.code()))
                .tag("by", end.by().name().toLowerCase(Locale.ROOT))
                .register(registry)
                .increment();
        LOG.info(
                "closed game={} player={} address={} code={} by={} reason=\"{}\" seconds={} to_backend={}/{}B to_client={}/{}B",
                end.info().game(),
                end.info().player(),
                end.info().clientAddress(),
                end.code(),
                end.by().name().toLowerCase(Locale.ROOT),
                Printable.of(end.reason()),
                end.lasted().toMillis() / 1000.0,
                end.toBackend().messages(),
                end.toBackend().bytes(),
                end.toClient().messages(),
                end.toClient().bytes());
    }
}
