package dev.holdfast.e2e;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A client of protocol v1 (docs/protocol.md, sections 2 to 4 and 6) that notes all it does and sees.
final class Player implements Talker, Leg.Ears {
    private static final int MAX_IN_FLIGHT = 16;
    private static final int EARLIER_EVENTS = 3;
    private static final int OVERLOADED_STEP = 3;
    private static final long BACKOFF_BASE_MILLIS = 100;
    private static final long BACKOFF_MAX_MILLIS = 5000;
    private static final long NACK_PAUSE_MILLIS = 200;
    /// Of all players: one that comes back as another object is a later connection, too.
    private static final AtomicInteger DIALS = new AtomicInteger();

    private final URI uri;
    private final String game;
    private final String name;
    private final Habits habits;
    private final ScheduledExecutorService loop;
    private final RandomGenerator random;
    private final List<Moment> moments = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();
    private final Map<String, ObjectNode> pending = new LinkedHashMap<>();
    private final Set<String> inFlight = new LinkedHashSet<>();
    private final Deque<String> cursors = new ArrayDeque<>();
    private @Nullable Leg leg;
    private Optional<String> seat = Optional.empty();
    private String cursor = "";
    private String resume = "";
    private long last;
    private boolean isLive;
    private boolean isResuming;
    private boolean isPaused;
    private boolean hasStopped;
    private int backoffStep;
    private int said;
    private int arrived;
    private int events;
    private long pingMillis = 30_000;
    private long lastHeardNanos;

    Player(
            URI entrance,
            String game,
            String name,
            Habits habits,
            ScheduledExecutorService loop,
            RandomGenerator random) {
        this.uri = entrance.resolve("/ws/" + game + "/" + name + "?v=1");
        this.game = game;
        this.name = name;
        this.habits = habits;
        this.loop = loop;
        this.random = random;
    }

    History history() {
        return new History(name, game, isLive, moments);
    }

    @Override
    public void start() {
        connect();
        loop.scheduleAtFixedRate(this::watch, 1, 1, TimeUnit.SECONDS);
    }

    private void connect() {
        if (!hasStopped) {
            lastHeardNanos = System.nanoTime();
            leg = Leg.open(uri, loop, this);
        }
    }

    /// The gateway pings; a connection on which nothing comes is dead.
    private void watch() {
        Duration silence = Duration.ofNanos(System.nanoTime() - lastHeardNanos);
        if (leg != null && silence.toMillis() > pingMillis * 5 / 2) {
            leg.cut();
        }
    }

    @Override
    public void say() {
        perform(Text.object("say").put("from", name).put("n", said + 1));
    }

    /// Has a command carried out, now or as soon as it is connected again.
    ///
    /// @return the id it goes by
    String perform(ObjectNode command) {
        String id = name + "." + ++said;
        command.putObject("$").put("id", id);
        pending.put(id, command);
        moments.add(new Moment.Said(System.nanoTime(), id));
        pump();
        return id;
    }

    /// Sends what is open, oldest first.
    private void pump() {
        if (!isLive || isPaused) {
            return;
        }
        for (Map.Entry<String, ObjectNode> command : pending.entrySet()) {
            if (inFlight.size() >= MAX_IN_FLIGHT) {
                return;
            }
            if (inFlight.add(command.getKey())) {
                ObjectNode meta = (ObjectNode) command.getValue().path("$");
                if (!meta.has("seen")) {
                    meta.put("seen", last); // when it is first sent: docs/protocol.md, section 4
                }
                moments.add(new Moment.Sent(System.nanoTime(), command.getKey()));
                send(command.getValue().toString());
            }
        }
    }

    private void send(String text) {
        if (leg != null) {
            leg.send(text);
        }
    }

    @Override
    public void opened() {
        moments.add(new Moment.Connected(System.nanoTime()));
        ObjectNode hello =
                Text.object("sys.hello").put("v", 1).put("client", name).put("dial", DIALS.incrementAndGet());
        since().ifPresent(at -> hello.put("since", at));
        seat.ifPresent(token -> hello.put("seat", token));
        send(hello.toString());
    }

    private Optional<String> since() {
        boolean fromEarlier = habits.resumesFromEarlier() && cursors.size() == EARLIER_EVENTS;
        return Optional.of(fromEarlier ? cursors.getFirst() : cursor).filter(at -> !at.isEmpty());
    }

    @Override
    public void received(String text) {
        lastHeardNanos = System.nanoTime();
        ObjectNode message = Text.read(text);
        switch (message.path("type").asString()) {
            case "ping" -> send(Text.object("pong").toString());
            case "sys.welcome" -> welcomed(message);
            case "sys.snapshot" -> based(message.path("$"));
            case "sys.live" -> live(message.path("$"));
            case "sys.ack" -> acked(message);
            case "sys.nack" -> nacked(message);
            case "sys.notice", "sys.bye", "pong" -> {}
            case "error" -> complaints.add(name + " got " + text);
            default -> event(message);
        }
    }

    private void welcomed(ObjectNode welcome) {
        welcome.optional("seat").ifPresent(token -> seat = Optional.of(token.stringValue()));
        pingMillis = welcome.path("ping").asLong();
        resume = welcome.path("resume").asString();
    }

