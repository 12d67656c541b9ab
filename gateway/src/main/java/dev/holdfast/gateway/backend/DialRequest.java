package dev.holdfast.gateway.backend;

import dev.holdfast.gateway.link.ResumePoint;
import io.netty.channel.EventLoop;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/// An upgrade to be asked of the backend.
///
/// @param eventLoop where the backend leg will live: the client leg's
/// @param game decides which replica is asked first
/// @param lost the replica that the session comes from, which is asked last; null for a session that begins
/// @param from where the new leg is to go on
/// @param session its name, for the span of the dial
/// @param traceparent the span that the dial belongs to; null where nothing is recorded
public record DialRequest(
        EventLoop eventLoop,
        String game,
        @Nullable SocketAddress lost,
        UpgradeHead head,
        ResumePoint from,
        String session,
        @Nullable String traceparent) {
    DialRequest within(@Nullable String span) {
        return new DialRequest(eventLoop, game, lost, head, from, session, span);
    }

    /// For the same session, when it has lost its leg to `replica`.
    DialRequest again(SocketAddress replica, ResumePoint point) {
        return new DialRequest(eventLoop, game, replica, head, point, session, traceparent);
    }
}
