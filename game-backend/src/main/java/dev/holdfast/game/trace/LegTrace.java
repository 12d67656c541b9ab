package dev.holdfast.game.trace;

import io.micrometer.tracing.Link;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import java.util.Optional;

/// The spans of one leg: its handshake, in the trace of the gateway's dial, and a trace for each command that is
/// recorded, linked to the handshake. Belongs to the leg's event loop.
public final class LegTrace {
    private final Tracer tracer;
    private final Span handshake;
    private final Optional<TraceContext> context;
    private final String game;
    private final String player;
    private final String session;
    private boolean hasEnded;

    LegTrace(
            Tracer tracer, Span handshake, Optional<TraceContext> context, String game, String player, String session) {
        this.tracer = tracer;
        this.handshake = handshake;
        this.context = context;
        this.game = game;
        this.player = player;
        this.session = session;
        handshake.tag("holdfast.game", game).tag("holdfast.player", player).tag("holdfast.session", session);
    }

    /// The player is seated, or the leg has ended before. The first outcome counts.
    public void seated(String outcome) {
        if (!hasEnded) {
            hasEnded = true;
            end(handshake, outcome);
        }
    }

    /// Begins the span of a command, from its arrival to its answer.
    public Span command() {
        if (tracer.equals(Tracer.NOOP)) {
            return Span.NOOP;
        }
        Span.Builder command = tracer.spanBuilder().setNoParent().name("command");
        context.ifPresent(leg -> command.addLink(new Link(leg)));
        return command.start()
                .tag("holdfast.game", game)
                .tag("holdfast.player", player)
                .tag("holdfast.session", session);
    }

    public static void end(Span span, String outcome) {
        span.tag("holdfast.outcome", outcome).end();
    }
}
