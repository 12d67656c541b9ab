package dev.holdfast.gateway.drain;

import dev.holdfast.gateway.relay.Sessions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Takes the gateway out of service on SIGTERM or when an operator says so, before the server itself stops: not ready,
/// no new sessions, the
/// open ones closed with 1012 evenly over time, so that they do not all come back at once.
public final class Drain implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

    /// For the last closing handshakes, after the last session was asked to go.
    private static final Duration GRACE = Duration.ofSeconds(6);

    private static final Duration LOOK_EVERY = Duration.ofMillis(50);
    private static final long SOONEST_RETRY_MILLIS = 200;
    private static final long LATEST_RETRY_MILLIS = 2_000;

    private final DrainProperties properties;
    private final Sessions sessions;
    private final ApplicationEventPublisher events;
    private volatile boolean running;
    private volatile boolean underWay;
    private @Nullable CompletableFuture<Void> end;

    Drain(DrainProperties properties, Sessions sessions, ApplicationEventPublisher events) {
        this.properties = properties;
        this.sessions = sessions;
        this.events = events;
    }

    /// Whether new sessions are refused.
    public boolean isUnderWay() {
        return underWay;
    }

    /// Sessions that are still to leave; 0 when there is no drain.
    public int remaining() {
        return underWay ? sessions.count() : 0;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        stop(() -> {});
    }

    @Override
    public void stop(Runnable done) {
        begin().whenComplete((_, _) -> {
            running = false;
            done.run();
        });
    }

    /// Begins once, whoever asks. Safe for all threads.
    ///
    /// @return done when the last session has left, or has had its time
    synchronized CompletableFuture<Void> begin() {
        CompletableFuture<Void> begun = end;
        if (begun == null) {
            begun = new CompletableFuture<>();
            end = begun;
            underWay = true;
            AvailabilityChangeEvent.publish(events, this, ReadinessState.REFUSING_TRAFFIC);
            empty(begun);
        }
        return begun;
    }

    private void empty(CompletableFuture<Void> done) {
        LOG.info(
                "draining {} sessions: the first leaves in {}, the last within {}",
                sessions.count(),
                properties.delay(),
                properties.duration());
        // Without a session too: until the delay is over, whoever sends players here does not know
        var _ = Mono.delay(properties.delay())
                .doOnNext(tick -> sessions.drain(properties.duration(), Drain::retryMillis))
                .thenMany(Flux.interval(Duration.ZERO, LOOK_EVERY))
                .takeUntil(tick -> sessions.count() == 0)
                .take(properties.delay().plus(properties.duration()).plus(GRACE))
                .doFinally(_ -> {
                    LOG.info("drained, {} sessions left", sessions.count());
                    done.complete(null);
                })
                .subscribe();
    }

    /// Clients leave at different times already; the rest of the spread keeps those of one moment apart.
    private static long retryMillis(RandomGenerator random) {
        return random.nextLong(SOONEST_RETRY_MILLIS, LATEST_RETRY_MILLIS);
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /// The last to start and the first to stop: the server still answers while sessions leave.
    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }
}
