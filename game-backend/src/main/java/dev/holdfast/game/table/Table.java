package dev.holdfast.game.table;

import dev.holdfast.game.log.AppendResult;
import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.log.GameId;
import dev.holdfast.game.log.GameLog;
import dev.holdfast.game.log.NewEvent;
import dev.holdfast.game.log.ReadFailure;
import dev.holdfast.game.log.StoredEvent;
import dev.holdfast.game.observe.GameMeters;
import dev.holdfast.game.observe.GameMeters.StoreFailure;
import dev.holdfast.game.rules.JsonObject;
import dev.holdfast.game.seat.Seat;
import dev.holdfast.game.wire.Entry;
import dev.holdfast.game.wire.ErrorCode;
import dev.holdfast.game.wire.Problem;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/// One game in play. Requests wait in a mailbox; a turn takes up to 64 of them, decides each on the folded state,
/// appends what follows in one go and only then shows and answers anything (docs/storage.md).
///
/// All state belongs to one worker thread; [#submit], [#lookForNews] and [#inspect] may be called from anywhere.
public final class Table {
    private static final int MAX_CONFLICTS = 8;
    private static final int MAX_IDLE_SWEEPS = 12;
    private static final Duration STORE_TIMEOUT = Duration.ofSeconds(5);
    private static final Logger logger = LoggerFactory.getLogger(Table.class);

    private final GameId id;
    private final GameLog log;
    private final GameMeters meters;
    private final Scheduler.Worker worker;
    private final RandomGenerator random;
    private final Tables tables;
    private final Clerk clerk;
    private final Usher usher;
    private final Attendance attendance;
    private final Absences absences;
    private final Silences silences;
    private final Roster roster = new Roster();
    private final GameState state;
    private final Tail tail;
    private final TailBudget.Share tailShare;
    private final Mailbox mailbox = new Mailbox();
    private final Snapshots snapshots;
    private final List<Runnable> whenIdle = new ArrayList<>();
    private final Disposable.Swap storeCall = Disposables.swap();
    private final Disposable.Swap headCall = Disposables.swap();
    private final Disposable.Swap hints = Disposables.swap();
    private List<Request> inHand = List.of();
    private Cursor head;
    /// The last event that the log is said to have, since the last read of it began.
    private long heardOfSeq;
    /// Whether the log has to be read whatever is heard of it.
    private boolean isStale;
    private boolean isBusy;
    private boolean isClosed;
    private int conflicts;
    private int idleSweeps;

    Table(GameId id, Reading reading, Tables tables) {
        this.id = id;
        this.state = reading.state();
        this.tail = reading.tail();
        this.tailShare = tables.tailBudget().join();
        this.head = reading.head();
        this.tables = tables;
        this.log = tables.log();
        this.snapshots = reading.snapshots();
        this.meters = tables.meters();
        this.worker = tables.newWorker();
        this.random = tables.random();
        this.attendance = new Attendance(meters);
        this.absences = new Absences(meters);
        this.silences = new Silences(tables.sweepsPerGrace());
        this.clerk = new Clerk();
        this.usher = new Usher(tables.seats().policy(), log.isShared(), random, this::admit);
        meters.tableOpened();
    }

    /// Begins to hear of other replicas' appends. All seats start as away: their players get the whole grace to come
    /// back. In a shared log they may be elsewhere, and only who is doubted already has to show it.
    void start() {
        run(() -> {
            tail.fit(tailShare);
            state.presentSessions().forEach((player, session) -> {
                announce(player, Presence.AWAY);
                if (!log.isShared() || isDoubted(player)) {
                    awaitReturn(player, session);
                }
            });
        });
        hints.update(log.hints(id)
                .subscribe(
                        found -> run(() -> compare(found)),
                        failure -> logger.warn(
                                "game {}: no wake-ups from the store, polling only: {}", id, failure.toString())));
    }

    public GameId id() {
        return id;
    }

    /// Puts a request into the mailbox, or answers `unavailable` at once if too many wait there.
    public void submit(Request request) {
        if (!mailbox.reserve()) {
            request.refuse("This game gets more messages than it can handle; try again in a moment.");
            return;
        }
        runAlways(() -> {
            if (isClosed) {
                mailbox.unreserve();
                tables.submit(id, request);
            } else {
                mailbox.add(request);
                // Another process may have shown the player more than is known here: then that is read first
                if (log.isShared()) {
                    heardOf(request.seen());
                }
                turn();
            }
        });
    }

