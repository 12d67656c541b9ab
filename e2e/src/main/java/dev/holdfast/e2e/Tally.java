package dev.holdfast.e2e;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What became of the messages of some players.
///
/// @param lost messages that are not in the log, or that a connected player never saw
/// @param doubled messages that are in the log twice, or that a player saw twice
/// @param pausesNanos from saying to the ack (v1) or to being heard (plain), for what was said after a moment
record Tally(int sent, int lost, int doubled, List<Long> pausesNanos) {
    static Tally ofPlain(List<PlainPlayer> players, long sinceNanos) {
        int sent = 0;
        int lost = 0;
        int doubled = 0;
        List<Long> pauses = new ArrayList<>();
        for (PlainPlayer player : players) {
            sent += player.saidAtNanos().size();
            for (Map.Entry<String, Long> said : player.saidAtNanos().entrySet()) {
                for (PlainPlayer other : player.others()) {
                    List<Long> heard = other.heardAtNanos(said.getKey());
                    lost += heard.isEmpty() ? 1 : 0;
                    doubled += Math.max(0, heard.size() - 1);
                    if (!heard.isEmpty() && said.getValue() >= sinceNanos) {
                        pauses.add(heard.getFirst() - said.getValue());
                    }
                }
            }
        }
        return new Tally(sent, lost, doubled, pauses);
    }

    static Tally ofV1(List<History> histories, Archive archive, long sinceNanos) {
        int sent = 0;
        int lost = 0;
        int doubled = 0;
        List<Long> pauses = new ArrayList<>();
        for (History history : histories) {
            Map<String, Long> saidAt = new HashMap<>();
            history.all(Moment.Said.class).forEach(moment -> saidAt.put(moment.id(), moment.atNanos()));
            Set<String> acked = new HashSet<>();
            history.all(Moment.Acked.class).forEach(ack -> {
                Long from = saidAt.get(ack.id());
                if (acked.add(ack.id()) && from != null && from >= sinceNanos) {
                    pauses.add(ack.atNanos() - from);
                }
            });
            sent += saidAt.size();
            List<LogEntry> log = archive.log(history.game());
            for (String id : saidAt.keySet()) {
                long times = log.stream()
                        .filter(entry ->
                                entry.by().filter(history.client()::equals).isPresent()
                                        && entry.command().filter(id::equals).isPresent())
                        .count();
                lost += times == 0 ? 1 : 0;
                doubled += (int) Math.max(0, times - 1);
            }
            long begin = history.all(Moment.Based.class)
                    .mapToLong(Moment.Based::seq)
                    .findFirst()
                    .orElse(0);
            List<Long> seen = history.all(Moment.Saw.class).map(Moment.Saw::seq).toList();
            long shown = log.stream()
                    .filter(entry -> entry.seq() > begin && entry.isShownTo(history.client()))
                    .count();
            int distinct = new HashSet<>(seen).size();
            lost += (int) Math.max(0, shown - distinct);
            doubled += seen.size() - distinct;
        }
        return new Tally(sent, lost, doubled, pauses);
    }

    String row(String fault, String client) {
        return "%-34s %-6s %6d %5d %8d %8s %8s %8s"
                .formatted(fault, client, sent, lost, doubled, percentile(50), percentile(99), percentile(100));
    }

    static String header() {
        return "%-34s %-6s %6s %5s %8s %8s %8s %8s"
                .formatted("fault", "client", "sent", "lost", "doubled", "p50 ms", "p99 ms", "max ms");
    }

    private String percentile(int percent) {
        List<Long> sorted = pausesNanos.stream().sorted().toList();
        return sorted.isEmpty() ? "-" : Long.toString(percentile(sorted, percent) / 1_000_000);
    }

    /// @param sorted ascending, not empty
    static long percentile(List<Long> sorted, int percent) {
        return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100));
    }
}
