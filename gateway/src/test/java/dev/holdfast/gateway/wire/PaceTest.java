package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A client that sends faster than it may is read more slowly, and closed when that does not stop it: at 2 messages a
/// second it is read at 4, and 16 of them may come at once.
class PaceTest {
    private static final int SAVED = 16;
    // 19 seconds' worth: more than ten whenever it is looked at, but not at the end of the ten that a debt may last
    private static final int TOO_MANY = 76;

    @RegisterExtension
    static final TestBackend backend = new TestBackend();

    @RegisterExtension
    static final TestGateway gateway = new TestGateway(backend.url(), "WS_MESSAGES_PER_SECOND=2");

    @Test
    void a_burst_arrives_whole_and_the_client_is_read_on_when_it_is_paid_for() {
        Session session = gateway.open(backend);
        double pauses = pauses();
        Frame[] burst = messages(SAVED + 6);
        session.client().send(burst);
        for (Frame message : burst) {
            assertThat(session.backend().nextFrame()).isEqualTo(message);
        }
        session.client().send(Frame.text("after it"));

        assertThat(session.backend().nextFrame()).isEqualTo(Frame.text("after it"));
        assertThat(pauses()).isGreaterThan(pauses);
    }

    @Test
    void a_flood_is_closed_with_4003_and_the_time_to_come_back() {
        Session session = gateway.open(backend);
        double before = closes();
        session.client().send(messages(SAVED + TOO_MANY));

        List<Frame> frames = session.client().framesToEnd();
        Frame close = frames.getLast();
        assertThat(close.closeCode()).as("%s", close).isEqualTo(4003);
        assertThat(close.reason()).matches("retry=1\\d{4}");
        session.client().close();
        session.backend().close();
        awaitCloses(before + 1);
    }

    @Test
    void pings_and_pongs_count() {
        Session session = gateway.open(backend);
        Frame[] pings = new Frame[SAVED + TOO_MANY];
        for (int i = 0; i < pings.length; i++) {
            pings[i] = switch (i % 4) {
                case 0 -> Frame.text("{\"type\":\"ping\"}");
                case 1 -> Frame.text("{\"type\":\"pong\"}");
                case 2 -> Frame.ping("");
                default -> Frame.pong("");
            };
        }
        double before = closes();
        session.client().send(pings);

        assertThat(session.client().framesToEnd().getLast().closeCode()).isEqualTo(4003);
        session.client().close();
        session.backend().close();
        awaitCloses(before + 1);
    }

    private static double closes() {
        return gateway.metric("holdfast_closes_total", "code=\"4003\"", "by=\"gateway\"");
    }

    /// Counted when both legs are gone.
    private static void awaitCloses(double count) {
        long deadline = System.nanoTime() + RawLeg.DEADLINE.toNanos();
        while (closes() != count) {
            assertThat(System.nanoTime()).as("waiting for %s closes", count).isLessThan(deadline);
        }
    }

    private static double pauses() {
        return gateway.metric("holdfast_backpressure_pauses_total", "leg=\"client\"");
    }

    private static Frame[] messages(int count) {
        Frame[] messages = new Frame[count];
        Arrays.setAll(messages, i -> Frame.text("message " + i));
        return messages;
    }
}
