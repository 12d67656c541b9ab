package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import java.net.InetAddress;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import tools.jackson.databind.json.JsonMapper;

/// Several addresses behind the backend's one name, of both kinds.
class ReplicasTest {
    private static final int GAMES = 30;
    private static final InetAddress FIRST = address("127.0.0.1");
    private static final InetAddress SECOND = address("127.0.0.2");
    private static final InetAddress THIRD = address("::1");

    @RegisterExtension
    @Order(1)
    static final TestNames names = new TestNames();

    @RegisterExtension
    @Order(1)
    static final TestBackend one = TestBackend.at(FIRST, 0);

    @RegisterExtension
    @Order(1)
    static final TestBackend two = TestBackend.at(SECOND, one.port());

    @RegisterExtension
    @Order(1)
    static final TestBackend three = TestBackend.at(THIRD, one.port());

    @RegisterExtension
    @Order(2)
    static final TestGateway gateway = new TestGateway("http://backend.test:" + one.port()).with(OwnNames.class);

    static final class OwnNames {
        @Bean
        @Primary
        DnsServerAddressStreamProvider ownNames() {
            return names.provider();
        }
    }

    @BeforeEach
    void all_are_there() {
        names.know(List.of(FIRST, SECOND, THIRD));
        one.always(leg -> leg.upgrade("Replica: one"));
        two.always(leg -> leg.upgrade("Replica: two"));
        three.always(leg -> leg.upgrade("Replica: three"));
    }

    @Test
    void games_spread_over_all_addresses_and_each_stays_at_its_own() {
        Map<String, String> first = where();

        assertThat(first.values()).contains("one", "two", "three");
        assertThat(where()).isEqualTo(first);
    }

    @Test
    void when_an_address_goes_only_its_games_move() {
        Map<String, String> before = where();

        names.know(List.of(FIRST, THIRD));

        Map<String, String> after = where();
        assertThat(after.values()).containsOnly("one", "three");
        before.forEach((game, replica) -> {
            if (!replica.equals("two")) {
                assertThat(after).containsEntry(game, replica);
            }
        });
    }

    @Test
    void while_the_names_are_away_the_addresses_known_last_are_used() {
        Map<String, String> before = where();

        names.fallSilent();

        assertThat(replicaOf("game-1")).isEqualTo(before.get("game-1"));
        names.know(List.of());
        assertThat(replicaOf("game-2")).isEqualTo(before.get("game-2"));
        names.know(List.of(FIRST));
        assertThat(where().values()).containsOnly("one");
    }

    @Test
    void an_address_is_not_believed_for_as_long_as_the_name_server_says() {
        names.know(List.of(FIRST), 600);
        assertThat(replicaOf("game-1")).isEqualTo("one");

        names.know(List.of(SECOND));
        long deadline = System.nanoTime() + RawLeg.DEADLINE.toNanos();
        do {
            assertThat(System.nanoTime()).as("waiting for the address of now").isLessThan(deadline);
            // One dial after the other: thousands would take all files
        } while (gateway.metric("holdfast_sessions_admitted") > 0
                || !replicaOf("game-1").equals("two"));
    }

    @Test
    void a_replica_that_refuses_connections_is_passed_over() {
        two.down();

        assertThat(where().values()).containsOnly("one", "three").hasSize(GAMES);
    }

    @Test
    void a_replica_that_drains_is_passed_over() {
        two.up();
        two.always(leg -> leg.refuse(503, "draining"));

        assertThat(where().values()).containsOnly("one", "three").hasSize(GAMES);
    }

    @Test
    void when_all_drain_the_client_is_told() {
        for (TestBackend replica : List.of(one, two, three)) {
            replica.up();
            replica.always(leg -> leg.refuse(503, "draining"));
        }

        assertThat(gateway.connect().ask(Handshake.to("/ws/g1/p1")).nextHead().status())
                .isEqualTo(503);
    }

    @Test
    void what_one_replica_refuses_for_good_no_other_is_asked() {
        for (TestBackend replica : List.of(one, two, three)) {
            replica.up();
        }
        one.always(leg -> leg.refuse(403, "not you"));
        two.always(leg -> leg.refuse(404, "no such game"));
        three.always(leg -> leg.refuse(401, "who are you"));

        assertThat(IntStream.range(0, GAMES)
                        .mapToObj(game -> gateway.connect()
                                .ask(Handshake.to("/ws/game-" + game + "/p1"))
                                .nextHead()
                                .status())
                        .distinct())
                .containsExactlyInAnyOrder(401, 403, 404);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void a_session_that_is_sent_away_comes_to_the_one_that_serves_it(int serving) {
        List<TestBackend> replicas = List.of(one, two, three);
        for (TestBackend replica : replicas) {
            boolean serves = replica == replicas.get(serving);
            replica.up();
            replica.always(leg -> leg.upgrade("Holdfast-Link: 1")
                    .send(serves ? Frame.text(leg.address()) : Frame.close(1013, "the store cannot be reached")));
        }

        TestClient client = gateway.connect().ask(Handshake.to("/ws/sent-away/p" + serving));
        assertThat(client.nextHead().status()).isEqualTo(101);
        String address = client.nextFrame().text();
        assertThat(playersAt(address)).containsExactly("p" + serving);
    }

    /// As those of an older release, in a rollout or a rollback.
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void a_held_session_passes_over_those_that_do_not_speak_the_link_protocol(int linked) {
        List<TestBackend> replicas = List.of(one, two, three);
        AtomicBoolean isOpen = new AtomicBoolean();
        for (TestBackend replica : replicas) {
            boolean isLinked = replica == replicas.get(linked);
            replica.up();
            replica.always(leg -> {
                if (!isOpen.getAndSet(true)) {
                    leg.upgrade("Holdfast-Link: 1").send(Frame.close(1012, "restarting"));
                } else if (isLinked) {
                    leg.upgrade("Holdfast-Link: 1").send(Frame.text("here"));
                } else {
                    leg.upgrade().send(Frame.text("as if it were new"));
                }
            });
        }

        TestClient client = gateway.connect().ask(Handshake.to("/ws/game-1/p1"));
        assertThat(client.nextHead().status()).isEqualTo(101);
        assertThat(client.nextFrame()).isEqualTo(Frame.text("here"));
    }

    /// Of the game `sent-away`, as an operator sees them.
    private static List<String> playersAt(String backend) {
        String query = "?game=sent-away&backend=" + URLEncoder.encode(backend, StandardCharsets.UTF_8);
        String answer = gateway.http(gateway.managementRequest("/actuator/sessions" + query))
                .body();
        return JsonMapper.shared()
                .readTree(answer)
                .path("sessions")
                .valueStream()
                .map(row -> row.path("player").asString())
                .toList();
    }

    private static Map<String, String> where() {
        Map<String, String> replicas = new HashMap<>();
        for (int game = 0; game < GAMES; game++) {
            replicas.put("game-" + game, replicaOf("game-" + game));
        }
        return replicas;
    }

    private static String replicaOf(String game) {
        try (TestClient client = gateway.connect().ask(Handshake.to("/ws/" + game + "/p1"))) {
            Head head = client.nextHead();
            assertThat(head.status()).isEqualTo(101);
            return head.field("Replica");
        }
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException notAnAddress) {
            throw new IllegalArgumentException(text, notAnAddress);
        }
    }
}
