package dev.holdfast.e2e;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Plays the steps of one scenario with [Player]s, whose state belongs to their loop. Every wait is bounded.
final class Stage implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Services services;
    private final String game;
    private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("stage").factory());
    private final Map<String, Player> players = new LinkedHashMap<>();
    private final Map<String, Integer> seen = new LinkedHashMap<>();
    private final Map<String, Sent> sent = new LinkedHashMap<>();

    private record Sent(String player, String id) {}

    Stage(Services services, String game, String rules) throws IOException, InterruptedException {
        this.services = services;
        this.game = game;
        URI api = URI.create(entrance().toString().replaceFirst("^ws", "http") + "/api/games");
        String body = Text.object("").put("rules", rules).put("id", game).toString();
        HttpRequest request = HttpRequest.newBuilder(api)
                .timeout(LIMIT)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            int status =
                    http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            if (status != 201) {
                throw new IOException("POST " + api + " was answered with " + status + " (expected: 201)");
            }
        }
    }

    private URI entrance() {
        return services.entrances().getFirst();
    }

    void take(JsonNode step) {
        switch (step.propertyNames().iterator().next()) {
            case "connect" -> connect(step.path("connect").asString());
            case "send" ->
                send(step.path("by").asString(), step.path("as").asString(), (ObjectNode)
                        step.path("send").deepCopy());
            case "sees" -> sees(step.path("by").asString(), step.path("sees"));
            case "applied" -> settled(step.path("applied").asString(), "applied");
            case "refused" ->
                settled(step.path("refused").asString(), step.path("code").asString());
            case "cut" -> {
                Player player = player(step.path("cut").asString());
                ask(() -> {
                    player.cut();
                    return true;
                });
            }
            case "kill" -> service(step.path("kill").asString()).kill();
            case "start" -> {
                Service service = service(step.path("start").asString());
                service.launch();
                service.awaitReady();
            }
            default -> throw new IllegalArgumentException("a step that nobody knows: " + step);
        }
    }

    private void connect(String name) {
        var player = new Player(entrance(), game, name, Habits.GOOD, loop, RandomGenerator.getDefault());
        players.put(name, player);
        ask(() -> {
            player.start();
            return true;
        });
        await(name + " is live", player::isSettled);
    }

    private void send(String by, String as, ObjectNode command) {
        sent.put(as, new Sent(by, ask(() -> player(by).perform(command))));
    }

    private void sees(String by, JsonNode expected) {
        int index = seen.merge(by, 1, Integer::sum) - 1;
        await(by + " sees " + expected, () -> events(by).size() > index);
        JsonNode found = Text.read(ask(() -> events(by).get(index)));
        if (!found.equals(expected)) {
            throw new AssertionError(by + " sees " + found + " (expected: " + expected + ")");
        }
    }

    /// On the loop.
    private List<String> events(String by) {
        return player(by).history().all(Moment.Saw.class).map(Moment.Saw::body).toList();
    }

    private void settled(String name, String expected) {
        Sent command = Optional.ofNullable(sent.get(name)).orElseThrow();
        await(name + " is settled", () -> outcome(command).isPresent());
        String found = ask(() -> outcome(command)).orElseThrow();
        if (!found.equals(expected)) {
            throw new AssertionError(name + " is " + found + " (expected: " + expected + ")");
        }
    }

    /// On the loop.
    private Optional<String> outcome(Sent command) {
        History history = player(command.player()).history();
        Optional<String> refused = history.all(Moment.Nacked.class)
                .filter(nack -> nack.isFinal() && nack.id().equals(command.id()))
                .map(Moment.Nacked::code)
                .findFirst();
        boolean isApplied =
                history.all(Moment.Acked.class).anyMatch(ack -> ack.id().equals(command.id()));
        return isApplied ? Optional.of("applied") : refused;
    }

    /// Who is not live with everything settled, and what was seen beyond what the scenario tells.
    List<String> complaintsAtTheEnd() {
        List<String> complaints = new ArrayList<>();
        players.forEach((name, player) -> {
            await(name + " is settled", player::isSettled);
            List<String> all = ask(() -> events(name));
            all.subList(seen.getOrDefault(name, 0), all.size())
                    .forEach(event -> complaints.add(name + " also saw " + event));
        });
        return complaints;
    }

    private Player player(String name) {
        return Optional.ofNullable(players.get(name)).orElseThrow();
    }

    private Service service(String name) {
        return switch (name) {
            case "gateway" -> services.gateway();
            case "game-backend" -> services.backend();
            default -> throw new IllegalArgumentException("a service that nobody knows: " + name);
        };
    }

    private <T> T ask(Supplier<T> question) {
        return CompletableFuture.supplyAsync(question, loop)
                .orTimeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    private void await(String what, Supplier<Boolean> condition) {
        long endNanos = System.nanoTime() + LIMIT.toNanos();
        while (!ask(condition)) {
            if (System.nanoTime() > endNanos) {
                List<String> all =
                        ask(() -> players.values().stream().map(Player::status).toList());
                throw new AssertionError("not within " + LIMIT + ": " + what + "; " + all);
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    @Override
    public void close() {
        ask(() -> {
            players.values().forEach(Player::stop);
            return true;
        });
        loop.shutdownNow();
    }
}
