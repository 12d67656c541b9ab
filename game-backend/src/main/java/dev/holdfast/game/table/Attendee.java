package dev.holdfast.game.table;

import java.util.List;
import java.util.Map;

/// A connection that sits at a table. Called from the table's thread; must neither block nor throw.
public interface Attendee {
    String player();

    /// Names the connection, so that a newer one is told from another leg of the same one.
    String session();

    /// Whether the connection has ended. From any thread.
    boolean hasEnded();

    /// Whether it has ended without a word: its client then goes on, if at all, by another one. From any thread.
    boolean hasBroken();

    /// The seat is taken, and everything from [Welcome#head()] on will be shown.
    ///
    /// @param table where it is, perhaps another one than was asked: that one may have closed meanwhile
    void seated(Table table, Welcome welcome);

    /// What has happened, in order, without gaps.
    void show(List<Shown> events);

    /// Where other players are, those of whom there is news. Nothing that anybody may rely on.
    void present(Map<String, Presence> players);

    /// The connection has lost its seat, or never got it.
    void ended(Ending ending);
}
