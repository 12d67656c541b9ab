package dev.holdfast.game.session.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.rules.Json;
import dev.holdfast.game.rules.JsonObject;
import dev.holdfast.game.wire.JsonText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Holds the frames against docs/vectors, which the gateway's tests read as well.
class LinkFrameTest {
    private static final List<LinkFrame> FRAMES = List.of(
            new LinkFrame.Ack(17),
            new LinkFrame.Ack(999_999_999_999_999L),
            new LinkFrame.Next(new Cursor(58, "m2TzAb_-")),
            new LinkFrame.Here(new Cursor(58, "m2TzAb_-")),
            new LinkFrame.Version(),
            new LinkFrame.Drain());

    static List<JsonObject> vectors() throws IOException {
        JsonObject file = JsonText.readObject(Files.readAllBytes(Path.of("../docs/vectors/link-frames.json")));
        return ((Json.Array) file.field("frames").orElseThrow())
                .items().stream().map(JsonObject.class::cast).toList();
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void each_vector_is_what_one_of_our_frames_looks_like_on_the_wire(JsonObject vector) {
        LinkFrame frame = FRAMES.stream()
                .filter(ours -> new String(ours.encode(), StandardCharsets.US_ASCII)
                        .equals(vector.text("payload").orElseThrow()))
                .findFirst()
                .orElseThrow();

        assertThat(wire(frame)).isEqualTo(vector.text("wire").orElseThrow());
    }

    @Test
    void each_kind_of_frame_has_a_vector() throws IOException {
        assertThat(vectors()).hasSameSizeAs(FRAMES);
        assertThat(FRAMES.stream().map(Object::getClass).distinct())
                .hasSize(LinkFrame.class.getPermittedSubclasses().length);
    }

    private static String wire(LinkFrame frame) {
        var channel = new EmbeddedChannel(new WebSocket13FrameEncoder(false));
        channel.writeOutbound(new PongWebSocketFrame(Unpooled.wrappedBuffer(frame.encode())));
        var hex = new StringBuilder();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            hex.append(ByteBufUtil.hexDump(part));
            part.release();
        }
        channel.finishAndReleaseAll();
        return hex.toString();
    }
}