    private void post(Request request) {
        mailbox.post(request);
        turn();
    }

    /// A connection has ended. Never fails, whatever the store does.
    public void depart(Attendee attendee, Departure departure) {
        run(() -> {
            boolean wasHere = attendance.remove(attendee);
            if (wasHere && departure == Departure.LOST) {
                missed(attendee.player(), attendee.session());
            }
        });
        if (departure == Departure.LEFT) {
            submit(new Request.Leave(attendee.player(), attendee.session()));
        }
    }

    /// Shows a connection that attends everything after a cursor once more, by [Attendee#seated].
    public void resume(Attendee attendee, Optional<Cursor> since) {
        run(() -> {
            if (attendance.holds(attendee)) {
                admit(attendee, since, Optional.empty());
            }
        });
    }

    // In a shared log the absence begins with an entry, for all who have the game open: one of them may have the
    // player's next leg, and any of them can see the grace through, should this process end before.
    private void missed(String player, String session) {
        announce(player, Presence.AWAY);
        if (log.isShared()) {
            post(new Request.Doubt(player, session));
        } else {
            awaitReturn(player, session);
        }
    }

    private void awaitReturn(String player, String session) {
        Disposable timer = worker.schedule(
                () -> run(() -> {
                    absences.end(player);
                    post(new Request.Expire(player, session));
                }),
                tables.seats().grace().toMillis(),
                TimeUnit.MILLISECONDS);
        absences.begin(player, timer);
    }

    private void announce(String player, Presence presence) {
        if (roster.note(player, presence)) {
            attendance.tell(player, presence);
        }
    }

    /// Completes with how the game stands; fails with [UnreadableGame] if its rules do.
    public Mono<Inspection> inspect() {
        return Mono.create(sink -> runAlways(() -> {
            try {
                sink.success(new Inspection(
                        id,
                        rules(),
                        head.seq(),
                        attendance.players(),
                        UnreadableGame.unless(id, () -> state.play().view(""))));
            } catch (RuntimeException | Error bug) {
                sink.error(bug);
            }
        }));
    }

    /// Completes when the mailbox is empty and everything decided is in the log.
    Mono<Void> finish() {
        return Mono.create(sink -> runAlways(() -> {
            whenIdle.add(sink::success);
            tellIfIdle();
        }));
    }

    private void tellIfIdle() {
        if (isClosed || (!isBusy && mailbox.isEmpty())) {
            whenIdle.forEach(Runnable::run);
            whenIdle.clear();
        }
    }

    /// Asks, in a while, whether other replicas have appended anything, and reads it. Requests go on meanwhile.
    void lookForNews(Duration delay) {
        // Not update(): the last question may still be under way, and ends by its timeout before the next is asked
        run(() -> headCall.replace(Mono.delay(delay, tables.scheduler())
                .then(log.head(id).timeout(STORE_TIMEOUT))
                .subscribe(
                        found -> run(() -> compare(found)),
                        // the read that now follows fails too, and says so
                        _ -> run(this::catchUpSoon))));
    }

    /// Counts towards closing a table that nobody attends or asks, and looks after players of other processes.
    void sweep() {
        run(() -> {
            tail.fit(tailShare);
            if (!attendance.isEmpty()) {
                state.presentSessions().forEach(this::lookAfter);
            }
            boolean isIdle = attendance.isEmpty() && absences.isEmpty() && mailbox.isEmpty() && !isBusy;
            idleSweeps = isIdle ? idleSweeps + 1 : 0;
            if (idleSweeps > MAX_IDLE_SWEEPS) {
                close(Ending.UNAVAILABLE);
            }
        });
    }

    // An end that did not reach the store leaves a seat to nobody. In a shared log its player may be elsewhere, and a
    // process that was killed has asked for none of its own. So they are asked for when nothing has been heard of them
    // for long, and a game in which everybody acts costs nothing.
    private void lookAfter(String player, String session) {
        if (!log.isShared()) {
            if (!attendance.holds(player, session) && !absences.has(player)) {
                awaitReturn(player, session);
            }
            return;
        }
        if (attendance.holds(player, session)) {
            if (isDoubted(player)) {
                post(new Request.Affirm(player, session)); // the first answer did not reach the store
            }
        } else if (!absences.has(player)
                && silences.isTimeToAsk(player, session, () -> usher.wouldBeMissed(state.play(), player))) {
            post(new Request.Doubt(player, session));
        }
    }

