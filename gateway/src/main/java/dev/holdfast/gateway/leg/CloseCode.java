package dev.holdfast.gateway.leg;

/// The close codes the gateway itself sends or reasons about (RFC 6455, section 7.4; docs/protocol.md, section 6).
/// Codes of 4000 to 4499 ask the client to reconnect, 4500 to 4999 are final.
public final class CloseCode {
    public static final int NORMAL = 1000;
    public static final int GOING_AWAY = 1001;
    public static final int PROTOCOL_ERROR = 1002;
    /// Never on the wire: a Close frame without a code (RFC 6455, section 7.1.5).
    public static final int NO_CODE = 1005;
    /// Never on the wire: the TCP connection ended without a Close frame.
    public static final int ABNORMAL = 1006;
    public static final int POLICY_VIOLATION = 1008;
    public static final int MESSAGE_TOO_BIG = 1009;
    public static final int SERVER_ERROR = 1011;
    /// The service restarts; the reason `retry=<ms>` says when to come back.
    public static final int RESTART = 1012;
    /// Overloaded, or the backend was away for longer than the hold.
    public static final int TRY_AGAIN_LATER = 1013;
    /// The client was silent: no frame within the ping timeout.
    public static final int SILENT = 4001;
    /// The client did not read what was sent to it.
    public static final int UNREADABLE = 4002;
    /// The client went on sending more than it may; the reason `retry=<ms>` says when to come back.
    public static final int RATE_LIMITED = 4003;
    /// The token that opened the session has expired.
    public static final int TOKEN_EXPIRED = 4004;

    /// The game or an operator removed the client.
    public static final int REMOVED = 4507;

    private CloseCode() {}

    /// Whether a peer may put this code into a Close frame: 1004 to 1006 and 1015 are reserved and must never be
    /// sent, everything below 1000 and from 5000 on is undefined (RFC 6455, section 7.4).
    public static boolean mayBeSent(int code) {
        return switch (code) {
            case 1004, NO_CODE, ABNORMAL, 1015 -> false;
            default -> code >= 1000 && code <= 4999;
        };
    }
}
