package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.DoublePredicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.client.ReactorResourceFactory;
import reactor.netty.resources.LoopResources;

/// What Prometheus scrapes from the management port after sessions of which every number is known.
class MetricsTest {
    @RegisterExtension
    static final TestBackend backend = new TestBackend();

    @RegisterExtension
    static final TestGateway gateway = new TestGateway(
                    backend.url(), "WS_PING_INTERVAL=200ms", "WS_PING_TIMEOUT=60", "WS_PING_MODE=json")
            .with(Loops.class);

    /// Of calls of `/api`, of other addresses, or of what may have been anything.
    private static final Set<String> OF_NO_HANDSHAKE = Set.of(
            "folded_header",
            "no_route",
            "request_timeout",
            "body_too_large",
            "too_many_connections",
            "too_many_requests",
            "too_many_at_once");

    /// Those on which sessions live.
    static class Loops {
        static @Nullable EventLoopGroup all;

        @Autowired
        void of(ReactorResourceFactory resources) {
            all = resources.getLoopResources().onServer(LoopResources.DEFAULT_NATIVE);
        }
    }

    @Test
    void an_open_session_is_counted_as_long_as_it_is_open() {
        // Those of the test before may still be leaving
        await(0, "holdfast_sessions", "state=\"open\"");
        Session session = gateway.open(backend);
        await(1, "holdfast_sessions", "state=\"open\"");
        session.client().reset();
        session.backend().close();
        await(0, "holdfast_sessions", "state=\"open\"");
    }

    @Test
    void handshakes_are_counted_by_how_they_ended() {
        double accepted = gateway.metric("holdfast_handshakes_total", "outcome=\"accepted\"");
        double all = gateway.metric("holdfast_handshakes_total");
        double timed = gateway.metric("holdfast_handshake_seconds_count");
        gateway.open(backend);
        TestClient refused = gateway.connect().ask(Handshake.to("/ws/g1/p1"));
        backend.accept().refuse(403, "no");
        assertThat(refused.nextHead().status()).isEqualTo(403);
        TestClient stranger = gateway.connect().ask(Handshake.to("/ws/g1/p1").having("Origin", "https://evil.com"));
        assertThat(stranger.nextHead().status()).isEqualTo(403);

        await(accepted + 1, "holdfast_handshakes_total", "outcome=\"accepted\"");
        await(all + 3, "holdfast_handshakes_total");
        awaitAtLeast(timed + 2, "holdfast_handshake_seconds_count");
        assertThat(gateway.metric("holdfast_handshake_seconds_sum")).isPositive();
    }

    @Test
    void messages_and_bytes_are_counted_by_direction() {
        double toBackend = gateway.metric("holdfast_messages_total", "direction=\"to_backend\"", "kind=\"game\"");
        double toClient = gateway.metric("holdfast_messages_total", "direction=\"to_client\"", "kind=\"game\"");
        double bytesToBackend = gateway.metric("holdfast_bytes_total", "direction=\"to_backend\"");
        double bytesToClient = gateway.metric("holdfast_bytes_total", "direction=\"to_client\"");
        Session session = gateway.open(backend);
        session.client().send(Frame.text("one"), Frame.text("t").unfinished(), Frame.continuation("wo"));
        session.backend().send(Frame.text("x".repeat(1000)));

        await(toBackend + 2, "holdfast_messages_total", "direction=\"to_backend\"", "kind=\"game\"");
        await(toClient + 1, "holdfast_messages_total", "direction=\"to_client\"", "kind=\"game\"");
        awaitAtLeast(bytesToBackend + 6, "holdfast_bytes_total", "direction=\"to_backend\"");
        awaitAtLeast(bytesToClient + 1000, "holdfast_bytes_total", "direction=\"to_client\"");
    }

