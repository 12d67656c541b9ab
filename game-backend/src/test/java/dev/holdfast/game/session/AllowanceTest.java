package dev.holdfast.game.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.Backend;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AllowanceTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    @RegisterExtension
    static final Backend backend = new Backend("STORE_URL=memory:", "WS_MESSAGES_PER_SECOND=1");

    @Test
    void four_seconds_worth_may_come_at_once_and_then_one_at_a_time() {
        long now = -5 * SECOND;
        var allowance = new Allowance(2, now);
        for (int message = 0; message < 8; message++) {
            assertThat(allowance.take(now)).as("message %s", message).isNotPositive();
        }

        assertThat(allowance.take(now)).isEqualTo(SECOND / 2);
        assertThat(allowance.take(now + SECOND / 4)).isEqualTo(SECOND / 4);
        assertThat(allowance.take(now + SECOND / 2)).isNotPositive();
        assertThat(allowance.take(now + SECOND / 2)).isEqualTo(SECOND / 2);
    }

    @Test
    void nothing_is_saved_up_for_longer() {
        var allowance = new Allowance(1, 0);
        for (int message = 0; message < 4; message++) {
            assertThat(allowance.take(100 * SECOND)).isNotPositive();
        }

        assertThat(allowance.take(100 * SECOND)).isEqualTo(SECOND);
    }

    @Test
    void no_more_than_a_second_s_worth_is_taken_on_credit_at_a_time() {
        long now = -5 * SECOND;
        var allowance = new Allowance(2, now);
        for (int second = 0; second < 4; second++) {
            allowance.takeOnCredit(2, now);
            assertThat(allowance.debtNanos(now)).isZero();
        }

        allowance.takeOnCredit(100, now);

        assertThat(allowance.debtNanos(now)).isEqualTo(SECOND);
        assertThat(allowance.debtNanos(now + SECOND / 4)).isEqualTo(SECOND * 3 / 4);
        assertThat(allowance.debtNanos(now + SECOND)).isZero();
        assertThat(allowance.take(now + SECOND)).isEqualTo(SECOND / 2);
    }

    @Test
    void a_v1_client_that_sends_too_much_is_told_when_to_send_it_again() throws Exception {
        TestClient v1 = backend.connect("p1?v=1")
                .send("{\"type\":\"sys.hello\",\"v\":1}")
                .readUntil("sys.live");
        // Far more than is allowed at once, however long this takes
        for (int n = 1; n <= 100; n++) {
            v1.send("{\"n\":" + n + ",\"$\":{\"id\":\"a." + n + "\",\"seen\":2}}");
        }

        v1.readUntil("sys.nack");
        assertThat(v1.seen().getLast()).contains("\"rate_limited\"", "\"retry\":true", "\"retryAfter\":");
        assertThat(backend.getManagement("/actuator/prometheus").body())
                .containsPattern("holdfast_commands_total\\{outcome=\"rate_limited\"} [1-9]");
    }
}
