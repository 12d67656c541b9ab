package dev.holdfast.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class GuardTest {
    @Test
    void of_the_summary_only_the_calls_of_event_loops_count() {
        List<String> summary = List.of(
                "% time     seconds  usecs/call     calls    errors syscall",
                "------ ----------- ----------- --------- --------- ----------------",
                " 47.13    0.040196          20      1958           sendto",
                " 39.42    0.033622           8      3918       123 read",
                " 13.40    0.011430           2      3921           epoll_wait",
                "  0.05    0.000041           4         9         3 futex",
                "100.00    0.085289           8      9806       126 total");

        assertThat(Guard.counted(summary)).isEqualTo(1958 + 3918 + 3921);
    }
}
