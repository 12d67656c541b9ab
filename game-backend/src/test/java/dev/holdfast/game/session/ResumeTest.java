package dev.holdfast.game.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.Backend;
import dev.holdfast.game.rules.JsonObject;
import dev.holdfast.game.rules.RulesBook;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/// A client that asks again and again what has happened.
class ResumeTest {
    private static final String HELLO = "{\"type\":\"sys.hello\",\"v\":1}";
    private static final String RESUME = "{\"type\":\"sys.resume\"}";

    @RegisterExtension
    static final Backend backend = new Backend(
            new Class<?>[] {Book.class}, "STORE_URL=memory:", "WS_MESSAGES_PER_SECOND=1", "SEAT_POLICY=open");

    @ParameterizedTest
    @ValueSource(strings = {HELLO, RESUME})
    void it_is_answered_before_anything_else_is_read(String question) throws Exception {
        TestClient client = backend.connect("ann?v=1").send(HELLO).readUntil("sys.live");
        var view = new SlowView();
        SlowRules.next = view;

        client.send(question).send("{\"type\":\"ping\"}");
        assertThat(view.asked.await(10, TimeUnit.SECONDS)).isTrue();
        view.isReady = true;

        client.readUntil("sys.live");
        assertThat(client.next()).isEqualTo("{\"type\":\"pong\"}");
    }

    @Test
    void all_of_many_are_answered_and_count_as_much_as_other_messages_do() {
        TestClient client = backend.connect("ann?v=1").send(HELLO).readUntil("sys.live");

        for (int n = 0; n < 6; n++) {
            client.send(RESUME);
        }
        for (int n = 1; n <= 4; n++) {
            client.send("{\"n\":" + n + ",\"$\":{\"id\":\"a." + n + "\",\"seen\":1}}");
        }

        for (int n = 0; n < 6; n++) {
            client.readUntil("sys.live");
        }
        client.readUntil("sys.nack");
        assertThat(client.seen().getLast()).contains("\"rate_limited\"");
    }

    /// With a message a second and four saved up the fifth answer is on credit.
    @Test
    void the_next_is_not_read_before_an_answer_on_credit_is_paid() {
        long began = System.nanoTime();
        TestClient client = backend.connect("ann?v=1").send(HELLO).readUntil("sys.live");

        for (int n = 0; n < 6; n++) {
            client.send(RESUME);
        }
        for (int n = 0; n < 6; n++) {
            client.readUntil("sys.live");
        }

        // However slow the machine is, it is not sooner
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Configuration(proxyBeanMethods = false)
    static class Book {
        @Bean
        @Primary
        RulesBook slowRules() {
            return new RulesBook(List.of(new SlowRules()));
        }
    }

    /// A view for which everything else waits until the test has it ready.
    private static final class SlowView {
        private final CountDownLatch asked = new CountDownLatch(1);
        private volatile boolean isReady;
    }

    static final class SlowRules extends EchoRules {
        private static volatile @Nullable SlowView next;

        @Override
        public JsonObject view(String state, String player) {
            SlowView slow = next;
            if (slow != null) {
                next = null;
                slow.asked.countDown();
                boolean isReady; // this thread must not block
                do {
                    isReady = slow.isReady;
                } while (!isReady);
            }
            return JsonObject.of("last", state);
        }
    }
}
