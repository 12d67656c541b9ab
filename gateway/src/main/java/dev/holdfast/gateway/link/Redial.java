package dev.holdfast.gateway.link;

import dev.holdfast.gateway.leg.Leg;

/// Opens another backend leg for a session that has lost its own.
public interface Redial {
    /// How a dial ended. Called on the session's event loop, once.
    interface Outcome {
        /// @param leg open, and not attached to anything yet
        void upgraded(Leg leg);

        /// Nobody took the session, for now.
        void failed();
    }

    /// Dials once, any replica, but that of the lost leg last: it may be the one that cannot serve.
    ///
    /// @return ends the dial; the outcome is not called any more
    Runnable dial(ResumePoint point, Leg lost, Outcome outcome);
}
