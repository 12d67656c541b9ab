package dev.holdfast.game.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BudgetTest {
    private final Budget budget = new Budget(100);

    @Test
    void what_is_not_there_is_not_taken_until_enough_is_given_back() {
        assertThat(budget.take(60)).isTrue();
        assertThat(budget.take(40)).isTrue();
        assertThat(budget.take(1)).isFalse();
        budget.giveBack(40);
        assertThat(budget.take(41)).isFalse();
        assertThat(budget.take(40)).isTrue();
        assertThat(budget.isOverdrawn()).isFalse();
    }

    @Test
    void what_is_larger_than_all_of_it_has_its_turn_alone() {
        assertThat(budget.take(1)).isTrue();
        assertThat(budget.take(101)).isFalse();
        budget.giveBack(1);
        assertThat(budget.take(101)).isTrue();
        assertThat(budget.take(1)).isFalse();
    }
}
