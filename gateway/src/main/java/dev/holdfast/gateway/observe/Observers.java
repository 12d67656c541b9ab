package dev.holdfast.gateway.observe;

import dev.holdfast.gateway.leg.LegName;
import dev.holdfast.gateway.relay.HoldOutcome;
import dev.holdfast.gateway.relay.SessionEnd;
import dev.holdfast.gateway.relay.SessionInfo;
import dev.holdfast.gateway.relay.SessionObserver;

/// Two observers as one.
record Observers(SessionObserver first, SessionObserver second) implements SessionObserver {
    @Override
    public void opened(SessionInfo info) {
        first.opened(info);
        second.opened(info);
    }

    @Override
    public void answered(LegName leg, long roundTripNanos) {
        first.answered(leg, roundTripNanos);
        second.answered(leg, roundTripNanos);
    }

    @Override
    public void holdBegan(SessionInfo info) {
        first.holdBegan(info);
        second.holdBegan(info);
    }

    @Override
    public void holdEnded(SessionInfo info, HoldOutcome outcome, long heldNanos) {
        first.holdEnded(info, outcome, heldNanos);
        second.holdEnded(info, outcome, heldNanos);
    }

    @Override
    public void ended(SessionEnd end) {
        first.ended(end);
        second.ended(end);
    }
}
