package dev.holdfast.game.log.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Whether a Redis server keeps what it has acknowledged, from `INFO persistence` and `CONFIG GET`.
///
/// @param flaws what would lose games, each with the line to set; empty if nothing would
/// @param isCertain whether the server told all that is needed; some hosts forbid `CONFIG`
record Durability(List<String> flaws, boolean isCertain) {
    Durability {
        flaws = List.copyOf(flaws);
    }

    /// @param info the reply to `INFO persistence`
    /// @param config the replies to `CONFIG GET`, empty if the server forbids it
    static Durability of(String info, Optional<Map<String, String>> config) {
        Map<String, String> state = info.lines()
                .filter(line -> line.contains(":"))
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.indexOf(':')),
                        line -> line.substring(line.indexOf(':') + 1).strip(),
                        (first, _) -> first));
        List<String> flaws = new ArrayList<>();
        if (!"1".equals(state.get("aof_enabled"))) {
            flaws.add("appendonly is off; set \"appendonly yes\"");
        }
        if ("err".equals(state.get("aof_last_write_status"))) {
            flaws.add("its last write to the append-only file failed; look at the server's disk");
        }
        config.ifPresent(settings -> {
            expect(settings, "appendfsync", "always", flaws);
            expect(settings, "no-appendfsync-on-rewrite", "no", flaws);
            expect(settings, "maxmemory-policy", "noeviction", flaws);
        });
        return new Durability(flaws, config.isPresent());
    }

    private static void expect(Map<String, String> settings, String name, String value, List<String> flaws) {
        String found = settings.getOrDefault(name, "unknown");
        if (!found.equals(value)) {
            flaws.add(name + " is " + found + "; set \"" + name + " " + value + "\"");
        }
    }
}
