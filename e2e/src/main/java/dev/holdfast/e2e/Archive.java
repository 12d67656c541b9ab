package dev.holdfast.e2e;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Collects logs while they grow, since the game-backend lets go of events that a snapshot covers. Collect at least
/// every 500 events of a game.
final class Archive {
    private final LogReader reader;
    private final Map<String, List<LogEntry>> logs = new HashMap<>();
    private final List<String> violations = new ArrayList<>();

    Archive(LogReader reader) {
        this.reader = reader;
    }

    /// Takes what is new, and looks whether the newest event known is still what it was.
    void collect(String game) {
        List<LogEntry> known = logs.computeIfAbsent(game, _ -> new ArrayList<>());
        if (known.isEmpty()) {
            known.addAll(reader.read(game, 1));
            return;
        }
        LogEntry newest = known.getLast();
        List<LogEntry> found = reader.read(game, newest.seq());
        if (found.isEmpty() || !found.getFirst().equals(newest)) {
            violations.add("game " + game + ": the log had " + newest + " and now has "
                    + (found.isEmpty() ? "nothing" : found.getFirst()) + " there");
        } else {
            known.addAll(found.subList(1, found.size()));
        }
    }

    List<LogEntry> log(String game) {
        return List.copyOf(logs.getOrDefault(game, List.of()));
    }

    /// Logs that changed after they had been read.
    List<String> violations() {
        return List.copyOf(violations);
    }
}
