package dev.holdfast.gateway.observe;

import dev.holdfast.gateway.relay.SessionView;

/// A session as `/actuator/sessions` shows it. Every number carries its unit.
record SessionRow(
        String id,
        String game,
        String player,
        String address,
        String origin,
        String backend,
        String state,
        double ageSeconds,
        long queuedBytes,
        double rttMs,
        double rttMaxMs,
        int holds,
        SessionView.Count toBackend,
        SessionView.Count toClient) {
    static SessionRow of(SessionView view) {
        return new SessionRow(
                view.info().id(),
                view.info().game(),
                view.info().player(),
                view.info().clientAddress(),
                Printable.of(view.info().origin()),
                view.backend(),
                Label.of(view.state()),
                view.age().toMillis() / 1e3,
                view.queuedBytes(),
                Math.round(view.roundTrip().toNanos() / 1e3) / 1e3,
                Math.round(view.longestRoundTrip().toNanos() / 1e3) / 1e3,
                view.holds(),
                view.toBackend(),
                view.toClient());
    }
}
