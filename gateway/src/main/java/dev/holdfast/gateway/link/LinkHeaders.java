package dev.holdfast.gateway.link;

/// What gateway and game-backend say in the headers of a backend leg's handshake (docs/protocol.md, section 7).
public final class LinkHeaders {
    /// What the names of all of them begin with, in lower case.
    public static final String PREFIX = "holdfast-";

    /// Offers the link protocol, and accepts it.
    public static final String LINK = "Holdfast-Link";

    /// Of the link protocol.
    public static final String VERSION = "1";

    /// The session's name.
    public static final String SESSION = "Holdfast-Session";

    /// Who the client has proved to be.
    public static final String IDENTITY = "Holdfast-Identity";

    /// [ResumePoint#first].
    public static final String FIRST = "Holdfast-First";

    /// [ResumePoint#since].
    public static final String SINCE = "Holdfast-Since";

    /// [ResumePoint#speaksV1].
    public static final String PROTOCOL = "Holdfast-Protocol";

    private LinkHeaders() {}
}
