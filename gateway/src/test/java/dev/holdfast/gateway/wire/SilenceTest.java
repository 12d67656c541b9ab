package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A client from which nothing comes after a ping is let go; one that says anything at all is not.
class SilenceTest {
    private static final Frame PING = Frame.text("{\"type\":\"ping\"}");
    private static final int ROUNDS = 11;

    @RegisterExtension
    static final TestBackend backend = new TestBackend();

    @RegisterExtension
    static final TestGateway gateway =
            new TestGateway(backend.url(), "WS_PING_MODE=json", "WS_PING_INTERVAL=400ms", "WS_PING_TIMEOUT=3s");

    /// Of three players at the same time, since each is waited for as long as silence may last.
    @Test
    void a_client_from_which_nothing_comes_is_closed_with_4001_whatever_was_before() {
        Session silent = gateway.open(backend);
        Session later = gateway.open(backend);
        Session spokenTo = gateway.open(backend);
        atOnce(Stream.of(
                () -> silence_is_closed_with_4001_on_both_legs(silent),
                () -> a_client_that_falls_silent_later_is_closed_too(later),
                () -> a_backend_that_talks_does_not_keep_a_silent_client(spokenTo)));
    }

    private static void silence_is_closed_with_4001_on_both_legs(Session session) {
        assertThat(session.client().nextFrame()).isEqualTo(PING);
        Frame close = nextButPing(session.client());
        assertThat(close.opcode()).as("opcode of %s", close).isEqualTo(Frame.CLOSE);
        assertThat(close.closeCode()).as("code of %s", close).isEqualTo(4001);
        session.backend().framesToEnd();
        // A client that is gone never answers the Close, and costs no socket for it.
        session.client().expectEnd();
    }

    private static void a_client_that_falls_silent_later_is_closed_too(Session session) {
        assertThat(session.client().nextFrame()).isEqualTo(PING);
        session.client().send(Frame.text("{\"type\":\"pong\"}"));
        assertThat(session.client().nextFrame()).isEqualTo(PING);
        assertThat(nextButPing(session.client()).closeCode()).isEqualTo(4001);
    }

    private static void a_backend_that_talks_does_not_keep_a_silent_client(Session session) {
        assertThat(session.client().nextFrame()).isEqualTo(PING);
        session.backend().send(Frame.text("anyone?"));
        assertThat(nextButPing(session.client())).isEqualTo(Frame.text("anyone?"));
        assertThat(nextButPing(session.client()).closeCode()).isEqualTo(4001);
    }

    /// One client for each sign, all at the same time, longer than one that is not heard would be left open. Each
    /// answers as its pings come: in lockstep, one that is slow would make the others silent.
    @Test
    void any_byte_is_a_sign_of_life() {
        byte[] endless = Frame.binary(new byte[1000]).masked(1);
        List<Sign> signs = List.of(
                sign("an application pong", (client, _) -> client.send(Frame.text("{\"type\":\"pong\"}"))),
                sign("a Pong", (client, _) -> client.send(Frame.pong(""))),
                sign("a Ping", (client, _) -> client.send(Frame.ping(""))),
                sign("a message", (client, _) -> client.send(Frame.text("move"))),
                sign(
                        "a first or further fragment",
                        (client, round) ->
                                client.send(Frame.of(round == 0 ? Frame.TEXT : Frame.CONTINUATION, new byte[1])
                                        .unfinished())),
                sign("one more byte of a frame", (client, round) -> client.write(new byte[] {endless[round]})));
        atOnce(signs.stream().map(sign -> sign::giveInEachRound));
    }

    private static void atOnce(Stream<Runnable> parts) {
        CompletableFuture<?>[] running = parts.map(part -> CompletableFuture.runAsync(part, RawLeg.MEANWHILE))
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(running).join();
    }

    private static Sign sign(String name, BiConsumer<TestClient, Integer> give) {
        return new Sign(name, gateway.open(backend).client(), give);
    }

    private record Sign(String name, TestClient client, BiConsumer<TestClient, Integer> give) {
        void giveInEachRound() {
            for (int round = 0; round < ROUNDS; round++) {
                assertThat(nextButPong(client))
                        .as("before %s in round %s", name, round)
                        .isEqualTo(PING);
                give.accept(client, round);
            }
        }
    }

    private static Frame nextButPing(TestClient client) {
        Frame frame = client.nextFrame();
        while (frame.equals(PING)) {
            frame = client.nextFrame();
        }
        return frame;
    }

    private static Frame nextButPong(TestClient client) {
        Frame frame = client.nextFrame();
        while (frame.opcode() == Frame.PONG) {
            frame = client.nextFrame();
        }
        return frame;
    }
}