    private boolean isDoubted(String player) {
        return state.seat(player).filter(Seat::isDoubted).isPresent();
    }

    // Whatever was still to come has no meaning once the table is closed.
    private void run(Runnable step) {
        runAlways(() -> {
            if (!isClosed) {
                step.run();
            }
        });
    }

    // A table whose own code or rules fail must not go on from a state nobody understands: it closes, and the next one
    // starts from the log.
    private void runAlways(Runnable step) {
        try {
            worker.schedule(() -> {
                try {
                    step.run();
                } catch (UnreadableGame newer) {
                    logger.error("game {}: closing its table, since another process goes on with it", id, newer);
                    meters.storeFailed(StoreFailure.UNREADABLE);
                    close(Ending.LOG_LOST);
                } catch (RuntimeException | Error bug) {
                    logger.error("game {}: closing its table after a failure of our own", id, bug);
                    close(Ending.LOG_LOST);
                }
            });
        } catch (RejectedExecutionException ending) {
            logger.debug("game {}: a step came after the process had begun to end", id);
        }
    }

    private void turn() {
        if (isBusy || isClosed) {
            return;
        }
        if (isStale || heardOfSeq > head.seq()) {
            isBusy = true;
            catchUp();
        } else if (!mailbox.isEmpty()) {
            isBusy = true;
            attempt(mailbox.takeBatch());
        }
    }

    private void endTurn() {
        isBusy = false;
        inHand = List.of();
        turn();
        tellIfIdle();
    }

    private void attempt(List<Request> batch) {
        inHand = batch;
        var draft = new Draft(state, head, random);
        List<Ruling> rulings =
                batch.stream().map(request -> rule(draft, request)).toList();
        if (draft.events().isEmpty()) {
            rulings.forEach(ruling -> ruling.whenDurable().run());
            endTurn();
            return;
        }
        Timer.Sample asked = meters.start();
        storeCall.update(log.append(id, head, draft.events())
                .timeout(STORE_TIMEOUT)
                .subscribe(
                        result -> run(() -> {
                            meters.appended(asked);
                            tables.outage().succeeded();
                            appended(result, batch, draft, rulings);
                        }),
                        failure -> run(() -> appendFailed(failure, rulings))));
    }

    private Ruling rule(Draft draft, Request request) {
        return switch (request) {
            case Request.Act act -> isForsaken(act) ? Clerk.tooLate(act) : clerk.rule(draft, act);
            case Request.Take take -> usher.take(draft, take);
            case Request.Leave leave -> usher.leave(draft, leave);
            case Request.Expire expire ->
                isBack(expire) || absences.has(expire.player()) ? Ruling.SILENT : usher.expire(draft, expire);
            case Request.Doubt doubt -> usher.doubt(draft, doubt);
            case Request.Affirm affirm -> usher.affirm(draft, affirm);
        };
    }

    // A process that was paused finds messages of connections that broke meanwhile. Their senders have sent them again
    // by another process, and may have been told that they were refused.
    private boolean isForsaken(Request.Act act) {
        return log.isShared() && act.attendee().hasBroken();
    }

    // The grace may end while the player's next leg waits for this turn, in which it takes its seat without an entry.
    // An absence that is there has begun since: its own ended with the grace.
    private boolean isBack(Request.Expire expire) {
        return attendance.holds(expire.player(), expire.session())
                || inHand.stream()
                        .anyMatch(request -> request instanceof Request.Take(Attendee attendee, var _, var _)
                                && attendee.player().equals(expire.player())
                                && attendee.session().equals(expire.session()));
    }

    private void appended(AppendResult result, List<Request> batch, Draft draft, List<Ruling> rulings) {
        switch (result) {
            case AppendResult.Appended _ -> {
                Timer.Sample durable = meters.start();
                conflicts = 0;
                absorb(draft.stored(), draft.entries(), false);
                rulings.forEach(ruling -> ruling.whenDurable().run());
                meters.fannedOut(durable);
                snapshots.keepIfDue(head, state);
            }
            case AppendResult.Conflict _ -> conflicted(batch, rulings);
        }
        endTurn();
    }

