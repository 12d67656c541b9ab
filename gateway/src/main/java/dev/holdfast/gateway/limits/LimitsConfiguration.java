package dev.holdfast.gateway.limits;

import com.github.benmanes.caffeine.cache.Ticker;
import com.sun.management.UnixOperatingSystemMXBean;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.lang.management.ManagementFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(LimitsProperties.class)
class LimitsConfiguration {
    private static final Logger LOG = LoggerFactory.getLogger(LimitsConfiguration.class);

    /// Open files of the process itself, and of connections that are no sessions.
    private static final long OTHER_FILES = 500;

    private static final int FILES_PER_SESSION = 2;

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

    private static long openFiles() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : Integer.MAX_VALUE;
    }

    @Bean
    MeterBinder limitMeters(Admissions admissions) {
        return registry -> {
            Gauge.builder("holdfast.sessions.limit", admissions, Admissions::most)
                    .description("Sessions there is room for")
                    .register(registry);
            Gauge.builder("holdfast.sessions.admitted", admissions, Admissions::inside)
                    .description("Places taken, by sessions and by handshakes under way")
                    .register(registry);
        };
    }
}
