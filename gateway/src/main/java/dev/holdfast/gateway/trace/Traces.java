package dev.holdfast.gateway.trace;

import io.micrometer.tracing.Link;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The spans of sessions: a handshake with its dial, and for each hold a trace of its own with the dials in it, linked
/// to the handshake. A trace as long as a game would be of no use.
///
/// A span is known elsewhere by its `traceparent` (W3C Trace Context, section 3.2); null where nothing is recorded, and
/// then nothing that follows is recorded either. Safe from any thread.
public final class Traces {
    private static final String SESSION = "holdfast.session";
    private static final String OUTCOME = "holdfast.outcome";

    private final Tracer tracer;
    private final Map<String, Span> holds = new ConcurrentHashMap<>();

    public Traces(Tracer tracer) {
        this.tracer = tracer;
    }

    /// Begins the span of a handshake, which nothing that the client says can belong to another trace.
    public Span handshake(String game, String player, String address) {
        return tracer.spanBuilder()
                .setNoParent()
                .kind(Span.Kind.SERVER)
                .name("handshake")
                .tag("holdfast.game", game)
                .tag("holdfast.player", player)
                .tag("client.address", address)
                .start();
    }

    public static void nameSession(Span handshake, String session) {
        handshake.tag(SESSION, session);
    }

    public static void end(Span span, String outcome) {
        span.tag(OUTCOME, outcome).end();
    }

    /// The `traceparent` by which others name this span as theirs; null where nothing is recorded. Before its end.
    public static @Nullable String parentOf(Span span) {
        TraceContext context = span.context();
        return span.isNoop() || !Boolean.TRUE.equals(context.sampled())
                ? null
                : "00-%s-%s-01".formatted(context.traceId(), context.spanId());
    }

    /// Begins the span of a dial: within the session's hold if there is one, else within its handshake.
    ///
    /// @param handshake its `traceparent`
    public Span dial(String session, @Nullable String handshake) {
        if (handshake == null) {
            return Span.NOOP;
        }
        Span hold = holds.get(session);
        return tracer.spanBuilder()
                .setParent(hold == null ? contextOf(handshake) : hold.context())
                .kind(Span.Kind.CLIENT)
                .name("dial")
                .tag(SESSION, session)
                .start();
    }

    /// @param handshake its `traceparent`
    public void holdBegan(String session, @Nullable String handshake) {
        if (handshake != null) {
            Span hold = tracer.spanBuilder()
                    .setNoParent()
                    .addLink(new Link(contextOf(handshake)))
                    .name("hold")
                    .tag(SESSION, session)
                    .start();
            holds.put(session, hold);
        }
    }

    public void holdEnded(String session, String outcome) {
        Span hold = holds.remove(session);
        if (hold != null) {
            end(hold, outcome);
        }
    }

    private TraceContext contextOf(String traceparent) {
        return tracer.traceContextBuilder()
                .traceId(traceparent.substring(3, 35))
                .spanId(traceparent.substring(36, 52))
                .sampled(true)
                .build();
    }
}
