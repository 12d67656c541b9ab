package dev.holdfast.game.table;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/// Players whom another process should have, each with how long nothing was heard of them. On the table's thread.
final class Silences {
    private final Map<String, Silence> silences = new HashMap<>();
    private final int sweepsPerGrace;

    /// @param sweeps since something was heard of the player
    /// @param allSweeps since the connection was first missing here
    private record Silence(String session, int sweeps, int allSweeps) {
        Silence next(String nextSession) {
            return session.equals(nextSession)
                    ? new Silence(session, sweeps + 1, allSweeps + 1)
                    : new Silence(nextSession, 1, 1);
        }

        Silence broken() {
            return new Silence(session, 0, allSweeps);
        }
    }

    Silences(int sweepsPerGrace) {
        this.sweepsPerGrace = sweepsPerGrace;
    }

    /// Counts a sweep. Time to ask is after one grace of silence, then after two, four, eight: who waits for a
    /// player waits at most twice as long as before, and a player who only thinks costs a few entries a day. Where
    /// nobody waits, acting begins no new silence: that a seat is nobody's is found out later, but not at the cost
    /// of acts.
    boolean isTimeToAsk(String player, String session, BooleanSupplier wouldBeMissed) {
        Silence now = silences.getOrDefault(player, new Silence(session, 0, 0)).next(session);
        silences.put(player, now);
        boolean isTime = isTime(now.sweeps());
        boolean isTimeForAll = isTime(now.allSweeps());
        return (isTime || isTimeForAll) && (wouldBeMissed.getAsBoolean() ? isTime : isTimeForAll);
    }

    private boolean isTime(int sweeps) {
        return sweeps % sweepsPerGrace == 0 && Integer.bitCount(sweeps / sweepsPerGrace) == 1;
    }

    /// Something was heard of the player.
    void end(String player) {
        silences.computeIfPresent(player, (name, silence) -> silence.broken());
    }

    /// The player is here, or has left.
    void forget(String player) {
        silences.remove(player);
    }
}
