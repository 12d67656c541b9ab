package dev.holdfast.game.table;

import java.util.HashMap;
import java.util.Map;

/// Players whom another process should have, each with how long nothing was heard of them. On the table's thread.
final class Silences {
    private final Map<String, Silence> silences = new HashMap<>();
    private final int sweepsPerGrace;

    private record Silence(String session, int sweeps) {
        static final Silence NONE = new Silence("", 0);
    }

    Silences(int sweepsPerGrace) {
        this.sweepsPerGrace = sweepsPerGrace;
    }

    /// Counts a sweep. Time to ask is after one grace of silence, then after two, four, eight: who waits for a player
    /// waits at most twice as long as before, and a player who only thinks costs a few entries a day.
    boolean isTimeToAsk(String player, String session) {
        Silence before = silences.getOrDefault(player, Silence.NONE);
        int sweeps = before.session().equals(session) ? before.sweeps() + 1 : 1;
        silences.put(player, new Silence(session, sweeps));
        return sweeps % sweepsPerGrace == 0 && Integer.bitCount(sweeps / sweepsPerGrace) == 1;
    }

    void end(String player) {
        silences.remove(player);
    }
}
