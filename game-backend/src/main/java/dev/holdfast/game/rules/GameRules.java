package dev.holdfast.game.rules;

import java.util.List;
import java.util.Optional;

/// A game, as functions over an immutable state. All but [#decide], [#join] and [#leave] are pure: no clock, no
/// randomness, no I/O, since the same log must fold to the same state on every replica and after every restart. Those
/// three may draw lots, as their events say what came of it. How to write one: docs/game-rules.md.
///
/// Messages and events are JSON objects with a `type` of the rules' own; the types `ping` and `pong`, the prefix `sys.`
/// and the key `$` belong to the protocol and must not be emitted.
///
/// @param <S> the state, immutable and with `equals`
public interface GameRules<S> {
    /// What clients ask for and what is kept in the log: lower-case letters and digits.
    String name();

    /// Raised when old logs would fold differently.
    int version();

    S initial();

    /// Events that follow from a player coming in, in order; none if the player is in already or only watches.
    default List<JsonObject> join(S state, String player) {
        return List.of();
    }

    /// Events that follow from a player having left for good.
    default List<JsonObject> leave(S state, String player) {
        return List.of();
    }

    /// What a player's message does. The protocol's own messages and keys have been taken out.
    Decision decide(S state, String player, JsonObject command);

    /// The state after an event that an earlier call decided on. Never refuses.
    S fold(S state, Event event);

    /// All that this player may know, without a `type`; empty if there is nothing to tell. Players who are not in the
    /// game watch it.
    JsonObject view(S state, String player);

    /// The event as this player may see it, or empty if it is hidden from that player.
    default Optional<JsonObject> show(Event event, String player) {
        return Optional.of(event.body());
    }

    /// Whether [#show] hides from this player whatever `by` brings about. Then long events of theirs need not be read
    /// to know it.
    default boolean hidesAll(String by, String player) {
        return false;
    }

    /// The state for a snapshot, such that `load(save(s)).equals(s)`.
    JsonObject save(S state);

    S load(JsonObject saved);
}
