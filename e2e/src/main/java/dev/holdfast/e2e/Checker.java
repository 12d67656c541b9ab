package dev.holdfast.e2e;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Holds what the clients of one game saw against the game's final log, in one pass over each: invariants 1 to 7 of
/// docs/storage.md. An answer is a list of violations, each a sentence.
///
/// The eighth (fold of the log = each replica's state) cannot be seen from outside: the game-backend's GameStateTest.
final class Checker {
    private final String game;
    private final List<LogEntry> log;
    private final Map<Long, LogEntry> bySeq = new HashMap<>();
    private final Map<String, Long> seqOfCommand = new HashMap<>();
    private final List<String> violations = new ArrayList<>();

    private Checker(String game, List<LogEntry> log) {
        this.game = game;
        this.log = log;
    }

    static List<String> check(String game, List<LogEntry> log, List<History> histories) {
        var checker = new Checker(game, log);
        checker.readLog();
        histories.forEach(checker::checkCommands);
        histories.forEach(checker::checkEvents);
        return List.copyOf(checker.violations);
    }

    /// Invariants 2 and 3.
    private void readLog() {
        long expected = 1;
        for (LogEntry entry : log) {
            if (entry.seq() != expected) {
                violation(3, "the log goes on at seq %d where seq %d should be".formatted(entry.seq(), expected));
            }
            expected = entry.seq() + 1;
            bySeq.put(entry.seq(), entry);
            entry.command().ifPresent(id -> {
                Long before = seqOfCommand.putIfAbsent(key(entry.by(), id), entry.seq());
                if (before != null) {
                    violation(
                            2,
                            "command %s is in the log twice, at seq %d and seq %d".formatted(id, before, entry.seq()));
                }
            });
        }
    }

    // Ids are unique per seat, not per game.
    private static String key(Optional<String> player, String id) {
        return player.orElse("") + " " + id;
    }

    /// Invariants 1, 5 and 6.
    private void checkCommands(History history) {
        Set<String> sent = new HashSet<>();
        Set<String> resent = new HashSet<>();
        long newestAckedSeq = 0;
        String newestAcked = "";
        for (Moment moment : history.moments()) {
            switch (moment) {
                case Moment.Sent(var _, String id) -> {
                    if (!sent.add(id)) {
                        resent.add(id);
                    } else {
                        checkOrder(history, id, newestAcked, newestAckedSeq);
                    }
                }
                case Moment.Acked(var _, String id, long seq) -> {
                    checkAck(history, id, seq);
                    if (seq > newestAckedSeq) {
                        newestAckedSeq = seq;
                        newestAcked = id;
                    }
                }
                default -> {}
            }
        }
        history.all(Moment.Nacked.class)
                .filter(Moment.Nacked::isFinal)
                .filter(nack -> !resent.contains(nack.id()))
                .forEach(nack -> checkNack(history, nack));
    }

    private void checkOrder(History history, String id, String newestAcked, long newestAckedSeq) {
        Long seq = seqOfCommand.get(key(Optional.of(history.client()), id));
        if (seq != null && seq <= newestAckedSeq) {
            violation(
                    5,
                    "%s sent %s after the ack of %s at seq %d, but it is in the log before that, at seq %d"
                            .formatted(history.client(), id, newestAcked, newestAckedSeq, seq));
        }
    }

    private void checkAck(History history, String id, long seq) {
        Long found = seqOfCommand.get(key(Optional.of(history.client()), id));
        if (found == null) {
            violation(
                    1,
                    "%s got an ack of %s at seq %d, but the log has no such command"
                            .formatted(history.client(), id, seq));
        } else if (found != seq) {
            violation(
                    1,
                    "%s got an ack of %s at seq %d, but it is in the log at seq %d"
                            .formatted(history.client(), id, seq, found));
        }
    }

