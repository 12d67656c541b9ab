package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The time between a client's handshake and the backend's answer, with a time limit too long to end anything here.
class DialTest {
    @RegisterExtension
    static final TestBackend backend = new TestBackend();

    @RegisterExtension
    static final TestGateway gateway = new TestGateway(backend.url());

    @Test
    void a_client_that_vanishes_frees_the_backend() {
        TestClient client = gateway.connect().ask(Handshake.to("/ws/g1/p1"));
        BackendLeg leg = backend.accept();
        client.reset();
        leg.expectEnd();
    }

    @Test
    void a_client_that_leaves_frees_the_backend() {
        TestClient client = gateway.connect().ask(Handshake.to("/ws/g1/p1"));
        BackendLeg leg = backend.accept();
        client.close();
        leg.expectEnd();
    }

    @Test
    void a_client_that_leaves_after_an_early_frame_frees_the_backend() {
        TestClient client = gateway.connect();
        client.write(Handshake.to("/ws/g1/p1").bytes(), client.encoded(Frame.text("early")));
        BackendLeg leg = backend.accept();
        client.close();
        leg.upgrade();
        // The early frame may or may not be delivered to a backend whose player is gone.
        leg.readToEnd();
    }

    @Test
    void what_a_client_says_too_early_waits_for_the_backend() {
        TestClient client = gateway.connect().ask(Handshake.to("/ws/g1/p1"));
        BackendLeg leg = backend.accept();
        client.send(Frame.text("1"), Frame.text("2"));
        client.send(Frame.text("3"));
        leg.upgrade();
        for (String text : new String[] {"1", "2", "3"}) {
            assertThat(leg.nextFrame()).isEqualTo(Frame.text(text));
        }
        assertThat(client.nextHead().status()).isEqualTo(101);
    }

    @Test
    void a_slow_dial_holds_up_nobody_else() {
        TestClient slow = gateway.connect().ask(Handshake.to("/ws/g1/slow"));
        BackendLeg slowLeg = backend.accept();
        Session quick = gateway.open(backend);
        quick.client().send(Frame.text("quick"));
        assertThat(quick.backend().nextFrame()).isEqualTo(Frame.text("quick"));
        slowLeg.upgrade();
        assertThat(slow.nextHead().status()).isEqualTo(101);
    }
}
