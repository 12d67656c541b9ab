package dev.holdfast.e2e;

import java.util.Optional;

/// Something that a client did or saw. Times are `System.nanoTime()` of the one process that all clients run in.
sealed interface Moment {
    long atNanos();

    record Connected(long atNanos) implements Moment {}

    /// @param code of the close frame, 1006 if there was none
    record Closed(long atNanos, int code) implements Moment {}

    /// Its user gave a command; it goes out when there is a connection.
    record Said(long atNanos, String id) implements Moment {}

    /// A command went out, for the first time or again.
    record Sent(long atNanos, String id) implements Moment {}

    record Acked(long atNanos, String id, long seq) implements Moment {}

    /// @param isFinal the server does not want it again
    record Nacked(long atNanos, String id, String code, boolean isFinal) implements Moment {}

    /// The client starts from a state instead of from events.
    ///
    /// @param isReset the server said that what the client had seen before is not its history
    record Based(long atNanos, long seq, String tag, boolean isReset) implements Moment {}

    /// The client processed an event. Those that it ignored as duplicates are not told.
    record Saw(long atNanos, long seq, String tag, Optional<Long> prev, String body) implements Moment {}

    /// The client was told that it has all its events up to there.
    record Advanced(long atNanos, long seq) implements Moment {}
}
