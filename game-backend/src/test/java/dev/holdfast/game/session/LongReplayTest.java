package dev.holdfast.game.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.Backend;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LongReplayTest {
    private static final Pattern CUR = Pattern.compile("\"cur\":\"([^\"]+)\"");
    private static final int MESSAGES = 30;

    @RegisterExtension
    static final Backend backend = new Backend("STORE_URL=memory:", "holdfast.session.max-unread=64KB");

    @Test
    void a_replay_longer_than_what_may_wait_unread_reaches_a_client_that_reads() {
        TestClient away = backend.connect("away?v=1").send("{\"type\":\"sys.hello\",\"v\":1}");
        away.next();
        away.next();
        Matcher cursor = CUR.matcher(away.next());
        assertThat(cursor.find()).isTrue();
        away.close(1000);
        TestClient writer = backend.connect("writer");
        String text = "x".repeat(10_000);
        IntStream.range(0, MESSAGES).forEach(n -> writer.send("{\"n\":" + n + ",\"text\":\"" + text + "\"}"));
        assertThat(writer.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");

        TestClient back = backend.connect("reader?v=1")
                .send("{\"type\":\"sys.hello\",\"v\":1,\"since\":\"" + cursor.group(1) + "\"}");

        assertThat(back.next()).contains("\"resume\":\"replay\"");
        IntStream.range(0, MESSAGES).forEach(n -> assertThat(back.next()).startsWith("{\"n\":" + n + ","));
        assertThat(back.next()).startsWith("{\"type\":\"sys.live\"");
    }
}
