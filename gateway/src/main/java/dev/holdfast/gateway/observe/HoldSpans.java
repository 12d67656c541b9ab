package dev.holdfast.gateway.observe;

import dev.holdfast.gateway.relay.HoldOutcome;
import dev.holdfast.gateway.relay.SessionInfo;
import dev.holdfast.gateway.relay.SessionObserver;
import dev.holdfast.gateway.trace.Traces;

/// A span for each hold of a session whose handshake was recorded.
record HoldSpans(Traces traces) implements SessionObserver {
    @Override
    public void holdBegan(SessionInfo info) {
        traces.holdBegan(info.id(), info.traceparent());
    }

    @Override
    public void holdEnded(SessionInfo info, HoldOutcome outcome, long heldNanos, String backend) {
        traces.holdEnded(info.id(), Label.of(outcome));
    }
}