    @Test
    void the_round_trip_of_a_ping_is_measured() {
        double before = gateway.metric("holdfast_ping_rtt_seconds_count", "leg=\"client\"");
        TestClient client = gateway.open(backend).client();
        assertThat(client.nextFrame()).isEqualTo(Frame.text("{\"type\":\"ping\"}"));
        client.send(Frame.text("{\"type\":\"pong\"}"));
        await(before + 1, "holdfast_ping_rtt_seconds_count", "leg=\"client\"");
        assertThat(gateway.metric("holdfast_ping_rtt_seconds_sum", "leg=\"client\""))
                .isPositive();
    }

    @Test
    void closes_are_counted_by_code_and_by_who_made_them() {
        double byClient = gateway.metric("holdfast_closes_total", "code=\"1000\"", "by=\"client\"");
        double byBackend = gateway.metric("holdfast_closes_total", "code=\"1012\"", "by=\"backend\"");
        double byGateway = gateway.metric("holdfast_closes_total", "code=\"1002\"", "by=\"gateway\"");
        double byNetwork = gateway.metric("holdfast_closes_total", "by=\"network\"");
        double sessions = gateway.metric("holdfast_session_seconds_count");

        Session left = gateway.open(backend);
        left.client().send(Frame.close(1000, ""));
        assertThat(left.backend().nextFrame().closeCode()).isEqualTo(1000);
        left.backend().send(Frame.close(1000, ""));
        Session dismissed = gateway.open(backend);
        dismissed.backend().send(Frame.close(1012, ""));
        assertThat(close(dismissed).closeCode()).isEqualTo(1012);
        dismissed.client().send(Frame.close(1012, ""));
        Session wrong = gateway.open(backend);
        wrong.client().send(Frame.text("x").withRsv(4));
        assertThat(close(wrong).closeCode()).isEqualTo(1002);
        wrong.client().sendIfOpen(Frame.close(1002, ""));
        Session cut = gateway.open(backend);
        cut.client().reset();
        cut.backend().expectEnd();
        for (Session session : List.of(left, dismissed, wrong, cut)) {
            session.client().close();
            session.backend().close();
        }

        await(byClient + 1, "holdfast_closes_total", "code=\"1000\"", "by=\"client\"");
        await(byBackend + 1, "holdfast_closes_total", "code=\"1012\"", "by=\"backend\"");
        await(byGateway + 1, "holdfast_closes_total", "code=\"1002\"", "by=\"gateway\"");
        awaitAtLeast(byNetwork + 1, "holdfast_closes_total", "by=\"network\"");
        awaitAtLeast(sessions + 4, "holdfast_session_seconds_count");
    }

    @Test
    void a_code_that_a_peer_made_up_makes_no_series_of_its_own() {
        for (int code = 4900; code < 4910; code++) {
            Session session = gateway.open(backend);
            session.client().send(Frame.close(code, ""));
            assertThat(session.backend().nextFrame().closeCode()).isEqualTo(code);
            session.backend().send(Frame.close(code, ""));
            session.client().readToEnd();
        }
        assertThat(gateway.scrape()).doesNotContain("code=\"490");
    }

    @Test
    void an_event_loop_that_stands_still_is_seen_while_it_does() {
        AtomicBoolean mayGoOn = new AtomicBoolean();
        Objects.requireNonNull(Loops.all).next().execute(() -> {
            while (!mayGoOn.get()) {
                // Not even onSpinWait, which is refused on an event loop
            }
        });
        try {
            awaitAtLeast(2, "holdfast_event_loop_lag_seconds");
        } finally {
            mayGoOn.set(true);
        }
    }

    @Test
    void direct_memory_is_measured_and_so_is_its_limit() {
        int much = 20 << 20;
        ByteBuf taken = ByteBufAllocator.DEFAULT.directBuffer(much);
        try {
            assertThat(gateway.metric("holdfast_direct_memory_used_bytes"))
                    .isBetween((double) much, gateway.metric("holdfast_direct_memory_limit_bytes"));
        } finally {
            taken.release();
        }
    }

