package dev.holdfast.game.seat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.seat.SeatPolicy.Verdict;
import dev.holdfast.game.wire.Attempt;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeatPolicyTest {
    private static final String TOKEN = "the-token-of-this-seat";
    private static final Optional<Seat> FREE = Optional.empty();
    private static final Optional<Seat> OPEN = Optional.of(Seat.first("holder", Optional.empty(), Optional.empty()));
    private static final Optional<Seat> CLAIMED =
            Optional.of(Seat.first("holder", Optional.empty(), Optional.of(SeatToken.hash(TOKEN))));

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            free    | plain |       | ADMITTED
            free    | v1    |       | CLAIMS
            open    | plain |       | ADMITTED
            open    | v1    |       | CLAIMS
            claimed | plain |       | TOKEN_NEEDED
            claimed | v1    |       | TOKEN_NEEDED
            claimed | v1    | wrong | TOKEN_NEEDED
            claimed | v1    | right | ADMITTED
            """)
    void a_claimed_seat_needs_its_token(String seat, String client, String token, Verdict verdict) {
        Optional<Seat> state = seat.equals("free") ? FREE : seat.equals("open") ? OPEN : CLAIMED;
        Optional<String> brought =
                Optional.ofNullable(token).map(kind -> kind.equals("right") ? TOKEN : "x".repeat(22));

        assertThat(SeatPolicy.CLAIM.judge(state, visitor("newcomer", client.equals("v1"), brought, Optional.empty())))
                .isEqualTo(verdict);
        assertThat(SeatPolicy.OPEN.judge(state, visitor("newcomer", client.equals("v1"), brought, Optional.empty())))
                .isEqualTo(Verdict.ADMITTED);
    }

    @Test
    void the_session_that_sits_on_a_claimed_seat_may_come_again_until_its_player_has_left() {
        Visitor sitting = visitor("holder", true, Optional.empty(), Optional.empty());

        assertThat(SeatPolicy.CLAIM.judge(CLAIMED, sitting)).isEqualTo(Verdict.ADMITTED);
        assertThat(SeatPolicy.CLAIM.judge(CLAIMED.map(Seat::leave), sitting)).isEqualTo(Verdict.TOKEN_NEEDED);
    }

    @ParameterizedTest
    @CsvSource({",TOKEN_NEEDED", "p2,FORBIDDEN", "p1,ADMITTED"})
    void with_jwt_a_player_is_who_the_gateway_says(String identity, Verdict verdict) {
        Visitor visitor = visitor("newcomer", false, Optional.empty(), Optional.ofNullable(identity));

        assertThat(SeatPolicy.JWT.judge(CLAIMED, visitor)).isEqualTo(verdict);
    }

    @Test
    void a_seat_remembers_the_last_sessions_that_lost_it() {
        Seat seat = Seat.first("s0", Optional.empty(), Optional.empty());
        for (int n = 1; n <= 9; n++) {
            seat = seat.take("s" + n, Optional.of(new Attempt("tab", n)), Optional.empty());
        }

        assertThat(seat.session()).isEqualTo("s9");
        assertThat(seat.replaced()).containsExactly("s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8");
        assertThat(Seat.load(seat.save())).isEqualTo(seat);
    }

    @Test
    void tokens_have_128_bits_and_are_never_the_same() throws Exception {
        var random = java.security.SecureRandom.getInstance("DRBG");
        String token = SeatToken.mint(random);

        assertThat(token).hasSize(22).isNotEqualTo(SeatToken.mint(random));
        assertThat(SeatToken.allows(token)).isTrue();
        assertThat(SeatToken.allows("short")).isFalse();
    }

    private static Visitor visitor(String session, boolean isHello, Optional<String> token, Optional<String> identity) {
        return new Visitor("p1", session, isHello, Optional.empty(), token, identity);
    }
}
