package dev.holdfast.game.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.Backend;
import dev.holdfast.game.log.FaultyGameLog;
import dev.holdfast.game.log.FaultyGameLog.Outcome;
import dev.holdfast.game.log.GameId;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/// More messages than the memory has room for while they wait for their outcome.
class CrowdedTest {
    private static final String MANY_VALUES = "[" + String.join(",", Collections.nCopies(30_000, "0")) + "]";
    /// Each takes some 1.8 MB.
    private static final int FIT = 2;

    @RegisterExtension
    static final Backend backend =
            new Backend(new Class<?>[] {FaultyGameLog.class, LittleMemory.class}, "STORE_URL=memory:");

    static class LittleMemory {
        @Bean
        @Primary
        Budgets littleMemory() {
            return new Budgets(new Budget(FIT * 2_000_000), new Budget(Long.MAX_VALUE));
        }
    }

    @Test
    void a_v1_client_is_told_to_send_what_has_no_room_again() {
        TestClient v1 = backend.connect("p1?v=1")
                .send("{\"type\":\"sys.hello\",\"v\":1}")
                .readUntil("sys.live");
        FaultyGameLog.Fault fault = holdNextAppend();

        v1.send(command(1));
        fault.await();
        v1.send(command(2)).send(command(3));

        assertThat(v1.next()).contains("\"sys.nack\"", "\"a.3\"", "\"unavailable\"", "\"retry\":true");
        fault.pass();
        v1.readUntil("\"a.2\"");
        v1.send(command(3)).readUntil("\"a.3\"");
        assertThat(v1.seen().getLast()).contains("\"sys.ack\"");
    }

    @Test
    void a_gateway_brings_what_has_no_room_by_another_leg_and_in_order() {
        TestClient other = backend.connect("other");
        assertThat(other.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
        TestClient leg = backend.connectLeg(1);
        leg.readUntil("pong:C ");
        FaultyGameLog.Fault fault = holdNextAppend();

        leg.send(message(1));
        fault.await();
        leg.send(message(2)).send(message(3)).send("{\"n\":4}");

        assertThat(leg.awaitClose().code()).isEqualTo(1012);
        fault.pass();
        backend.connectLeg(1).send(message(1)).send(message(2)).send(message(3)).send("{\"n\":4}");
        for (int n = 1; n <= 4; n++) {
            assertThat(other.next()).startsWith("{\"n\":" + n);
        }
    }

    private static String message(int n) {
        return "{\"n\":" + n + ",\"many\":" + MANY_VALUES + "}";
    }

    private static String command(int n) {
        return "{\"$\":{\"id\":\"a." + n + "\",\"seen\":2},\"many\":" + MANY_VALUES + "}";
    }

    private static FaultyGameLog.Fault holdNextAppend() {
        return backend.context().getBean(FaultyGameLog.class).failNextAppend(new GameId(backend.game()), Outcome.LOST);
    }
}
