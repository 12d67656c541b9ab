package dev.holdfast.game.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.Backend;
import dev.holdfast.game.log.redis.RedisServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Two game-backends on one Redis, each with some of a game's players.
class ReplicasTest {
    /// Long enough for a slow machine to come back within it, and less than two sweeps: a replica asks after one.
    private static final String SEAT_GRACE = "SEAT_GRACE=9s";

    private static final Pattern SEQ = Pattern.compile("\"\\$\":\\{\"seq\":([0-9]+)");
    private static final Pattern REACHED = Pattern.compile("\"seq\":([0-9]+)");

    @RegisterExtension
    @Order(1)
    static final RedisServer redis = RedisServer.durable();

    @RegisterExtension
    @Order(2)
    static final Backend one = new Backend(() -> "STORE_URL=" + redis.url(), SEAT_GRACE);

    @RegisterExtension
    @Order(2)
    static final Backend two = new Backend(() -> "STORE_URL=" + redis.url(), SEAT_GRACE);

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void all_players_see_the_same_events_in_the_same_order(long seed) {
        String game = "order-" + seed;
        List<TestClient> players = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Backend backend = i % 2 == 0 ? one : two;
            players.add(backend.connectTo(game, "p" + i + "?v=1")
                    .send("{\"type\":\"sys.hello\",\"v\":1}")
                    .readUntil("sys.live"));
        }
        TestClient watcher = two.connectTo(game, "watcher?v=1")
                .send("{\"type\":\"sys.hello\",\"v\":1}")
                .readUntil("sys.live");
        var random = new Random(seed);
        int commands = 400;
        List<List<String>> seen = new ArrayList<>();
        List<List<String>> sent = new ArrayList<>();
        players.forEach(_ -> {
            seen.add(new ArrayList<>());
            sent.add(new ArrayList<>());
        });
        for (int n = 0; n < commands; n++) {
            int player = random.nextInt(players.size());
            players.get(player).send("{\"n\":" + n + ",\"$\":{\"id\":\"c." + n + "\",\"seen\":0}}");
            sent.get(player).add("{\"n\":" + n + "}");
            if (sent.get(player).size() % 8 == 0) {
                awaitAcks(players.get(player), 8, seen.get(player));
            }
        }
        for (int i = 0; i < players.size(); i++) {
            awaitAcks(players.get(i), sent.get(i).size() % 8, seen.get(i));
        }

