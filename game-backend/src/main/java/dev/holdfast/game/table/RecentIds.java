package dev.holdfast.game.table;

import dev.holdfast.game.rules.Json;
import dev.holdfast.game.rules.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/// The last command ids of one seat that were applied, and at which event: the memory of de-duplication.
final class RecentIds {
    /// More than a client can have in flight, so that a resent command is always found.
    static final int CAPACITY = 256;

    private final Map<String, Long> seqById = new LinkedHashMap<>();
    private long forgottenUpTo;

    OptionalLong find(String id) {
        Long seq = seqById.get(id);
        return seq == null ? OptionalLong.empty() : OptionalLong.of(seq);
    }

    /// Every id applied after this event is still remembered.
    long forgottenUpTo() {
        return forgottenUpTo;
    }

    void add(String id, long seq) {
        seqById.put(id, seq);
        if (seqById.size() > CAPACITY) {
            var oldest = seqById.entrySet().iterator();
            forgottenUpTo = oldest.next().getValue();
            oldest.remove();
        }
    }

    JsonObject save() {
        var seqs = new LinkedHashMap<String, Json>();
        seqById.forEach((id, seq) -> seqs.put(id, Json.of(seq)));
        return JsonObject.of("forgotten", forgottenUpTo, "seqs", new JsonObject(seqs));
    }

    static RecentIds load(JsonObject saved) {
        var ids = new RecentIds();
        ids.forgottenUpTo = seq(saved.field("forgotten").orElseThrow());
        saved.object("seqs").orElseThrow().fields().forEach((id, seq) -> ids.seqById.put(id, seq(seq)));
        return ids;
    }

    private static long seq(Json json) {
        return Long.parseLong(((Json.Numeral) json).literal());
    }
}
