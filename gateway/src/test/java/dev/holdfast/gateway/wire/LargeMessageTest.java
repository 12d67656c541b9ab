package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Messages far larger than any buffer of the gateway.
class LargeMessageTest {
    private static final int SIZE = 16 << 20;

    @RegisterExtension
    static final TestBackend backend = new TestBackend();

    @RegisterExtension
    static final TestGateway gateway = new TestGateway(backend.url(), "WS_MAX_MESSAGE=16MB");

    @Test
    void a_large_frame_passes_both_ways() {
        Session session = gateway.open(backend);
        Frame frame = Frame.binary(noise(SIZE));
        assertCarries(session.client(), session.backend(), frame);
        assertCarries(session.backend(), session.client(), frame);
    }

    @Test
    void a_large_message_of_many_fragments_passes_both_ways() {
        Session session = gateway.open(backend);
        Frame[] fragments = new Frame[256];
        for (int i = 0; i < fragments.length; i++) {
            Frame fragment = Frame.of(i == 0 ? Frame.BINARY : Frame.CONTINUATION, noise(SIZE / fragments.length));
            fragments[i] = i == fragments.length - 1 ? fragment : fragment.unfinished();
        }
        assertCarries(session.client(), session.backend(), fragments);
        assertCarries(session.backend(), session.client(), fragments);
    }

    private static void assertCarries(RawLeg from, RawLeg to, Frame... frames) {
        byte[][] bytes = new byte[frames.length][];
        for (int i = 0; i < frames.length; i++) {
            bytes[i] = from.encoded(frames[i]);
        }
        var writing = from.writeMeanwhile(RawLeg.joined(bytes));
        for (Frame frame : frames) {
            assertThat(to.nextFrame()).isEqualTo(frame);
        }
        writing.join();
    }

    private static byte[] noise(int size) {
        byte[] noise = new byte[size];
        new Random(size).nextBytes(noise);
        return noise;
    }
}
