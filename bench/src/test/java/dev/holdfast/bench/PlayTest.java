package dev.holdfast.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

// A session that never ends would otherwise hang the build.
@Timeout(60)
class PlayTest {
    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(screen, true, StandardCharsets.UTF_8);

    @Test
    void the_token_and_each_typed_line_are_sent_as_they_are_and_the_end_of_input_leaves() {
        try (SmallServer server = new SmallServer((_, _) -> {})) {
            int exitCode = Play.play(alice(server), typing("{\"type\":\"move\",\"cell\":4}\n\n"), out);

            assertThat(exitCode).isZero();
            assertThat(server.received).contains("{\"type\":\"move\",\"cell\":4}");
            assertThat(screen()).contains("Closed with 1000");
            assertThat(server.authorizations).containsExactly("Bearer abc");
        }
    }

    @Test
    void a_ping_is_answered_and_not_shown_while_all_else_is() throws Exception {
        try (SmallServer server = new SmallServer(PlayTest::onPongSayHelloAndClose);
                PipedWriter silentPlayer = new PipedWriter();
                BufferedReader nothingTyped = new BufferedReader(new PipedReader(silentPlayer))) {
            int exitCode = Play.play(alice(server), nothingTyped, out);

            assertThat(exitCode).isOne();
            assertThat(server.received).containsExactly("{\"type\":\"pong\"}");
            assertThat(screen())
                    .contains("{\"type\":\"hello\"}")
                    .contains("Closed with 4500 replaced")
                    .doesNotContain("ping");
        }
    }

    @Test
    void the_game_is_created_first_when_rules_are_given_and_a_refusal_of_that_is_shown() throws Exception {
        try (SmallServer server = new SmallServer((_, _) -> {}, "/api/games")) {
            Play.Seat seat = new Play.Seat(server.url(), "demo", "alice", "tictactoe", new ClientHeaders("", "abc"));

            assertThat(Play.play(seat, typing(""), out)).isOne();
            assertThat(screen()).contains("unwelcome").doesNotContain("Connected");
            assertThat(server.received).containsExactly("{\"id\":\"demo\",\"rules\":\"tictactoe\"}");
        }
    }

    @Test
    void a_refusal_shows_its_status() {
        try (SmallServer server = new SmallServer((_, _) -> {}, "/alice")) {
            assertThat(Play.play(alice(server), typing(""), out)).isOne();
            assertThat(screen()).contains("refused with 503");
        }
    }

    @Test
    void where_nobody_listens_it_says_so() {
        SmallServer gone = new SmallServer((_, _) -> {});
        gone.close();

        assertThat(Play.play(alice(gone), typing(""), out)).isOne();
        assertThat(screen()).contains("nobody listens there");
    }

    private static void onPongSayHelloAndClose(ChannelHandlerContext context, String text) {
        if (text.contains("pong")) {
            SmallServer.say(context, "{\"type\":\"hello\"}");
            context.writeAndFlush(new CloseWebSocketFrame(new WebSocketCloseStatus(4500, "replaced")));
        }
    }

    private static Play.Seat alice(SmallServer server) {
        return new Play.Seat(server.url(), "demo", "alice", "", new ClientHeaders("", "abc"));
    }

    private static BufferedReader typing(String lines) {
        return new BufferedReader(new StringReader(lines));
    }

    private String screen() {
        return screen.toString(StandardCharsets.UTF_8);
    }
}
