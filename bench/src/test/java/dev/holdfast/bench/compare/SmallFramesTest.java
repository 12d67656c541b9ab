package dev.holdfast.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SmallFramesTest {
    @Test
    void frames_are_found_wherever_the_stream_is_cut() {
        byte[] stream = {
            (byte) 0x81, 2, 'h', 'i', (byte) 0x82, (byte) 0x81, 1, 2, 3, 4, 'x' ^ 1, (byte) 0x8a, 0, (byte) 0x81, 1, 'z'
        };
        for (int cut = 0; cut <= stream.length; cut++) {
            List<String> found = new ArrayList<>();
            SmallFrames frames = new SmallFrames();
            SmallFrames.Sink sink = (first, bytes, from, length) ->
                    found.add(Integer.toHexString(first) + new String(bytes, from, length, StandardCharsets.US_ASCII));
            frames.read(Unpooled.wrappedBuffer(stream, 0, cut), sink);
            frames.read(Unpooled.wrappedBuffer(stream, cut, stream.length - cut), sink);

            assertThat(found).as("cut at %d", cut).containsExactly("81hi", "82x", "8a", "81z");
        }
    }
}
