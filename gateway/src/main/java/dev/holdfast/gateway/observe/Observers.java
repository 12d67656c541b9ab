package dev.holdfast.gateway.observe;

import dev.holdfast.gateway.leg.LegName;
import dev.holdfast.gateway.relay.HoldOutcome;
import dev.holdfast.gateway.relay.SessionEnd;
import dev.holdfast.gateway.relay.SessionInfo;
import dev.holdfast.gateway.relay.SessionObserver;
import java.util.List;

/// Several observers as one.
record Observers(List<SessionObserver> all) implements SessionObserver {
    @Override
    public void opened(SessionInfo info, String backend) {
        all.forEach(each -> each.opened(info, backend));
    }

    @Override
    public void answered(LegName leg, long roundTripNanos) {
        all.forEach(each -> each.answered(leg, roundTripNanos));
    }

    @Override
    public void holdBegan(SessionInfo info) {
        all.forEach(each -> each.holdBegan(info));
    }

    @Override
    public void holdEnded(SessionInfo info, HoldOutcome outcome, long heldNanos, String backend) {
        all.forEach(each -> each.holdEnded(info, outcome, heldNanos, backend));
    }

    @Override
    public void ended(SessionEnd end) {
        all.forEach(each -> each.ended(end));
    }
}