    private void conflicted(List<Request> batch, List<Ruling> rulings) {
        meters.conflict();
        isStale = true;
        conflicts++;
        if (conflicts < MAX_CONFLICTS) {
            mailbox.putBack(batch);
        } else {
            conflicts = 0;
            fail(rulings, "Too many players act at once in this game; try again in a moment.");
        }
    }

    // The outcome is unknown: the next turn first reads what is in the log.
    private void appendFailed(Throwable failure, List<Ruling> rulings) {
        tables.outage().failed(id, "an append", failure);
        meters.storeFailed(StoreFailure.APPEND);
        isStale = true;
        fail(rulings, "The store cannot be reached; the message may or may not have been carried out, try again.");
        endTurn();
    }

    private static void fail(List<Ruling> rulings, String message) {
        var problem = new Problem(ErrorCode.UNAVAILABLE, message);
        rulings.forEach(ruling -> ruling.whenFailed().accept(problem));
    }

    private void catchUpSoon() {
        isStale = true;
        turn();
    }

    // A head that lies behind ours is old news, or a server has failed over without its last writes: reading tells, and
    // until they are appended again every player who comes to another process gets the shorter history.
    private void compare(Cursor found) {
        if (found.seq() > head.seq()) {
            heardOf(found.seq());
        } else if (!found.equals(head)) {
            catchUpSoon();
        }
    }

    // Compared when the turn ends: it may be about what this table is appending itself, or will have read by then.
    private void heardOf(long seq) {
        heardOfSeq = Math.max(heardOfSeq, seq);
        turn();
    }

    /// Reads to the end of the log; if the store fails, refuses all that waits.
    private void catchUp() {
        isStale = false;
        heardOfSeq = 0;
        storeCall.update(log.read(id, head)
                .timeout(STORE_TIMEOUT)
                .subscribe(
                        page -> run(() -> {
                            tables.outage().succeeded();
                            List<Entry> entries = UnreadableGame.unless(
                                    id,
                                    () -> page.events().stream()
                                            .map(event -> Entry.decode(event.body()))
                                            .toList());
                            absorb(page.events(), entries, log.isShared());
                            entries.forEach(this::happenedElsewhere);
                            if (page.isFull()) {
                                catchUp();
                            } else {
                                endTurn();
                            }
                        }),
                        failure -> run(() -> readFailed(failure))));
    }

    private void readFailed(Throwable failure) {
        if (failure instanceof ReadFailure readFailure) {
            repair(readFailure);
            return;
        }
        tables.outage().failed(id, "a read", failure);
        meters.storeFailed(StoreFailure.READ);
        isStale = true;
        mailbox.takeAll().forEach(request -> request.refuse("The store cannot be reached; try again in a moment."));
        isBusy = false;
        tellIfIdle();
    }

    // A server that failed over without its last writes ends before our tail: what is missing is appended again, as it
    // was. Anything else is another history, which clients must be told of.
    private void repair(ReadFailure failure) {
        switch (failure) {
            case ReadFailure.Diverged diverged -> {
                meters.storeFailed(StoreFailure.HISTORY);
                Cursor from = diverged.head();
                tail.lostAfter(from).ifPresentOrElse(lost -> appendAgain(from, lost), () -> startAgain(failure));
            }
            case ReadFailure.Truncated _ -> startAgain(failure);
        }
    }

    private void appendAgain(Cursor from, List<NewEvent> lost) {
        logger.error("game {}: the store had lost {} events after {}; they are appended again", id, lost.size(), from);
        storeCall.update(log.append(id, from, lost)
                .timeout(STORE_TIMEOUT)
                .subscribe(_ -> run(this::catchUp), broken -> run(() -> readFailed(broken))));
    }

    private void startAgain(ReadFailure failure) {
        logger.error(
                "game {}: the store holds another log than this table had read, so it starts again: {}",
                id,
                failure.getMessage());
        close(Ending.LOG_LOST);
    }

