package dev.holdfast.game.table;

import dev.holdfast.game.rules.Json;
import dev.holdfast.game.rules.JsonObject;
import dev.holdfast.game.wire.CommandId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/// The last command ids of one seat that were applied, and at which event: the memory of de-duplication.
final class RecentIds {
    /// More than a client can have in flight, so that a resent command is always found.
    static final int CAPACITY = 256;

    private final Map<String, Long> seqById = new LinkedHashMap<>();
    private long forgottenUpTo;
    private String gatewaySession = "";
    private long gatewayNumber;

    OptionalLong find(String id) {
        Long seq = seqById.get(id);
        return seq == null ? OptionalLong.empty() : OptionalLong.of(seq);
    }

    /// Every id applied after this event is still remembered.
    long forgottenUpTo() {
        return forgottenUpTo;
    }

    /// The last message number of a session that a gateway holds, 0 if another session has come since.
    long lastGatewayNumber(String session) {
        return session.equals(gatewaySession) ? gatewayNumber : 0;
    }

    void add(String id, long seq) {
        seqById.put(id, seq);
        CommandId.gatewaySession(id).ifPresent(session -> {
            gatewaySession = session;
            gatewayNumber = CommandId.gatewayNumber(id);
        });
        if (seqById.size() > CAPACITY) {
            var oldest = seqById.entrySet().iterator();
            forgottenUpTo = oldest.next().getValue();
            oldest.remove();
        }
    }

    /// Lets go of those applied up to an event.
    void forgetUpTo(long seq) {
        var oldest = seqById.values().iterator();
        for (long at = next(oldest); at <= seq; at = next(oldest)) {
            forgottenUpTo = at;
            oldest.remove();
        }
    }

    private static long next(Iterator<Long> seqs) {
        return seqs.hasNext() ? seqs.next() : Long.MAX_VALUE;
    }

    JsonObject save() {
        var seqs = new LinkedHashMap<String, Json>();
        seqById.forEach((id, seq) -> seqs.put(id, Json.of(seq)));
        return JsonObject.of(
                "forgotten",
                forgottenUpTo,
                "seqs",
                new JsonObject(seqs),
                "gw",
                gatewaySession,
                "gwLast",
                gatewayNumber);
    }

    static RecentIds load(JsonObject saved) {
        var ids = new RecentIds();
        ids.forgottenUpTo = seq(saved.field("forgotten").orElseThrow());
        ids.gatewaySession = saved.text("gw").orElse("");
        ids.gatewayNumber = seq(saved.field("gwLast").orElseThrow());
        saved.object("seqs").orElseThrow().fields().forEach((id, seq) -> ids.seqById.put(id, seq(seq)));
        return ids;
    }

    private static long seq(Json json) {
        return Long.parseLong(((Json.Numeral) json).literal());
    }
}
