package dev.holdfast.game.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.log.StoredEvent;
import org.junit.jupiter.api.Test;

class TailTest {
    @Test
    void a_message_longer_than_all_that_is_replayed_is_kept_until_another_takes_its_place() {
        var tail = new Tail(Cursor.ORIGIN);
        Cursor first = Cursor.ORIGIN.next("aaaaaaaa");
        Cursor second = first.next("bbbbbbbb");
        Cursor third = second.next("cccccccc");

        tail.add(new StoredEvent(first, new byte[3 * Tail.MAX_REPLAYED_BYTES]));
        tail.add(new StoredEvent(second, new byte[1]));
        assertThat(tail.judge(Cursor.ORIGIN)).isEqualTo(Resume.SNAPSHOT);
        assertThat(tail.judge(first)).isEqualTo(Resume.REPLAY);

        tail.add(new StoredEvent(third, new byte[Tail.MAX_REPLAYED_BYTES]));
        assertThat(tail.judge(first)).isEqualTo(Resume.SNAPSHOT);
        assertThat(tail.judge(second)).isEqualTo(Resume.REPLAY);
        assertThat(tail.after(second)).hasSize(1);
    }
}
