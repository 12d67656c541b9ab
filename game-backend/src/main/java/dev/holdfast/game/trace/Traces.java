package dev.holdfast.game.trace;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Begins the spans of legs. Safe from any thread.
public final class Traces {
    /// The request header in which the gateway names its dial.
    public static final String HEADER = "traceparent";

    /// W3C Trace Context, section 3.2.2: version 00, trace, parent, and flags that say it is recorded.
    private static final Pattern RECORDED = Pattern.compile("00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f][13579bdf]");

    private final Tracer tracer;

    Traces(Tracer tracer) {
        this.tracer = tracer;
    }

    /// @param traceparent of the gateway's dial; a leg of a dial that is not recorded has no span of its own
    public LegTrace leg(Optional<String> traceparent, String game, String player, String session) {
        Optional<TraceContext> dial = traceparent
                .map(RECORDED::matcher)
                .filter(Matcher::matches)
                .map(ids -> tracer.traceContextBuilder()
                        .traceId(ids.group(1))
                        .spanId(ids.group(2))
                        .sampled(true)
                        .build());
        Span handshake = dial.map(parent -> tracer.spanBuilder()
                        .setParent(parent)
                        .kind(Span.Kind.SERVER)
                        .name("leg")
                        .start())
                .orElse(Span.NOOP);
        return new LegTrace(tracer, handshake, dial.map(_ -> handshake.context()), game, player, session);
    }
}
