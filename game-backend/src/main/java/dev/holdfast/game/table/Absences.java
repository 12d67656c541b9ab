package dev.holdfast.game.table;

import dev.holdfast.game.observe.GameMeters;
import java.util.HashMap;
import java.util.Map;
import reactor.core.Disposable;

/// Players whose connection was lost, each with the timer that ends their grace. On the table's thread.
final class Absences {
    private final Map<String, Disposable> timers = new HashMap<>();
    private final GameMeters meters;

    Absences(GameMeters meters) {
        this.meters = meters;
    }

    boolean isEmpty() {
        return timers.isEmpty();
    }

    boolean has(String player) {
        return timers.containsKey(player);
    }

    /// Begins an absence, or begins it anew.
    void begin(String player, Disposable timer) {
        Disposable before = timers.put(player, timer);
        if (before == null) {
            meters.seats(0, 1);
        } else {
            before.dispose();
        }
    }

    void end(String player) {
        Disposable timer = timers.remove(player);
        if (timer != null) {
            timer.dispose();
            meters.seats(0, -1);
        }
    }

    void endAll() {
        for (String player : timers.keySet().toArray(String[]::new)) {
            end(player);
        }
    }
}
