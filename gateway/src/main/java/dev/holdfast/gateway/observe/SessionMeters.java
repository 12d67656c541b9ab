package dev.holdfast.gateway.observe;

import dev.holdfast.gateway.leg.CloseCode;
import dev.holdfast.gateway.leg.LegName;
import dev.holdfast.gateway.relay.ClosedBy;
import dev.holdfast.gateway.relay.HoldOutcome;
import dev.holdfast.gateway.relay.SessionEnd;
import dev.holdfast.gateway.relay.SessionInfo;
import dev.holdfast.gateway.relay.SessionObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// What is counted of single sessions: round trips of pings, holds, and the end.
final class SessionMeters implements SessionObserver {
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
    private static final Duration[] HOLDS = {
        Duration.ofMillis(100), Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofSeconds(2),
        Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofMinutes(1)
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
    private final Map<LegName, Timer> roundTrips = new EnumMap<>(LegName.class);
    private final Timer held;
    private final Timer length;

    SessionMeters(MeterRegistry registry) {
        this.registry = registry;
        for (LegName leg : LegName.values()) {
            roundTrips.put(
                    leg,
                    Timer.builder("holdfast.ping.rtt")
                            .description("From a ping to the first pong that answers it")
                            .tag("leg", Label.of(leg))
                            .serviceLevelObjectives(ROUND_TRIPS)
                            .register(registry));
        }
        held = Timer.builder("holdfast.hold")
                .description("How long sessions were without a backend leg that served them")
                .serviceLevelObjectives(HOLDS)
                .register(registry);
        length = Timer.builder("holdfast.session")
                .description("How long sessions lasted")
                .serviceLevelObjectives(LENGTHS)
                .register(registry);
        // From the start, so that the first of a kind is an increase
        for (HoldOutcome outcome : HoldOutcome.values()) {
            holds(outcome);
        }
        closes(CloseCode.NORMAL, ClosedBy.CLIENT);
        closes(CloseCode.ABNORMAL, ClosedBy.NETWORK);
        closes(CloseCode.ABNORMAL, ClosedBy.BACKEND);
        for (int code : new int[] {
            CloseCode.RESTART,
            CloseCode.TRY_AGAIN_LATER,
            CloseCode.SILENT,
            CloseCode.UNREADABLE,
            CloseCode.RATE_LIMITED,
            CloseCode.TOKEN_EXPIRED
        }) {
            closes(code, ClosedBy.GATEWAY);
        }
    }

    @Override
    public void answered(LegName leg, long roundTripNanos) {
        Timer roundTrip = roundTrips.get(leg);
        if (roundTrip != null) {
            roundTrip.record(roundTripNanos, TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void holdEnded(SessionInfo info, HoldOutcome outcome, long heldNanos, String backend) {
        // What cannot be repaired is not held
        if (outcome != HoldOutcome.BROKEN) {
            held.record(heldNanos, TimeUnit.NANOSECONDS);
        }
        holds(outcome).increment();
    }

    @Override
    public void ended(SessionEnd end) {
        length.record(end.last().age());
        closes(end.code(), end.by()).increment();
    }

    private Counter holds(HoldOutcome outcome) {
        return Counter.builder("holdfast.holds")
                .description("Sessions that lost their backend leg, by how the hold ended")
                .tag("outcome", Label.of(outcome))
                .register(registry);
    }

    private Counter closes(int code, ClosedBy by) {
        return Counter.builder("holdfast.closes")
                .description("Sessions that ended, by close code and by who ended them")
                .tag("code", Label.of(code))
                .tag("by", Label.of(by))
                .register(registry);
    }
}
