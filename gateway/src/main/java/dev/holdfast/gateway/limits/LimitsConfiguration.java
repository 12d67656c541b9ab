package dev.holdfast.gateway.limits;

import com.github.benmanes.caffeine.cache.Ticker;
import com.sun.management.UnixOperatingSystemMXBean;
import dev.holdfast.gateway.backend.BackendProperties;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.lang.management.ManagementFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(LimitsProperties.class)
class LimitsConfiguration {
    private static final Logger LOG = LoggerFactory.getLogger(LimitsConfiguration.class);

    /// Open files of the process itself, and of connections that are no sessions, half and half.
    private static final long OTHER_FILES = 500;

    private static final int FILES_PER_SESSION = 2;
    private static final int CONNECTIONS_PER_SESSION = 2;

    /// Health checks, a few at once.
    private static final int KEPT_FOR_LOOPBACK = 10;

    private static final int NETWORKS_TO_FILL_THE_BACKEND = 10;

    @Bean
    Admissions admissions(LimitsProperties properties) {
        int most = mostSessions(properties.maxSessions(), openFiles());
        LOG.info(
                "room for {} sessions (WS_MAX_SESSIONS={}, open files: {})",
                most,
                properties.maxSessions(),
                openFiles());
        return new Admissions(properties, most, Ticker.systemTicker());
    }

    /// A gateway that ran out of files could not dial a backend leg again for those inside.
    static int mostSessions(int wanted, long openFiles) {
        return Math.clamp((openFiles - OTHER_FILES) / FILES_PER_SESSION, 1, wanted);
    }

    /// A place in the backend's bulkhead for each, of which nobody is to hold them all.
    @Bean
    Requests requests(LimitsProperties properties, BackendProperties backend) {
        int share = Math.max(1, backend.concurrentDials() / NETWORKS_TO_FILL_THE_BACKEND);
        return new Requests(properties, share, Ticker.systemTicker());
    }

    @Bean
    Connections connections(LimitsProperties properties, Admissions admissions) {
        int most = mostConnections(admissions.most(), openFiles());
        Places places = new Places(
                most,
                Limit.TOO_MANY_CONNECTIONS,
                CONNECTIONS_PER_SESSION * properties.maxSessionsPerAddress(),
                Limit.TOO_MANY_CONNECTIONS);
        return new Connections(places, KEPT_FOR_LOOPBACK);
    }

    /// Each session's own and one for HTTP beside it, if there are files for that; a full gateway can still say so.
    static int mostConnections(int sessions, long openFiles) {
        return (int) Math.clamp(
                openFiles - OTHER_FILES / 2 - sessions,
                KEPT_FOR_LOOPBACK + 1,
                (long) CONNECTIONS_PER_SESSION * sessions + OTHER_FILES / 2);
    }

    private static long openFiles() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : Integer.MAX_VALUE;
    }

    /// A full gateway lets nobody in: others should get the next players.
    @Bean
    HealthIndicator roomHealthIndicator(Admissions admissions) {
        return () -> admissions.inside() < admissions.most()
                ? Health.up().build()
                : Health.outOfService()
                        .withDetail(
                                "WS_MAX_SESSIONS",
                                admissions.most() + " sessions are here, as many as there is room for")
                        .build();
    }

    @Bean
    MeterBinder limitMeters(Admissions admissions, Connections connections) {
        return registry -> {
            Gauge.builder("holdfast.sessions.limit", admissions, Admissions::most)
                    .description("Sessions there is room for")
                    .register(registry);
            Gauge.builder("holdfast.sessions.admitted", admissions, Admissions::inside)
                    .description("Places taken, by sessions and by handshakes under way")
                    .register(registry);
            Gauge.builder("holdfast.connections", connections, Connections::open)
                    .description("Connections to the public port, of sessions and of HTTP")
                    .register(registry);
        };
    }
}
