package dev.holdfast.game.rules;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// All rules that this server knows, by name.
public final class RulesBook {
    /// The rules of a game that nobody created before its first player came.
    public static final String DEFAULT = "relay";

    private final Map<String, GameRules<?>> byName = new TreeMap<>();

    public RulesBook(Collection<? extends GameRules<?>> all) {
        for (GameRules<?> rules : all) {
            if (byName.put(rules.name(), rules) != null) {
                throw new IllegalArgumentException("rules: " + rules.name() + " twice (expected: one per name)");
            }
        }
    }

    public Optional<GameRules<?>> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /// In alphabetical order.
    public List<String> names() {
        return List.copyOf(byName.keySet());
    }
}
