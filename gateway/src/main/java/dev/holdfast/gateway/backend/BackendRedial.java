package dev.holdfast.gateway.backend;

import dev.holdfast.gateway.leg.Leg;
import dev.holdfast.gateway.link.Redial;
import dev.holdfast.gateway.link.ResumePoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Dials for a session that has lost its backend leg.
///
/// @param first the request that opened the session
public record BackendRedial(BackendDialer dialer, DialRequest first) implements Redial {
    private static final Logger LOG = LoggerFactory.getLogger(BackendRedial.class);

    @Override
    public Runnable dial(ResumePoint point, Leg lost, Outcome outcome) {
        return dialer.dial(first.again(lost.channel().remoteAddress(), point), new DialOutcome() {
            @Override
            public void answered(DialAnswer answer) {
                BackendRedial.answered(answer, outcome);
            }

            @Override
            public void failed(Throwable failure) {
                LOG.debug("re-dial for game {} failed: {}", first.game(), failure.toString());
                outcome.failed();
            }
        });
    }

    /// Only a backend that still speaks the link protocol can go on where another stopped.
    private static void answered(DialAnswer answer, Outcome outcome) {
        switch (answer) {
            case DialAnswer.Upgraded upgraded when upgraded.isLinked() -> outcome.upgraded(upgraded.leg());
            case DialAnswer.Upgraded upgraded -> {
                upgraded.leg().cut();
                outcome.failed();
            }
            case DialAnswer.Refused refused -> {
                LOG.debug("re-dial refused with {}", refused.status());
                outcome.failed();
            }
        }
    }
}