    private void checkNack(History history, Moment.Nacked nack) {
        Long found = seqOfCommand.get(key(Optional.of(history.client()), nack.id()));
        if (found != null) {
            violation(
                    6,
                    "%s was refused %s (%s) and did not send it again, but it is in the log at seq %d"
                            .formatted(history.client(), nack.id(), nack.code(), found));
        }
    }

    /// Invariants 4 and 7: walks log and history side by side, from where the client began.
    private void checkEvents(History history) {
        long last = 0;
        for (Moment moment : history.moments()) {
            last = switch (moment) {
                case Moment.Based based -> checkBase(history, based);
                case Moment.Saw saw -> checkEvent(history, saw, last);
                case Moment.Advanced advanced -> checkAdvance(history, advanced, last);
                default -> last;
            };
        }
        boolean hasBegun = history.all(Moment.Based.class).findAny().isPresent();
        if (history.isLive() && hasBegun) {
            long end = log.isEmpty() ? 0 : log.getLast().seq();
            Optional<Long> missing = missed(history, last, end + 1);
            if (missing.isPresent()) {
                violation(
                        7,
                        "%s is live and ends at seq %d without seq %d"
                                .formatted(history.client(), last, missing.get()));
            }
        }
    }

    private long checkEvent(History history, Moment.Saw saw, long last) {
        if (saw.seq() <= last) {
            violation(4, "%s processed seq %d after seq %d".formatted(history.client(), saw.seq(), last));
            return last;
        }
        checkPrev(history, saw, last);
        checkSame(history, saw);
        missed(history, last, saw.seq())
                .ifPresent(seq -> violation(
                        4,
                        "%s processed seq %d without having seen seq %d".formatted(history.client(), saw.seq(), seq)));
        return saw.seq();
    }

    private long checkAdvance(History history, Moment.Advanced advanced, long last) {
        missed(history, last, advanced.seq() + 1)
                .ifPresent(seq -> violation(
                        4,
                        "%s was told it had all up to seq %d without having seen seq %d"
                                .formatted(history.client(), advanced.seq(), seq)));
        return Math.max(last, advanced.seq());
    }

    private long checkBase(History history, Moment.Based based) {
        if (based.isReset()) {
            violation(
                    4,
                    "%s was told at seq %d that it had seen another history".formatted(history.client(), based.seq()));
        }
        LogEntry entry = bySeq.get(based.seq());
        if (based.seq() > 0 && (entry == null || !entry.tag().equals(based.tag()))) {
            violation(
                    4,
                    "%s began at %d.%s, which the log has not".formatted(history.client(), based.seq(), based.tag()));
        }
        return based.seq();
    }

    private void checkPrev(History history, Moment.Saw saw, long last) {
        long prev = saw.prev().orElse(saw.seq() - 1);
        if (prev > last) {
            violation(
                    4,
                    "%s processed seq %d, which follows seq %d, after seq %d"
                            .formatted(history.client(), saw.seq(), prev, last));
        }
    }

    private void checkSame(History history, Moment.Saw saw) {
        LogEntry entry = bySeq.get(saw.seq());
        if (entry == null) {
            violation(4, "%s saw seq %d, which the log has not".formatted(history.client(), saw.seq()));
        } else if (!entry.tag().equals(saw.tag()) || !entry.body().equals(Optional.of(saw.body()))) {
            violation(
                    4,
                    "%s saw seq %d as %s %s, the log has %s %s"
                            .formatted(
                                    history.client(),
                                    saw.seq(),
                                    saw.tag(),
                                    saw.body(),
                                    entry.tag(),
                                    entry.body().orElse("nothing to show")));
        }
    }

    /// The first event between two, both not counted, that the client should have been shown.
    private Optional<Long> missed(History history, long after, long before) {
        for (long seq = after + 1; seq < before; seq++) {
            LogEntry entry = bySeq.get(seq);
            if (entry != null && entry.isShownTo(history.client())) {
                return Optional.of(seq);
            }
        }
        return Optional.empty();
    }

    private void violation(int invariant, String sentence) {
        violations.add("invariant " + invariant + ", game " + game + ": " + sentence);
    }
}
