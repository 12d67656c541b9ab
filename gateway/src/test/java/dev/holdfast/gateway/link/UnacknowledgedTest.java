package dev.holdfast.gateway.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UnacknowledgedTest {
    private static final int MOST_OF_ALL = 1 << 20;

    private final KeptBytes all = new KeptBytes(MOST_OF_ALL);
    private final Unacknowledged kept = new Unacknowledged(UnpooledByteBufAllocator.DEFAULT, all);

    @AfterEach
    void release() {
        kept.release();
    }

    @Test
    void what_is_acknowledged_is_forgotten_and_the_rest_comes_again_in_order() {
        message("one");
        message("two");
        message("three");
        part("fo");

        kept.acknowledge(2);

        assertThat(kept.first()).isEqualTo(3);
        assertThat(again()).isEqualTo("threefo");
    }

    @Test
    void a_number_from_the_past_or_the_future_does_no_harm() {
        message("one");
        kept.acknowledge(1);
        kept.acknowledge(1);
        message("two");
        kept.acknowledge(0);
        assertThat(again()).isEqualTo("two");

        kept.acknowledge(99);

        assertThat(kept.first()).isEqualTo(3);
        assertThat(again()).isEmpty();
    }

    @Test
    void room_ends_with_64_messages_or_256_kib() {
        for (int i = 0; i < Unacknowledged.MOST_MESSAGES; i++) {
            assertThat(kept.hasRoom()).isTrue();
            message("m");
        }
        assertThat(kept.hasRoom()).isFalse();
        kept.acknowledge(1);
        assertThat(kept.hasRoom()).isTrue();
        part("x".repeat(Unacknowledged.MOST_BYTES));
        assertThat(kept.hasRoom()).isFalse();
    }

    @Test
    void a_message_longer_than_that_still_comes_to_its_end() {
        part("x".repeat(Unacknowledged.MOST_BYTES));

        assertThat(kept.hasRoom()).isTrue();
    }

    @Test
    void what_others_keep_leaves_room_for_one_message_at_a_time() {
        var greedy = new Unacknowledged(UnpooledByteBufAllocator.DEFAULT, all);
        greedy.keep(Unpooled.wrappedBuffer(new byte[MOST_OF_ALL]));
        assertThat(kept.hasRoom()).isTrue();
        message("one");
        assertThat(kept.hasRoom()).isFalse();

        greedy.release();
        assertThat(kept.hasRoom()).isTrue();
        assertThat(greedy.hasRoom()).isTrue();
    }

    @Test
    void what_is_kept_on_while_it_is_sent_again_does_not_change_that() {
        message("one");
        message("two");
        ByteBuf first = kept.again();
        kept.acknowledge(1);
        for (int i = 0; i < 1000; i++) {
            message("more");
        }

        assertThat(first.toString(StandardCharsets.US_ASCII)).isEqualTo("onetwo");
        first.release();
        assertThat(again()).startsWith("twomoremore");
    }

    @Test
    void what_is_being_sent_again_stays_where_it_is_in_memory() {
        // On the heap, where a test can see it
        var heap = new Unacknowledged(new UnpooledByteBufAllocator(false), all);
        heap.keep(Unpooled.wrappedBuffer(new byte[] {1, 2, 3}));
        ByteBuf sent = heap.again();
        byte[] memory = sent.array();

        heap.keep(Unpooled.wrappedBuffer(new byte[1000]));

        assertThat(sent.array()).isSameAs(memory).startsWith(1, 2, 3);
        sent.release();
        assertThat(sent.refCnt()).isZero();
        ByteBuf more = heap.again();
        assertThat(more.readableBytes()).isEqualTo(1003);
        more.release();
        heap.release();
    }

    @Test
    void it_is_too_much_when_all_keep_twice_the_most_and_this_one_a_part_that_counts() {
        var greedy = new Unacknowledged(UnpooledByteBufAllocator.DEFAULT, all);
        part("x".repeat(Unacknowledged.ALWAYS_ALLOWED_BYTES + 1));
        greedy.keep(Unpooled.wrappedBuffer(new byte[2 * MOST_OF_ALL - 1]));
        assertThat(kept.isTooMuch()).isFalse();
        greedy.keep(Unpooled.wrappedBuffer(new byte[1]));

        assertThat(kept.isTooMuch()).isTrue();
        assertThat(greedy.isTooMuch()).as("the others keep little").isFalse();
        kept.release();
        part("x".repeat(Unacknowledged.ALWAYS_ALLOWED_BYTES));
        assertThat(kept.isTooMuch()).isFalse();
        greedy.release();
    }

    @Test
    void many_beginnings_of_messages_come_to_an_end_at_twice_the_most() {
        var sessions = new ArrayList<Unacknowledged>();
        int half = 40 << 10;
        Unacknowledged last;
        do {
            last = new Unacknowledged(UnpooledByteBufAllocator.DEFAULT, all);
            last.keep(Unpooled.wrappedBuffer(new byte[half]));
            sessions.add(last);
        } while (!last.isTooMuch() && sessions.size() < 1600);

        assertThat(sessions).hasSize(2 * MOST_OF_ALL / half + 2);
        sessions.forEach(Unacknowledged::release);
    }

    private void message(String text) {
        part(text);
        kept.messageEnded(text.length());
    }

    private void part(String text) {
        ByteBuf bytes = Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
        kept.keep(bytes);
        bytes.release();
    }

    private String again() {
        ByteBuf bytes = kept.again();
        String text = bytes.toString(StandardCharsets.US_ASCII);
        bytes.release();
        return text;
    }
}
