package dev.holdfast.gateway.link;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MessageSizesTest {
    private final MessageSizes sizes = new MessageSizes();

    @Test
    void what_was_added_first_comes_first_however_many_wait() {
        int added = 0;
        int removed = 0;
        for (int round = 0; round < 100; round++) {
            sizes.add(++added);
            sizes.add(++added);
            sizes.add(++added);
            assertThat(sizes.removeFirst()).isEqualTo(++removed);
            assertThat(sizes.removeFirst()).isEqualTo(++removed);
        }
        assertThat(sizes.count()).isEqualTo(100);
        while (removed < added) {
            assertThat(sizes.removeFirst()).isEqualTo(++removed);
        }
        assertThat(sizes.isEmpty()).isTrue();
    }

    @Test
    void when_all_are_forgotten_it_begins_again() {
        for (int many : new int[] {1, 8, 9, 100}) {
            for (int size = 0; size < many; size++) {
                sizes.add(size);
            }
            sizes.clear();
            assertThat(sizes.isEmpty()).isTrue();
            sizes.add(7);
            assertThat(sizes.removeFirst()).isEqualTo(7);
        }
    }
}
