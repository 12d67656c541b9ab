package dev.holdfast.gateway.observe;

import dev.holdfast.gateway.keepalive.KeepAliveProperties;
import dev.holdfast.gateway.link.LinkProperties;
import dev.holdfast.gateway.relay.Direction;
import dev.holdfast.gateway.relay.LoopCounters;
import dev.holdfast.gateway.relay.RelayProperties;
import dev.holdfast.gateway.relay.Sessions;
import dev.holdfast.gateway.trace.Traces;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.netty.util.internal.PlatformDependent;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ReactorResourceFactory;
import reactor.netty.resources.LoopResources;

/// Joins the relay, which knows nothing of Spring or Micrometer, to both.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({RelayProperties.class, KeepAliveProperties.class, LinkProperties.class})
class ObserveConfiguration {
    @Bean
    Sessions sessions(
            RelayProperties relay,
            KeepAliveProperties keepAlive,
            LinkProperties link,
            MeterRegistry registry,
            Traces traces) {
        Observers observers =
                new Observers(List.of(new SessionMeters(registry), new SessionLog(), new HoldSpans(traces)));
        return new Sessions(relay, keepAlive, link, observers, LoopResources.DEFAULT_IO_WORKER_COUNT);
    }

    @Bean
    MeterBinder logMeters() {
        return registry -> ConsoleQueue.inUse()
                .ifPresent(queue -> FunctionCounter.builder("holdfast.log.lines.dropped", queue, ConsoleQueue::dropped)
                        .description("Lines not written, since nobody read the output fast enough")
                        .register(registry));
    }

    @Bean
    LoopLag loopLag(ReactorResourceFactory resources) {
        return new LoopLag(resources.getLoopResources().onServer(LoopResources.DEFAULT_NATIVE), Clock.SYSTEM);
    }

    @Bean
    MeterBinder loopMeters(LoopLag lag) {
        return registry -> Gauge.builder("holdfast.event.loop.lag", lag, LoopLag::seconds)
                .description("How long the slowest event loop has let its sessions wait, within the last minute")
                .baseUnit("seconds")
                .register(registry);
    }

    /// By Netty's own count. Java refuses what is beyond the limit.
    @Bean
    MeterBinder memoryMeters() {
        return registry -> {
            Gauge.builder("holdfast.direct.memory.used", PlatformDependent::usedDirectMemory)
                    .description("Direct memory that Netty has: what is in use, and what it keeps for the next buffers")
                    .baseUnit("bytes")
                    .register(registry);
            Gauge.builder("holdfast.direct.memory.limit", PlatformDependent::maxDirectMemory)
                    .description("Direct memory that Netty may have")
                    .baseUnit("bytes")
                    .register(registry);
        };
    }

    /// The hot path's counters, read when somebody scrapes.
    @Bean
    MeterBinder relayMeters(Sessions sessions) {
        return registry -> {
            sessions(registry, sessions, "open", all -> all.count() - all.held());
            sessions(registry, sessions, "held", Sessions::held);
            for (Direction direction : Direction.values()) {
                messages(registry, sessions, direction, "game", way -> way.messages.read());
                messages(registry, sessions, direction, "ping", way -> way.pings.read());
                messages(registry, sessions, direction, "pong", way -> way.pongs.read());
                FunctionCounter.builder(
                                "holdfast.bytes", sessions, all -> all.sum(on(direction, way -> way.bytes.read())))
                        .description("Bytes of frames carried, headers included")
                        .tag("direction", Label.of(direction))
                        .register(registry);
                FunctionCounter.builder(
                                "holdfast.backpressure.pauses",
                                sessions,
                                all -> all.sum(on(direction, way -> way.pauses.read())))
                        .description(
                                "Times a leg was no longer read because the other one was too slow, or the client too fast")
                        .tag("leg", direction == Direction.TO_BACKEND ? "client" : "backend")
                        .register(registry);
            }
        };
    }

    private static void sessions(
            MeterRegistry registry, Sessions sessions, String state, ToDoubleFunction<Sessions> count) {
        Gauge.builder("holdfast.sessions", sessions, count)
                .description("Sessions with a client: open, or held while their backend leg is away")
                .tag("state", state)
                .register(registry);
    }

    private static void messages(
            MeterRegistry registry,
            Sessions sessions,
            Direction direction,
            String kind,
            ToLongFunction<LoopCounters.Way> counter) {
        FunctionCounter.builder("holdfast.messages", sessions, all -> all.sum(on(direction, counter)))
                .description("Messages carried (game), and pings and pongs that ended or began at the gateway")
                .tag("direction", Label.of(direction))
                .tag("kind", kind)
                .register(registry);
    }

    private static ToLongFunction<LoopCounters> on(Direction direction, ToLongFunction<LoopCounters.Way> counter) {
        return counters -> counter.applyAsLong(counters.way(direction));
    }
}
