package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.Console;
import io.netty.channel.ChannelOption;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;

/// Clients that hold a connection open without ever finishing a request, or without asking another one.
class SlowRequestTest {
    private static final int BUFFER = 8 << 10;

    @Order(1)
    @RegisterExtension
    static final TestBackend backend = new TestBackend();

    @Order(2)
    @RegisterExtension
    static final TestGateway gateway = new TestGateway(
                    backend.url(),
                    "HANDSHAKE_TIMEOUT=4",
                    "server.netty.idle-timeout=6s",
                    "WS_HANDSHAKES_PER_ADDRESS=1000000")
            .with(SmallSendBuffers.class);

    /// So that it takes few answers until no more can be written.
    static final class SmallSendBuffers {
        @Bean
        NettyServerCustomizer smallSendBuffers() {
            return server -> server.childOption(ChannelOption.SO_SNDBUF, BUFFER);
        }
    }

    /// All at the same time, since each is waited for as long as a request may take.
    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void what_does_not_come_to_its_end_is_refused_or_cut_off(CapturedOutput output) {
        double before = timeouts();
        double failed = failedCalls();
        TestClient later = gateway.connect();
        later.write("GET /nothing HTTP/1.1\r\nHost: " + Handshake.HOST + "\r\n\r\n");
        assertThat(Refusal.nextOf(later).status()).isEqualTo(404);
        later.write("GET /ws/g1/p1 HTTP/1.1\r\n");
        TestClient head = gateway.connect();
        head.write("GET /ws/g1/p1 HTTP/1.1\r\nHost: " + Handshake.HOST + "\r\n");
        TestClient body = gateway.connect();
        body.write("POST /api/games HTTP/1.1\r\nHost: " + Handshake.HOST + "\r\nContent-Length: 9\r\n\r\nbegun");
        TestClient second = gateway.connect();
        second.write("POST /nothing HTTP/1.1\r\nHost: " + Handshake.HOST + "\r\nContent-Length: 5\r\n\r\nwhole"
                + "POST /api/games HTTP/1.1\r\nHost: " + Handshake.HOST + "\r\nContent-Length: 9\r\n\r\n");
        assertThat(Refusal.nextOf(second).status()).isEqualTo(404);
        TestClient silent = gateway.connect();

        a_head_without_an_end_is_refused(head);
        a_head_without_an_end_is_refused(later);
        silent.expectEnd();
        body.readToEnd();
        second.readToEnd();
        assertThat(timeouts()).isEqualTo(before + 5);
        // Who has said nothing, as browsers that connect in advance, is not worth one
        assertThat(Console.text(output).lines().filter(line -> line.contains("outcome=\"request_timeout\"")))
                .hasSize(4);
        // Nobody asked the backend
        assertThat(failedCalls()).isEqualTo(failed);
    }

    private static void a_head_without_an_end_is_refused(TestClient client) {
        Refusal refusal = Refusal.nextOf(client);
        assertThat(refusal.status()).isEqualTo(408);
        assertThat(refusal.body().path("error").asString()).isEqualTo("request_timeout");
        assertThat(refusal.body().path("message").asString()).contains("HANDSHAKE_TIMEOUT");
        assertThat(refusal.head().field("Connection")).isEqualTo("close");
        client.expectEnd();
    }

    @Test
    void a_session_outlives_the_time_that_a_connection_may_be_idle() {
        Session session = gateway.open(backend);
        TestClient idle = gateway.connect();
        idle.write("GET /nothing HTTP/1.1\r\nHost: " + Handshake.HOST + "\r\n\r\n");
        assertThat(Refusal.nextOf(idle).status()).isEqualTo(404);
        // It began to be idle later than the session
        idle.expectEnd();

        session.client().send(Frame.text("still here"));
        assertThat(session.backend().nextFrame()).isEqualTo(Frame.text("still here"));
    }

    @Test
    void who_asks_without_reading_the_answers_is_read_no_further_and_cut_off() {
        TestClient client = gateway.connect(BUFFER);
        byte[] refused = "GET /ws/g/p HTTP/1.1\r\n\r\n".repeat(1_000).getBytes(StandardCharsets.US_ASCII);
        CompletableFuture<Void> asking = CompletableFuture.runAsync(
                () -> {
                    while (true) {
                        client.write(refused);
                    }
                },
                RawLeg.MEANWHILE);

        // Not by the deadline, which would be a TimeoutException
        assertThat(asking).failsWithin(RawLeg.DEADLINE).withThrowableOfType(ExecutionException.class);
    }

    private static double timeouts() {
        return gateway.metric("holdfast_admission_refusals_total", "reason=\"request_timeout\"");
    }

    private static double failedCalls() {
        return gateway.metric("resilience4j_circuitbreaker_calls_seconds_count", "name=\"http\"", "kind=\"failed\"");
    }
}
