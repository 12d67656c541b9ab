package dev.holdfast.game.drain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.Backend;
import dev.holdfast.game.log.redis.RedisServer;
import dev.holdfast.game.session.TestClient;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class DrainTest {
    private static final String ACK = "pong:A ";

    @TempDir
    static Path directory;

    @RegisterExtension
    @Order(1)
    static final RedisServer redis = RedisServer.durable();

    @RegisterExtension
    @Order(2)
    static final Backend backend = new Backend(() -> "STORE_URL=sqlite:" + directory.resolve("games.db"));

    @BeforeEach
    void start() {
        backend.restart();
    }

    @Test
    void a_linked_leg_hears_of_the_drain_gets_its_last_acks_and_then_1012() throws Exception {
        TestClient leg = leg("p1", 1, "");
        assertThat(leg.next()).startsWith("pong:C ");
        IntStream.range(0, 20).forEach(n -> leg.send("{\"n\":" + n + "}"));
        leg.readUntil("pong:A");

        backend.stop();

        assertThat(leg.awaitClose().code()).isEqualTo(1012);
        assertThat(leg.awaitClose().reasonText()).matches("retry=[0-9]+");
        leg.readUntil("pong:D");
        while (leg.count() > 0) {
            leg.readUntil("");
        }
        assertThat(leg.seen()).noneMatch(frame -> frame.startsWith("{"));
        backend.start();
        // Before the messages: the game's creation and the player
        long applied = Long.parseLong(
                        backend.get("/api/games/" + backend.game()).body().replaceAll(".*\"seq\":([0-9]+).*", "$1"))
                - 2;
        assertThat(leg.seen().stream()
                        .filter(frame -> frame.startsWith(ACK))
                        .mapToLong(frame -> Long.parseLong(frame.substring(ACK.length())))
                        .max())
                .hasValue(applied);
    }

    @Test
    void a_client_without_a_gateway_is_told_when_to_come_back() {
        TestClient plain = backend.connect("p1");
        plain.nextAfterPing();
        TestClient v1 = backend.connect("p2?v=1")
                .send("{\"type\":\"sys.hello\",\"v\":1}")
                .readUntil("sys.live");

        backend.stop();

        assertThat(plain.awaitClose().code()).isEqualTo(1012);
        assertThat(v1.next()).matches("\\{\"type\":\"sys.bye\",\"code\":1012,\"reason\":\"retry=[0-9]+\"}");
        assertThat(v1.awaitClose().code()).isEqualTo(1012);
    }

    /// What has come and is not read any more must not make the kernel reset the connection.
    @Test
    void a_client_that_talks_all_the_time_reads_the_close_too() {
        List<TestClient> clients =
                IntStream.range(0, 10).mapToObj(n -> leg("talker" + n, 1, "")).toList();
        clients.forEach(client -> client.readUntil("pong:C "));
        IntStream.range(0, 2_000).forEach(n -> clients.forEach(client -> client.send("{\"n\":" + n + "}")));

        backend.stop();

        assertThat(clients)
                .allSatisfy(client -> assertThat(client.awaitClose().code()).isEqualTo(1012));
    }

    @Test
    void a_restart_costs_a_plain_client_behind_a_gateway_nothing() {
        TestClient other = leg("other", 1, "");
        String otherHere = other.next();
        TestClient leg = leg("p1", 1, "");
        assertThat(leg.next()).startsWith("pong:C ");
        leg.send("{\"n\":1}").send("{\"n\":2}");
        other.readUntil("{\"n\":2}");
        String cursor = other.seen().get(other.seen().size() - 2).substring("pong:E ".length());

        backend.restart();
        TestClient next = leg("p1", 1, "");
        next.send("{\"n\":1}").send("{\"n\":2}").send("{\"n\":3}");
        TestClient back = leg("other", 1, cursor);

        assertThat(back.readUntil("{\"n\":3}").seen().stream().filter(frame -> frame.startsWith("{")))
                .containsExactly("{\"n\":3}");
        assertThat(otherHere).startsWith("pong:C ");
    }

    @Test
    void nothing_is_written_about_players_whom_another_replica_will_have() throws Exception {
        var replica = new Backend(() -> "STORE_URL=" + redis.url());
        replica.start();
        try {
            List<TestClient> legs = Stream.of("p1", "p2", "p3")
                    .map(player -> leg(replica, player, 1, ""))
                    .toList();
            legs.forEach(leg -> leg.readUntil("pong:C "));
            String before = replica.get("/api/games/" + replica.game()).body();
            assertThat(before).contains("\"p1\",\"p2\",\"p3\"");

            replica.restart();

            assertThat(legs)
                    .allSatisfy(leg -> assertThat(leg.awaitClose().code()).isEqualTo(1012));
            assertThat(replica.get("/api/games/" + replica.game()).body())
                    .isEqualTo(before.replaceAll("\"here\":\\[[^]]*]", "\"here\":[]"));
        } finally {
            replica.stop();
        }
    }

    private static TestClient leg(String player, long first, String since) {
        return leg(backend, player, first, since);
    }

    private static TestClient leg(Backend backend, String player, long first, String since) {
        return backend.connect(
                player,
                "Holdfast-Link",
                "1",
                "Holdfast-Session",
                "session-of-" + player,
                "Holdfast-First",
                Long.toString(first),
                "Holdfast-Since",
                since);
    }
}