    private void based(JsonNode at) {
        cursor = at.path("cur").asString();
        last = at.path("seq").asLong();
        cursors.clear();
        String tag = cursor.substring(cursor.indexOf('.') + 1);
        moments.add(new Moment.Based(System.nanoTime(), last, tag, resume.equals("reset")));
    }

    /// Does not move the cursor, only events and snapshots do.
    private void live(JsonNode at) {
        String head = at.path("cur").asString();
        // The answer to our own sys.resume may still be on its way: this one can be a new leg's.
        if (!isResuming) {
            moments.add(new Moment.Advanced(System.nanoTime(), Long.parseLong(head.substring(0, head.indexOf('.')))));
        }
        isLive = true;
        isResuming = false;
        backoffStep = 0;
        inFlight.clear();
        pump();
    }

    private void acked(ObjectNode ack) {
        String id = ack.path("id").asString();
        moments.add(new Moment.Acked(System.nanoTime(), id, ack.path("seq").asLong()));
        settle(id);
    }

    private void settle(String id) {
        inFlight.remove(id);
        if (pending.remove(id) != null) {
            arrived++;
        }
        pump();
    }

    private void nacked(ObjectNode nack) {
        String id = nack.path("id").asString();
        String code = nack.path("code").asString();
        boolean isFinal = !nack.path("retry").asBoolean();
        moments.add(new Moment.Nacked(System.nanoTime(), id, code, isFinal));
        if (isFinal) {
            complaints.add(name + " got " + nack);
            settle(id);
            return;
        }
        inFlight.remove(id);
        isPaused = true;
        loop.schedule(
                () -> {
                    isPaused = false;
                    pump();
                },
                NACK_PAUSE_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    private void event(ObjectNode event) {
        JsonNode at = event.path("$");
        if (!at.has("seq")) {
            return;
        }
        boolean isLost = habits.losesEveryNth() > 0 && isLive && !isResuming && ++events % habits.losesEveryNth() == 0;
        if (isLost) {
            return;
        }
        long seq = at.path("seq").asLong();
        Optional<Long> prev = at.optional("prev").map(JsonNode::asLong);
        if (seq <= last && habits.ignoresDuplicates()) {
            return;
        }
        if (prev.orElse(seq - 1) > last && habits.resumesOnGap()) {
            resumeOnce();
            return;
        }
        event.remove("$");
        process(seq, at.path("cur").asString(), prev, event.toString());
    }

    private void resumeOnce() {
        if (!isResuming) {
            isResuming = true;
            ObjectNode ask = Text.object("sys.resume");
            since().ifPresent(from -> ask.put("since", from));
            send(ask.toString());
        }
    }

    private void process(long seq, String cur, Optional<Long> prev, String body) {
        moments.add(new Moment.Saw(System.nanoTime(), seq, cur.substring(cur.indexOf('.') + 1), prev, body));
        last = seq;
        cursor = cur;
        cursors.addLast(cur);
        if (cursors.size() > EARLIER_EVENTS) {
            cursors.removeFirst();
        }
    }

    @Override
    public void ended(int code, String reason) {
        moments.add(new Moment.Closed(System.nanoTime(), code));
        leg = null;
        isLive = false;
        isResuming = false;
        if (code >= 4500 && code < 5000) {
            complaints.add(name + " was closed for good with " + code + " " + reason);
        } else if (!hasStopped) {
            loop.schedule(this::connect, delayMillis(code, reason), TimeUnit.MILLISECONDS);
        }
    }

    private long delayMillis(int code, String reason) {
        if (code == 1012 && reason.startsWith("retry=")) {
            return Long.parseLong(reason.substring("retry=".length()));
        }
        backoffStep = code == 1013 ? Math.max(backoffStep, OVERLOADED_STEP) : backoffStep;
        long limit = Math.min(BACKOFF_MAX_MILLIS, BACKOFF_BASE_MILLIS << Math.min(backoffStep, 16));
        backoffStep++;
        return random.nextLong(limit + 1);
    }

    /// Its connection breaks, without a close frame.
    void cut() {
        if (leg != null) {
            leg.cut();
        }
    }

    /// Whether it is live and has seen the newest event of a log that it is to be shown.
    boolean isAtEndOf(List<LogEntry> log) {
        return isLive
                && log.reversed().stream()
                        .filter(entry -> entry.isShownTo(name))
                        .findFirst()
                        .map(entry -> entry.seq() <= last)
                        .orElse(true);
    }

    String game() {
        return game;
    }

    @Override
    public int arrived() {
        return arrived;
    }

    @Override
    public boolean isSettled() {
        return isLive && !isResuming && pending.isEmpty();
    }

    @Override
    public void stop() {
        hasStopped = true;
        cut();
    }

    @Override
    public List<String> complaints() {
        return List.copyOf(complaints);
    }

    @Override
    public String status() {
        return "%s/%s live=%s resuming=%s at %s, open %s, in flight %s, %s"
                .formatted(game, name, isLive, isResuming, cursor, pending.keySet(), inFlight, complaints);
    }
}
