package dev.holdfast.game.drain;

import dev.holdfast.game.session.Sessions;
import dev.holdfast.game.table.Tables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/// On SIGTERM, before the server's sockets close: not ready any more, no new sessions, then every session ends with its
/// last acks and 1012, and the mailboxes are worked off.
final class Drain implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(Drain.class);

    private final ApplicationContext context;
    private final Sessions sessions;
    private final Tables tables;
    private final DrainProperties properties;
    private volatile boolean isRunning;

    Drain(ApplicationContext context, Sessions sessions, Tables tables, DrainProperties properties) {
        this.context = context;
        this.sessions = sessions;
        this.tables = tables;
        this.properties = properties;
    }

    @Override
    public void start() {
        isRunning = true;
    }

    @Override
    public void stop() {
        isRunning = false;
    }

    @Override
    public void stop(Runnable whenDone) {
        isRunning = false;
        AvailabilityChangeEvent.publish(context, ReadinessState.REFUSING_TRAFFIC);
        log.info("draining {} sessions", sessions.count());
        Disposable draining = sessions.drain()
                .then(tables.finish())
                .timeout(properties.duration())
                .doOnSuccess(_ -> log.info("drained"))
                .onErrorResume(failure -> {
                    log.warn("{} sessions are cut, draining took over {}", sessions.count(), properties.duration());
                    return Mono.empty();
                })
                .doFinally(_ -> whenDone.run())
                .subscribe();
        log.debug("drain begun: {}", draining);
    }

    @Override
    public boolean isRunning() {
        return isRunning;
    }

    /// Before the web server's own graceful shutdown, which would wait for sessions that nobody ends.
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }
}
