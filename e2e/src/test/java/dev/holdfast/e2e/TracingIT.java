package dev.holdfast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.e2e.Collector.Seen;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/// The spans of a game during which the game-backend is killed, as a collector gets them.
class TracingIT {
    private static final Map<String, String> RECORD_ALL =
            Map.of("OTEL_TRACES_SAMPLER_ARG", "1", "OTEL_BSP_SCHEDULE_DELAY", "100");

    @Test
    void a_session_is_seen_from_its_handshake_through_a_hold() throws Exception {
        try (var collector = new Collector();
                Services services = Services.onSqlite(Services.Setup.usual()
                        .withEnvironment(RECORD_ALL)
                        .withEnvironment("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url()));
                var run = new Run(services, 1)) {
            run.v1("traced", 1, Habits.GOOD).start();
            run.awaitProgress(3);

            Seen handshake = collector.await("handshake", is("gateway", "handshake"));
            assertThat(handshake.span().getParentSpanId().isEmpty()).isTrue();
            assertThat(handshake.tag("holdfast.game")).isEqualTo("traced");
            assertThat(handshake.tag("holdfast.session")).hasSize(16);
            assertThat(handshake.tag("holdfast.outcome")).isEqualTo("accepted");
            Seen dial = collector.await("dial", span -> span.name().equals("dial") && span.isChildOf(handshake));
            assertThat(dial.tag("network.peer.address")).contains("127.0.0.1");
            Seen leg = collector.await("leg", is("game-backend", "leg"));
            assertThat(leg.isChildOf(dial)).isTrue();
            assertThat(leg.tag("holdfast.session")).isEqualTo(handshake.tag("holdfast.session"));
            Seen command = collector.await("command", is("game-backend", "command"));
            assertThat(command.isRootLinkedTo(leg)).isTrue();
            assertThat(command.tag("holdfast.outcome")).isEqualTo("applied");

            services.backend().kill();
            services.backend().launch();
            services.backend().awaitReady();
            run.awaitProgress(3);

            // A slow machine may have cost another one, before the kill
            Seen hold = collector.await(
                    "hold",
                    is("gateway", "hold").and(span -> collector.spans().stream().anyMatch(isFailedChildOf(span))));
            assertThat(hold.isRootLinkedTo(handshake)).isTrue();
            assertThat(hold.tag("holdfast.session")).isEqualTo(handshake.tag("holdfast.session"));
            assertThat(hold.tag("holdfast.outcome")).isEqualTo("resumed");
            Seen failed = collector.await("failed re-dial", isFailedChildOf(hold));
            assertThat(failed.name()).isEqualTo("dial");
            Seen redial = collector.await("re-dial", span -> span.isChildOf(hold) && !hasFailed(span));
            Seen nextLeg = collector.await("next leg", span -> span.isChildOf(redial));
            assertThat(nextLeg.name()).isEqualTo("leg");
            collector.await("command on it", span -> span.isRootLinkedTo(nextLeg));
            run.finish();
            assertThat(run.violations()).isEmpty();
        }
    }

    private static Predicate<Seen> isFailedChildOf(Seen parent) {
        return span -> span.isChildOf(parent) && hasFailed(span);
    }

    private static boolean hasFailed(Seen span) {
        return span.span().getStatus().getCodeValue() == 2;
    }

    private static Predicate<Seen> is(String service, String name) {
        return span -> span.service().equals(service) && span.name().equals(name);
    }
}
