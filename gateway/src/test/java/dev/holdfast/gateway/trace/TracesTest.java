package dev.holdfast.gateway.trace;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import org.junit.jupiter.api.Test;

class TracesTest {
    @Test
    void a_session_is_recorded_whole_or_not_at_all() {
        var traces = new Traces(tracer(0.5));
        int recorded = 0;
        for (int i = 0; i < 200; i++) {
            String session = "s" + i;
            Span handshake = traces.handshake("g1", "p1", "192.0.2.1");
            String traceparent = Traces.parentOf(handshake);
            Span dial = traces.dial(session, traceparent);
            traces.holdBegan(session, traceparent);
            Span redial = traces.dial(session, traceparent);
            traces.holdEnded(session, "resumed");

            boolean isRecorded = traceparent != null;
            assertThat(Traces.parentOf(dial) != null).isEqualTo(isRecorded);
            assertThat(Traces.parentOf(redial) != null).isEqualTo(isRecorded);
            recorded += isRecorded ? 1 : 0;
        }
        assertThat(recorded).isStrictlyBetween(50, 150);
    }

    @Test
    void a_dial_is_in_the_hold_while_there_is_one() {
        var traces = new Traces(tracer(1));
        String handshake = requireNonNull(Traces.parentOf(traces.handshake("g1", "p1", "192.0.2.1")));
        assertThat(handshake).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
        assertThat(traceOf(traces.dial("s", handshake))).isEqualTo(handshake.substring(3, 35));

        traces.holdBegan("s", handshake);
        assertThat(traceOf(traces.dial("s", handshake))).isNotEqualTo(handshake.substring(3, 35));
        assertThat(traceOf(traces.dial("another", handshake))).isEqualTo(handshake.substring(3, 35));

        traces.holdEnded("s", "resumed");
        assertThat(traceOf(traces.dial("s", handshake))).isEqualTo(handshake.substring(3, 35));
    }

    @Test
    void without_a_collector_nothing_is_recorded() {
        var traces = new Traces(Tracer.NOOP);
        Span handshake = traces.handshake("g1", "p1", "192.0.2.1");
        assertThat(Traces.parentOf(handshake)).isNull();
        assertThat(traces.dial("s", null)).isSameAs(Span.NOOP);
    }

    private static String traceOf(Span span) {
        return span.context().traceId();
    }

    private static Tracer tracer(double share) {
        var sampler = Sampler.parentBased(new LinkedSampler(Sampler.traceIdRatioBased(share)));
        var provider = SdkTracerProvider.builder().setSampler(sampler).build();
        return new OtelTracer(provider.get("test"), new OtelCurrentTraceContext(), _ -> {});
    }
}
