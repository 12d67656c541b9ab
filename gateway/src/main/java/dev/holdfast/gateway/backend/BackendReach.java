package dev.holdfast.gateway.backend;

import io.netty.channel.ChannelOption;
import io.netty.resolver.AddressResolverGroup;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.netty.Connection;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpClient;
import reactor.util.retry.Retry;

/// Whether the backend was reached once since the start: until then nobody should be sent here, as when its name is
/// wrong. Afterwards it may come and go: a gateway that holds players must not be restarted for it.
final class BackendReach implements HealthIndicator {
    private static final Logger LOG = LoggerFactory.getLogger(BackendReach.class);

    /// Of each address, as in a dial: the next one may be where the backend is.
    private static final int MOST_CONNECT_MILLIS = 3_000;

    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);

    private final BackendProperties properties;
    private final TcpClient client;
    private final Disposable.Swap trying = Disposables.swap();
    private volatile boolean isReached;

    BackendReach(BackendProperties properties, AddressResolverGroup<InetSocketAddress> resolver, LoopResources loops) {
        this.properties = properties;
        client = TcpClient.newConnection()
                .resolver(resolver)
                .runOn(loops)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, MOST_CONNECT_MILLIS)
                .host(properties.host())
                .port(properties.port());
    }

    @EventListener(ApplicationReadyEvent.class)
    void startTrying() {
        trying.replace(client.connect()
                .doOnNext(Connection::dispose)
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, BETWEEN_TRIES).doBeforeRetry(failed -> {
                    if (failed.totalRetries() == 0) {
                        LOG.warn(
                                "not ready until the game-backend is: BACKEND_URL {} cannot be reached: {}",
                                properties.url(),
                                failed.failure().toString());
                    }
                }))
                .subscribe(_ -> {
                    isReached = true;
                    LOG.info("reached the game-backend at {}", properties.url());
                }));
    }

    @Override
    public Health health() {
        return isReached
                ? Health.up().build()
                : Health.down()
                        .withDetail("BACKEND_URL", properties.url() + " has not been reached yet")
                        .build();
    }

    /// Before the event loops are stopped: they would wait 15 s for one that always has another try before it.
    @EventListener(ContextClosedEvent.class)
    void stopTrying() {
        trying.dispose();
    }
}
