package dev.holdfast.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FiguresTest {
    @Test
    void the_table_has_the_median_and_the_spread_of_the_rounds() {
        String table = Figures.table(
                List.of("one", "two"),
                List.of(List.of(round(1), round(9), round(2)), List.of()),
                1024,
                "late",
                50,
                10_000);

        assertThat(table)
                .startsWith("| | one | two |\n|---|---|---|\n")
                .contains("| messages/s, 1,024 sessions | 2 (1–9) | failed |")
                .contains("| KiB per session | 1.0 (1.0–1.0) | failed |")
                .contains("| the 8th time, s | 3.00 (3.00–3.00) | failed |\n| late, s | 4.00 (4.00–4.00) | failed |");
    }

    @Test
    void the_median_of_an_even_number_lies_between() {
        assertThat(Figures.median(new double[] {1, 2, 4, 9})).isEqualTo(3);
    }

    private static Figures round(double perSecond) {
        return new Figures(1, 2, 3, 4, 10, 11, 1, perSecond, 1, 1, 1, List.of(1.0, 2.0, 3.0));
    }
}