        List<String> all = new ArrayList<>();
        while (all.size() < commands) {
            all.add(watcher.next());
        }
        assertThat(all.stream().map(ReplicasTest::seq))
                .as("seed %s", seed)
                .isSorted()
                .doesNotHaveDuplicates();
        for (int i = 0; i < players.size(); i++) {
            List<String> own = sent.get(i);
            while (seen.get(i).size() < commands - own.size()) {
                seen.get(i).add(players.get(i).next());
            }
            assertThat(seen.get(i).stream().map(ReplicasTest::event))
                    .as("seed %s, player %s", seed, i)
                    .containsExactlyElementsOf(all.stream()
                            .filter(event -> !own.contains(body(event)))
                            .map(ReplicasTest::event)
                            .toList());
        }
        assertThat(watcher.nextAfterPing()).as("seed %s", seed).isEqualTo("{\"type\":\"pong\"}");
    }

    private static void awaitAcks(TestClient player, int count, List<String> events) {
        for (int acks = 0; acks < count; ) {
            String message = player.next();
            assertThat(message).doesNotContain("sys.nack");
            if (message.contains("\"sys.ack\"")) {
                acks++;
            } else {
                events.add(message);
            }
        }
    }

    /// What all who see the event see alike.
    private static String event(String event) {
        return seq(event) + " " + body(event);
    }

    private static String body(String event) {
        return event.replaceFirst(",\"\\$\":.*", "}");
    }

    private static long seq(String event) {
        return number(SEQ, event);
    }

    private static long number(Pattern pattern, String text) {
        var matcher = pattern.matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    @Test
    void a_player_who_connects_to_the_other_replica_is_replaced_on_this_one() {
        String game = one.game() + "-takeover";
        TestClient here = one.connectTo(game, "p1");
        assertThat(here.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");

        TestClient there = two.connectTo(game, "p1");

        assertThat(here.awaitClose().code()).isEqualTo(4500);
        assertThat(there.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
    }

    @Test
    void a_command_sent_again_to_the_other_replica_is_applied_once() {
        String game = one.game() + "-again";
        TestClient reader = one.connectTo(game, "reader");
        assertThat(reader.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
        TestClient first = one.connectTo(game, "p1?v=1")
                .send("{\"type\":\"sys.hello\",\"v\":1}")
                .readUntil("sys.live");
        first.send("{\"n\":1,\"$\":{\"id\":\"a.1\",\"seen\":3}}").readUntil("sys.ack");
        first.cut();

        TestClient second = two.connectTo(game, "p1?v=1")
                .send("{\"type\":\"sys.hello\",\"v\":1,\"seat\":\"" + first.token() + "\"}")
                .readUntil("sys.live");
        second.send("{\"n\":1,\"$\":{\"id\":\"a.1\",\"seen\":3}}").readUntil("sys.ack");

        assertThat(second.seen().getLast()).contains("\"dup\":true");
        assertThat(reader.next()).isEqualTo("{\"n\":1}");
        assertThat(reader.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
    }

    @Test
    void a_hello_that_comes_late_to_the_other_replica_does_not_take_the_seat_either() {
        String hello =
                "{\"type\":\"sys.hello\",\"v\":1,\"seat\":\"0123456789abcdefABCDEF\",\"client\":\"tab\",\"dial\":";
        String player = "late?v=1";
        TestClient second = one.connectTo(one.game(), player).send(hello + "2}").readUntil("sys.live");

        TestClient late = two.connectTo(one.game(), player).send(hello + "1}");

        assertThat(late.awaitClose().code()).isEqualTo(4500);
        assertThat(second.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
    }

    @Test
    void a_player_at_one_replica_does_not_leave_because_the_other_one_starts() throws Exception {
        String game = one.game() + "-doubt";
        one.post("/api/games", "{\"rules\":\"tictactoe\",\"id\":\"" + game + "\"}");
        TestClient ann = one.connectTo(game, "ann");
        ann.next();
        TestClient bob = one.connectTo(game, "bob");
        bob.next();
        assertThat(ann.next()).contains("joined");
        TestClient watcher = two.connectTo(game, "eve?v=1")
                .send("{\"type\":\"sys.hello\",\"v\":1}")
                .readUntil("sys.live");
        long before = seq(watcher.seen().get(1));

        // Replica two asks after each grace whether ann and bob are still there, and one affirms both: four
        // entries.
        String inspected = awaitSeq(two, game, before + 4);

        assertThat(inspected).contains("\"over\":false");
        bob.cut();
        assertThat(watcher.next()).contains("\"left\"", "\"bob\"");
        assertThat(ann.next()).contains("\"left\"", "\"bob\"");
    }

    @Test
    void a_player_whose_next_leg_goes_to_the_other_replica_does_not_leave() throws Exception {
        String game = one.game() + "-leg";
        one.post("/api/games", "{\"rules\":\"tictactoe\",\"id\":\"" + game + "\"}");
        TestClient bob = one.connectTo(game, "bob");
        bob.next();
        TestClient ann = leg(one, game);
        ann.readUntil("\"state\"");
        TestClient eve = two.connectTo(game, "eve");
        assertThat(eve.next()).contains("\"state\"");
        awaitSeq(two, game, 6 + 4);

        ann.cut();
        TestClient next = leg(two, game).readUntil("\"state\"");
        bob.cut();

        // Ann was lost before bob, and would have left before.
        assertThat(eve.next()).contains("\"left\"", "\"bob\"");
        assertThat(next.readUntil("\"left\"").seen().getLast()).contains("\"bob\"");
    }

    private static TestClient leg(Backend backend, String game) {
        return backend.connectTo(
                game, "ann", "Holdfast-Link", "1", "Holdfast-Session", "session-of-ann", "Holdfast-First", "1");
    }

    /// Waits until the game has come so far, or further.
    private static String awaitSeq(Backend backend, String game, long seq) throws Exception {
        return Backend.await(() -> backend.get("/api/games/" + game).body(), body -> number(REACHED, body) >= seq);
    }
}
