package dev.holdfast.game.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.game.Backend;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class NewGamesTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    @RegisterExtension
    static final Backend backend = new Backend("STORE_URL=memory:", "WS_HANDSHAKES_PER_ADDRESS=1");

    private final AtomicLong clock = new AtomicLong();

    @Test
    void who_begins_too_many_is_told_when_to_come_again_and_may_still_play_those_there_are() {
        String[] address = {"X-Forwarded-For", "203.0.113.1"};
        assertThat(backend.connectTo("first", "p1", address).nextAfterPing()).contains("pong");
        for (int game = 1; game < 10; game++) {
            assertThat(backend.connectTo("more" + game, "p1", address).nextAfterPing())
                    .contains("pong");
        }

        TestClient refused = backend.connectTo("second", "p1", address);

        assertThat(refused.awaitClose().code()).isEqualTo(4003);
        assertThat(refused.awaitClose().reasonText()).matches("retry=[0-9]+");
        assertThat(backend.connectTo("first", "p2", address).nextAfterPing()).contains("pong");
        assertThat(backend.connectTo("second", "p1", "X-Forwarded-For", "203.0.113.2")
                        .nextAfterPing())
                .contains("pong");
        assertThat(backend.connectTo("second", "p2", address).nextAfterPing()).contains("pong");
    }

    @Test
    void one_handshake_in_twenty_may_begin_one_and_all_that_may_come_at_once() {
        NewGames games = newGames(20);
        for (int game = 0; game < 200; game++) {
            requireAllowed(games, "203.0.113.1");
        }

        requireRefused(games, "203.0.113.1");
        clock.addAndGet(SECOND);
        requireAllowed(games, "203.0.113.1");
        requireRefused(games, "203.0.113.1");
    }

    @Test
    void an_ipv6_customer_has_eight_networks_worth() {
        NewGames games = newGames(1);
        for (int network = 0; network < 8; network++) {
            for (int game = 0; game < 10; game++) {
                requireAllowed(games, "2001:db8:1:" + network + "::1");
            }
            requireRefused(games, "2001:db8:1:" + network + "::2");
        }

        requireRefused(games, "2001:db8:1:8::1");
        requireAllowed(games, "2001:db8:2::1");
    }

    @Test
    void loopback_and_who_comes_past_the_gateway_may_begin_any_number() {
        NewGames games = newGames(1);
        for (int game = 0; game < 100; game++) {
            requireAllowed(games, "127.0.0.1");
            requireAllowed(games, "::1");
            games.begin(Optional.empty()).block();
        }
    }

    private NewGames newGames(int handshakesPerAddress) {
        return new NewGames(handshakesPerAddress, clock::get);
    }

    private static void requireAllowed(NewGames games, String address) {
        assertThatCode(() -> games.begin(Optional.of(address)).block()).doesNotThrowAnyException();
    }

    private static void requireRefused(NewGames games, String address) {
        assertThatThrownBy(() -> games.begin(Optional.of(address)).block()).isInstanceOf(TooManyGames.class);
    }
}
