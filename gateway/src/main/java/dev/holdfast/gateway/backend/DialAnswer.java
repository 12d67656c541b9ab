package dev.holdfast.gateway.backend;

import dev.holdfast.gateway.leg.Leg;
import dev.holdfast.gateway.link.LinkHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.ByteBuffer;

/// What the backend said to an upgrade. A backend that could not be asked, or did not make sense, is an error
/// instead.
public sealed interface DialAnswer {
    /// 101: the leg is open and holds back what comes until a session takes it.
    ///
    /// @param headers of the answer
    record Upgraded(Leg leg, HttpHeaders headers) implements DialAnswer {
        /// Whether the backend speaks the link protocol, and so can take the session on over another leg.
        public boolean isLinked() {
            return LinkHeaders.VERSION.equals(headers.get(LinkHeaders.LINK));
        }
    }

    /// Any other status: it is the client's to see.
    ///
    /// @param body at most [BackendHandshake#LARGEST_BODY] bytes of it
    record Refused(int status, HttpHeaders headers, ByteBuffer body) implements DialAnswer {
        /// Whether this replica takes nobody, as one that drains.
        boolean isUnavailable() {
            return status == 503;
        }

        boolean isFailure() {
            return status >= 500;
        }
    }
}
