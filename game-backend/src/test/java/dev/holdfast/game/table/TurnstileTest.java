package dev.holdfast.game.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class TurnstileTest {
    private final Turnstile turnstile = new Turnstile(2);
    private final List<String> begun = new ArrayList<>();

    @Test
    void tasks_wait_for_a_place_in_the_order_in_which_they_came() {
        Sinks.Empty<Void> first = Sinks.empty();
        Sinks.Empty<Void> second = Sinks.empty();
        enter("1", first);
        enter("2", second);
        Sinks.Empty<Void> third = Sinks.empty();
        enter("3", third);
        enter("4", Sinks.empty());
        assertThat(begun).containsExactly("1", "2");

        second.tryEmitError(new IllegalStateException("failed")).orThrow();
        assertThat(begun).containsExactly("1", "2", "3");
        first.tryEmitEmpty().orThrow();

        assertThat(begun).containsExactly("1", "2", "3", "4");
    }

    @Test
    void a_task_that_nobody_wants_any_more_loses_its_place_in_the_line_or_at_work() {
        Disposable atWork = enter("1", Sinks.empty());
        enter("2", Sinks.empty());
        Disposable inLine = enter("3", Sinks.empty());
        enter("4", Sinks.empty());

        inLine.dispose();
        atWork.dispose();

        assertThat(begun).containsExactly("1", "2", "4");
    }

    @Test
    void thousands_that_fail_as_soon_as_they_are_called_leave_all_places_free() {
        Sinks.Empty<Void> first = Sinks.empty();
        Sinks.Empty<Void> second = Sinks.empty();
        enter("1", first);
        enter("2", second);
        int failing = 20_000;
        var failed = new AtomicInteger();
        for (int i = 0; i < failing; i++) {
            var _ = turnstile
                    .pass(Mono.error(new IllegalStateException("at once")))
                    .subscribe(_ -> {}, _ -> failed.incrementAndGet());
        }

        first.tryEmitEmpty().orThrow();
        second.tryEmitEmpty().orThrow();

        assertThat(failed).hasValue(failing);
        enter("3", Sinks.empty());
        enter("4", Sinks.empty());
        assertThat(begun).containsExactly("1", "2", "3", "4");
    }

    private Disposable enter(String name, Sinks.Empty<Void> end) {
        return turnstile
                .pass(Mono.defer(() -> {
                    begun.add(name);
                    return end.asMono();
                }))
                .subscribe(_ -> {}, _ -> {});
    }
}
