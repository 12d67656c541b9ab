package dev.holdfast.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TicketsTest {
    private static final Identity ALICE = new Identity("alice", Instant.MAX);

    private final AtomicLong nanos = new AtomicLong();
    private final Tickets tickets = new Tickets(nanos::get, new SecureRandom());

    @Test
    void a_ticket_is_good_once() {
        String ticket = tickets.give(ALICE);

        assertThat(tickets.use(ticket)).contains(ALICE);
        assertThat(tickets.use(ticket)).isEmpty();
    }

    @Test
    void a_ticket_is_good_for_half_a_minute() {
        String used = tickets.give(ALICE);
        String late = tickets.give(ALICE);

        nanos.addAndGet(Duration.ofSeconds(30).toNanos() - 1);
        assertThat(tickets.use(used)).isPresent();
        nanos.addAndGet(1);
        assertThat(tickets.use(late)).isEmpty();
    }

    @Test
    void a_flood_of_tickets_is_forgotten_rather_than_kept() {
        Set<String> given = new HashSet<>();
        for (int i = 0; i < Tickets.MOST + 1000; i++) {
            given.add(tickets.give(new Identity("player" + i, Instant.MAX)));
        }
        assertThat(given).hasSize(Tickets.MOST + 1000);

        assertThat(given.stream().filter(ticket -> tickets.use(ticket).isPresent()))
                .hasSizeBetween(1, Tickets.MOST);
    }

    @Test
    void who_asks_for_ticket_after_ticket_loses_the_oldest_and_nobody_else_does() {
        String bobs = tickets.give(new Identity("bob", Instant.MAX));
        List<String> given = Stream.generate(() -> tickets.give(ALICE))
                .limit(2L * Tickets.MOST_PER_SUBJECT)
                .toList();

        assertThat(given.stream().filter(ticket -> tickets.use(ticket).isPresent()))
                .containsExactlyElementsOf(given.subList(Tickets.MOST_PER_SUBJECT, given.size()));
        assertThat(tickets.use(bobs)).isPresent();
    }

    @Test
    void a_ticket_that_was_used_makes_room_for_another() {
        String kept = tickets.give(ALICE);
        for (int i = 0; i < 2 * Tickets.MOST_PER_SUBJECT; i++) {
            assertThat(tickets.use(tickets.give(ALICE))).isPresent();
        }
        assertThat(tickets.use(kept)).isPresent();
    }
}