    @Test
    void nothing_of_a_player_is_a_label() {
        // Those of the test before may still be leaving
        await(0, "holdfast_sessions", "state=\"open\"");
        double holds = gateway.metric("holdfast_holds_total", "outcome=\"resumed\"");
        double sessions = gateway.metric("holdfast_session_seconds_count");
        Session session =
                gateway.open(backend, Handshake.to("/ws/secretgame/secretplayer?secretquery"), "Holdfast-Link: 1");
        session.backend().reset();
        BackendLeg next = backend.accept().upgrade("Holdfast-Link: 1");
        next.send(Frame.pong("A 0"));
        await(holds + 1, "holdfast_holds_total", "outcome=\"resumed\"");
        session.client().reset();
        next.close();
        await(sessions + 1, "holdfast_session_seconds_count");

        assertThat(gateway.scrape()).contains("holdfast_sessions{").doesNotContain("secret");
    }

    @Test
    void the_architecture_names_each_metric_and_no_other() throws IOException {
        gateway.open(backend);
        String page = Files.readString(Path.of("../docs/architecture.md"));
        int start = page.indexOf("| gateway |");
        String table = page.substring(start, page.indexOf("\n\n", start));
        Set<String> documented = Pattern.compile("`(holdfast_\\w+)")
                .matcher(table)
                .results()
                .map(name -> name.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> scraped = Pattern.compile("(?m)^# TYPE (holdfast_\\w+) ")
                .matcher(gateway.scrape())
                .results()
                .map(name -> name.group(1))
                .filter(name -> !name.endsWith("_max"))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(scraped).isEqualTo(documented);
    }

    @Test
    void the_circuits_and_pauses_are_there_before_anything_happened() {
        assertThat(gateway.scrape())
                .contains("resilience4j_circuitbreaker_state{")
                .contains("holdfast_backpressure_pauses_total{leg=\"client\"")
                .contains("holdfast_backpressure_pauses_total{leg=\"backend\"")
                .contains("# HELP holdfast_sessions ");
    }

    /// Those which no client caused by then are there too.
    @Test
    void each_way_in_which_a_handshake_can_end_is_there_before_one_has() throws IOException {
        String page = Files.readString(Path.of("../docs/protocol.md"));
        Set<String> outcomes = Pattern.compile("(?m)^\\| (?:\\dxx|[\\d, ]+) \\|.*")
                .matcher(page)
                .results()
                .flatMap(row -> Pattern.compile("`([a-z]+_[a-z_]+|overloaded|draining|internal)`")
                        .matcher(row.group())
                        .results())
                .map(word -> word.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        outcomes.removeAll(OF_NO_HANDSHAKE);
        outcomes.addAll(Set.of("accepted", "backend_refused", "client_gone"));
        Set<String> scraped = Pattern.compile("(?m)^holdfast_handshakes_total\\{.*outcome=\"(\\w+)\"")
                .matcher(gateway.scrape())
                .results()
                .map(outcome -> outcome.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(scraped).hasSizeGreaterThan(20).isEqualTo(outcomes);
    }

    /// The Close, before which a ping may come.
    private static Frame close(Session session) {
        Frame next = session.client().nextFrame();
        while (next.opcode() != Frame.CLOSE) {
            next = session.client().nextFrame();
        }
        return next;
    }

    private static void await(double expected, String name, String... labels) {
        await(value -> value == expected, "exactly " + expected, name, labels);
    }

    private static void awaitAtLeast(double expected, String name, String... labels) {
        await(value -> value >= expected, "at least " + expected, name, labels);
    }

    private static void await(DoublePredicate condition, String expected, String name, String... labels) {
        long giveUpAtNanos = System.nanoTime() + RawLeg.DEADLINE.toNanos();
        double value = gateway.metric(name, labels);
        while (!condition.test(value)) {
            assertThat(System.nanoTime() - giveUpAtNanos)
                    .as(
                            "%s%s is %s, waited %s for %s",
                            name, String.join(",", labels), value, RawLeg.DEADLINE, expected)
                    .isNegative();
            value = gateway.metric(name, labels);
        }
    }
}