    /// Takes durable events into the state and shows them.
    ///
    /// @param mayBeOthers whether another process may have written them, whose release knows more than this one
    private void absorb(List<StoredEvent> events, List<Entry> entries, boolean mayBeOthers) {
        for (int i = 0; i < events.size(); i++) {
            Cursor at = events.get(i).at();
            Entry entry = entries.get(i);
            if (mayBeOthers) {
                UnreadableGame.unless(id, () -> state.apply(at.seq(), entry));
            } else {
                state.apply(at.seq(), entry);
            }
            tail.add(events.get(i));
            snapshots.add(events.get(i));
            head = at;
            if (!(entry instanceof Entry.Played)) {
                attendance.pass(at);
            }
            switch (entry) {
                case Entry.Played played -> {
                    silences.end(played.by());
                    attendance.add(at, played, state.play()).forEach(this::turnOut);
                }
                case Entry.Seated(String player, String session, var _, var _) -> {
                    absences.end(player);
                    attendance.seatTaken(player, session);
                    announce(player, Presence.ONLINE);
                }
                case Entry.Doubted(String player, String session) -> {
                    if (attendance.holds(player, session)) {
                        submit(new Request.Affirm(player, session));
                    } else {
                        awaitReturn(player, session);
                    }
                }
                case Entry.Left(String player, String _) -> {
                    absences.end(player);
                    silences.forget(player);
                    announce(player, Presence.GONE);
                }
                case Entry.Noted noted -> silences.end(noted.by());
                case Entry.Forgotten _, Entry.Created _ -> {}
            }
        }
        tail.fit(tailShare);
        attendance.flush();
    }

    // Who acts by another process is there. Whom another process has let go, since this one could not be asked, comes
    // again: a connection without a seat is of no use to its player.
    private void happenedElsewhere(Entry entry) {
        switch (entry) {
            case Entry.Played played -> isThere(played.by());
            case Entry.Noted noted -> isThere(noted.by());
            case Entry.Left(String player, String session) -> attendance.seatLost(player, session);
            case Entry.Seated _, Entry.Doubted _, Entry.Forgotten _, Entry.Created _ -> {}
        }
    }

    private void isThere(String player) {
        boolean isPresent = state.seat(player).filter(Seat::isPresent).isPresent();
        if (isPresent && !absences.has(player)) {
            announce(player, Presence.ONLINE);
        }
    }

    private void admit(Attendee attendee, Optional<Cursor> since, Optional<String> token) {
        String player = attendee.player();
        Resume resume = since.map(tail::judge).orElse(Resume.FRESH);
        JsonObject view;
        var lookback = new Lookback(state.play(), player);
        List<Shown> replay = List.of();
        long seen = head.seq();
        try {
            view = state.play().view(player);
            if (resume == Resume.REPLAY) {
                Cursor from = since.orElseThrow();
                // A cursor also passes what is hidden; a client whose last event lies before would see a gap up to it
                long before = lookback.lastShown(tail.upTo(from));
                replay = lookback.replay(tail.after(from), before);
                seen = Lookback.lastSeen(replay, before);
            }
        } catch (RuntimeException | Error bug) {
            logger.error("game {}: rules failed on showing {} how it stands", id, player, bug);
            turnOut(attendee);
            return;
        }
        meters.resumed(resume.text());
        absences.end(player);
        silences.forget(player);
        attendance.admit(attendee, seen);
        attendee.seated(this, new Welcome(rules(), resume, token, head, view, replay, lookback.readBytes()));
        announce(player, Presence.ONLINE);
        attendee.present(roster.all());
    }

    // What was still to be shown comes again with the player's next connection. Until then the player is missed, unless
    // an older leg of the same connection is still here.
    private void turnOut(Attendee attendee) {
        attendance.remove(attendee);
        attendee.ended(Ending.RULES_FAILED);
        if (!attendance.holds(attendee.player(), attendee.session())) {
            missed(attendee.player(), attendee.session());
        }
    }

    private String rules() {
        return state.play().rules().name() + "/" + state.play().rules().version();
    }

    private void close(Ending ending) {
        if (isClosed) {
            return;
        }
        isClosed = true;
        tables.forget(this);
        hints.dispose();
        storeCall.dispose();
        headCall.dispose();
        tailShare.leave();
        absences.endAll();
        attendance.endAll(ending);
        Stream.concat(inHand.stream(), mailbox.takeAll().stream()).forEach(this::giveBack);
        inHand = List.of();
        meters.tableClosed();
        tellIfIdle();
    }

    // None may overtake another on its way to the next table: who is at the gateway still comes again in order. Who has
    // left does not come again.
    private void giveBack(Request request) {
        if (request instanceof Request.Leave) {
            tables.submit(id, request);
        } else {
            request.refuse("The game begins anew from its log; try again in a moment.");
        }
    }
}
