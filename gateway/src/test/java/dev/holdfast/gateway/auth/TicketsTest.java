package dev.holdfast.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TicketsTest {
    private static final Identity ALICE = new Identity("alice", Instant.MAX);

    private final AtomicLong nanos = new AtomicLong();
    private final Tickets tickets = new Tickets(nanos::get);

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
            given.add(tickets.give(ALICE));
        }
        assertThat(given).hasSize(Tickets.MOST + 1000);

        assertThat(given.stream().filter(ticket -> tickets.use(ticket).isPresent()))
                .hasSizeBetween(1, Tickets.MOST);
    }
}
