package dev.holdfast.e2e;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A client that knows nothing of protocol v1 and does not reconnect: its one connection has to last. What it says
/// counts as arrived when all others in the game have heard it.
final class PlainPlayer implements Talker, Leg.Ears {
    private final URI uri;
    private final String name;
    private final ScheduledExecutorService loop;
    private final List<PlainPlayer> others;
    private final Map<String, Long> saidAtNanos = new LinkedHashMap<>();
    private final Map<String, List<Long>> heardAtNanos = new LinkedHashMap<>();
    private final List<String> complaints = new ArrayList<>();
    private final Map<String, Integer> newestHeard = new LinkedHashMap<>();
    private @Nullable Leg leg;
    private boolean isOpen;
    private boolean hasStopped;
    private int said;

    /// @param others who hear it
    PlainPlayer(URI entrance, String game, String name, ScheduledExecutorService loop, List<PlainPlayer> others) {
        this.uri = entrance.resolve("/ws/" + game + "/" + name);
        this.name = name;
        this.loop = loop;
        this.others = others;
    }

    Map<String, Long> saidAtNanos() {
        return saidAtNanos;
    }

    /// When it heard a message; more than once is too often.
    List<Long> heardAtNanos(String id) {
        return heardAtNanos.getOrDefault(id, List.of());
    }

    List<PlainPlayer> others() {
        return others.stream().filter(other -> other != this).toList();
    }

    @Override
    public void start() {
        leg = Leg.open(uri, loop, this);
    }

    @Override
    public void say() {
        if (leg != null && isOpen) {
            saidAtNanos.put(name + "." + ++said, System.nanoTime());
            leg.send(Text.object("say").put("from", name).put("n", said).toString());
        }
    }

    @Override
    public void opened() {
        isOpen = true;
    }

    @Override
    public void received(String text) {
        ObjectNode message = Text.read(text);
        switch (message.path("type").asString()) {
            case "ping" -> {
                if (leg != null) {
                    leg.send(Text.object("pong").toString());
                }
            }
            case "say" ->
                hear(message.path("from").asString(), message.path("n").asInt());
            default -> complaints.add(name + " got " + text);
        }
    }

    private void hear(String from, int number) {
        heardAtNanos
                .computeIfAbsent(from + "." + number, _ -> new ArrayList<>())
                .add(System.nanoTime());
        Integer before = newestHeard.put(from, number);
        if (before != null && number < before) {
            complaints.add(name + " heard " + from + "." + number + " after " + from + "." + before);
        }
    }

    @Override
    public void ended(int code, String reason) {
        boolean wasOpen = isOpen;
        isOpen = false;
        if (!wasOpen && said == 0 && !hasStopped) {
            // A gateway may refuse for a moment after an earlier fault; the session has not begun.
            loop.schedule(this::start, 500, TimeUnit.MILLISECONDS);
        } else if (!hasStopped) {
            complaints.add(name + " lost its connection: " + code + " " + reason);
        }
    }

    @Override
    public int arrived() {
        return Math.toIntExact(
                saidAtNanos.keySet().stream().filter(this::wasHeard).count());
    }

    private boolean wasHeard(String id) {
        return others().stream().noneMatch(other -> other.heardAtNanos(id).isEmpty());
    }

    @Override
    public boolean isSettled() {
        return isOpen && arrived() == said;
    }

    @Override
    public void stop() {
        hasStopped = true;
        if (leg != null) {
            leg.cut();
        }
    }

    @Override
    public List<String> complaints() {
        return List.copyOf(complaints);
    }

    @Override
    public String status() {
        return "%s open=%s arrived %d of %d, %s".formatted(uri, isOpen, arrived(), said, complaints);
    }
}
