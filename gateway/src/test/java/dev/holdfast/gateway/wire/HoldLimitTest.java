package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A hold does not last for ever, and no backend is blamed for what it was not asked.
class HoldLimitTest {
    private static final String LINK = "Holdfast-Link: 1";
    private static final Duration HOLD = Duration.ofSeconds(2);

    @RegisterExtension
    static final TestBackend backend = new TestBackend();

    @RegisterExtension
    static final TestGateway gateway = new TestGateway(
            backend.url(),
            "WS_PING_MODE=json",
            "GATEWAY_HOLD=" + HOLD.toSeconds(),
            "BACKEND_PING_INTERVAL=200ms",
            "BACKEND_PING_TIMEOUT=200ms");

    @Test
    void a_client_whose_backend_does_not_come_back_in_time_is_told_to_try_again() {
        double expired = expired();
        Session session = gateway.open(backend, Handshake.to("/ws/g1/p1"), LINK);
        backend.down();
        session.backend().reset();
        Frame close = session.client().nextFrame();
        assertThat(close.opcode()).isEqualTo(Frame.CLOSE);
        assertThat(close.closeCode()).isEqualTo(1013);
        backend.up();
        assertThat(expired()).isGreaterThan(expired);
    }

    @Test
    void a_backend_that_takes_the_leg_and_nobody_in_has_not_come_back() {
        double expired = expired();
        double resumed = gateway.metric("holdfast_holds_total", "outcome=\"resumed\"");
        double seconds = gateway.metric("holdfast_hold_seconds_sum");
        Session session = gateway.open(backend, Handshake.to("/ws/g1/p1"), LINK);
        backend.always(leg -> leg.upgrade(LINK).send(Frame.pong("V 1"), Frame.close(1013, "overloaded")));
        session.backend().reset();
        Frame close = session.client().nextFrame();
        while (close.opcode() != Frame.CLOSE) {
            close = session.client().nextFrame();
        }
        assertThat(close.closeCode()).isEqualTo(1013);
        assertThat(expired()).isGreaterThan(expired);
        assertThat(gateway.metric("holdfast_holds_total", "outcome=\"resumed\""))
                .isEqualTo(resumed);
        assertThat(gateway.metric("holdfast_hold_seconds_sum") - seconds)
                .isGreaterThanOrEqualTo((double) HOLD.toSeconds());
    }

    @Test
    void a_backend_is_not_blamed_for_a_ping_that_waits_behind_half_a_frame() {
        TestClient client = gateway.connect();
        byte[] frame = client.encoded(Frame.text("long ".repeat(100)));
        // Half of it is there when the session begins, and before any ping
        client.write(Handshake.to("/ws/g1/p1").bytes(), Arrays.copyOf(frame, 200));
        BackendLeg leg = backend.accept().upgrade(LINK);
        assertThat(client.nextHead().status()).isEqualTo(101);
        // A silent one that came later, twice, shows that the time is over, however late the gateway looks
        Session clock = gateway.open(backend, Handshake.to("/ws/g1/p2"), LINK);
        for (int i = 0; i < 2; i++) {
            BackendLeg next = backend.accept();
            next.write(next.upgradeBytes(LINK), next.encoded(Frame.pong("A 0")));
            assertThat(next.request().field("Holdfast-Session"))
                    .isEqualTo(clock.backend().request().field("Holdfast-Session"));
        }

        client.write(Arrays.copyOfRange(frame, 200, frame.length));
        assertThat(leg.nextFrame()).isEqualTo(Frame.text("long ".repeat(100)));
        assertThat(leg.nextFrame().opcode()).isEqualTo(Frame.PING);
    }

    @Test
    void a_backend_that_hangs_is_found_out_where_the_rest_of_a_frame_waits_for_it() {
        TestClient client = gateway.connect();
        byte[] last = client.encoded(Frame.text("long ".repeat(100)));
        ByteBuf early = Unpooled.buffer().writeBytes(Handshake.to("/ws/g1/p1").bytes());
        for (int i = 1; i <= 64; i++) {
            early.writeBytes(client.encoded(Frame.text("m" + i)));
        }
        early.writeBytes(last, 0, 200);
        client.write(ByteBufUtil.getBytes(early));
        BackendLeg hangs = backend.accept().upgrade(LINK);
        assertThat(client.nextHead().status()).isEqualTo(101);
        assertThat(hangs.nextFrame()).isEqualTo(Frame.text("m1"));

        BackendLeg next = backend.accept();
        client.write(Arrays.copyOfRange(last, 200, last.length));
        // At once, so that this one does not hang too, however slow the test is
        next.write(next.upgradeBytes(LINK), next.encoded(Frame.pong("A 64")));
        for (int i = 1; i <= 64; i++) {
            assertThat(next.nextFrame()).isEqualTo(Frame.text("m" + i));
        }
        assertThat(next.nextFrame()).isEqualTo(Frame.text("long ".repeat(100)));
    }

    private static double expired() {
        return gateway.metric("holdfast_holds_total", "outcome=\"expired\"");
    }
}
