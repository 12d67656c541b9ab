package dev.holdfast.game.log.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Whether a Redis server keeps what it has acknowledged, from `INFO` and `CONFIG GET`.
///
/// @param faults what makes it unfit for games, whatever loss is accepted, each with what to do; empty if nothing does
/// @param flaws what would lose acknowledged appends, each with the line to set; empty if nothing would
/// @param isReplica whether it takes no appends, since it follows another server
/// @param isCertain whether the server told all that is needed; some hosts forbid `CONFIG`
record Durability(List<String> faults, List<String> flaws, boolean isReplica, boolean isCertain) {
    /// What `CONFIG GET` is to be asked for.
    static final String[] SETTINGS = {"appendfsync", "no-appendfsync-on-rewrite"};

    Durability {
        faults = List.copyOf(faults);
        flaws = List.copyOf(flaws);
    }

    /// @param info the reply to `INFO`
    /// @param config the replies to `CONFIG GET`, empty if the server forbids it
    static Durability of(String info, Optional<Map<String, String>> config) {
        Map<String, String> state = fields(info);
        List<String> faults = new ArrayList<>();
        // A part of a game that is gone is worse than a loss of the newest: what is left cannot be followed
        expect(state, "maxmemory_policy", "maxmemory-policy", "noeviction", faults);
        if ("1".equals(state.get("cluster_enabled"))) {
            faults.add("it is a node of a Redis Cluster, which has but a part of the games; use a server with"
                    + " \"cluster-enabled no\"");
        }
        List<String> flaws = new ArrayList<>();
        if (!"1".equals(state.get("aof_enabled"))) {
            flaws.add("appendonly is off; set \"appendonly yes\"");
        }
        if ("err".equals(state.get("aof_last_write_status"))) {
            flaws.add("its last write to the append-only file failed; look at the server's disk");
        }
        config.ifPresent(settings -> {
            expect(settings, "appendfsync", "appendfsync", "always", flaws);
            expect(settings, "no-appendfsync-on-rewrite", "no-appendfsync-on-rewrite", "no", flaws);
        });
        return new Durability(faults, flaws, "slave".equals(state.get("role")), config.isPresent());
    }

    /// What a reply to `INFO` has.
    static Map<String, String> fields(String info) {
        return info.lines()
                .filter(line -> line.contains(":"))
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.indexOf(':')),
                        line -> line.substring(line.indexOf(':') + 1).strip(),
                        (first, _) -> first));
    }

    private static void expect(
            Map<String, String> settings, String key, String name, String value, List<String> wrong) {
        String found = settings.getOrDefault(key, "unknown");
        if (!found.equals(value)) {
            wrong.add(name + " is " + found + "; set \"" + name + " " + value + "\"");
        }
    }
}
