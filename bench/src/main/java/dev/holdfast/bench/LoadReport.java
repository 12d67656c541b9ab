package dev.holdfast.bench;

import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/// How a load test went.
///
/// @param players sessions that were to be opened
/// @param opened sessions whose handshake succeeded
/// @param deaths every session that was refused, or ended before we ended it
/// @param handshakes from the start of the connection to the 101, in nanoseconds
/// @param roundTrips from an application ping to its pong, in nanoseconds
/// @param answeredPings the gateway's own pings, each answered
record LoadReport(
        int players, int opened, List<Death> deaths, Histogram handshakes, Histogram roundTrips, long answeredPings) {

    private static final int NAMES_SHOWN = 10;

    /// @param after time since the load test began
    /// @param reason what the session saw: a close code, a status, a cut, silence
    record Death(String player, Duration after, String reason) {}

    boolean isGood() {
        return opened == players && deaths.isEmpty();
    }

    void print(PrintStream out) {
        printHistogram(out, "handshake", handshakes);
        printHistogram(out, "ping round trip", roundTrips);
        out.printf("gateway's pings answered: %,d%n", answeredPings);
        byReason().forEach((reason, dead) -> {
            String names = dead.stream()
                    .limit(NAMES_SHOWN)
                    .map(death -> death.player() + " after " + text(death.after()))
                    .collect(Collectors.joining(", "));
            String more = dead.size() > NAMES_SHOWN ? ", ..." : "";
            out.printf("DIED %,d: %s (%s%s)%n", dead.size(), reason, names, more);
        });
        out.printf("survived: %,d of %,d%n", players - deaths.size(), players);
    }

    private Map<String, List<Death>> byReason() {
        return deaths.stream().collect(Collectors.groupingBy(Death::reason, LinkedHashMap::new, Collectors.toList()));
    }

    private static void printHistogram(PrintStream out, String what, Histogram nanos) {
        out.printf(
                "%s, ms: n %,d  min %.3f  p50 %.3f  p90 %.3f  p99 %.3f  p99.9 %.3f  max %.3f%n",
                what,
                nanos.getTotalCount(),
                nanos.getTotalCount() == 0 ? 0.0 : nanos.getMinValue() / 1e6,
                nanos.getValueAtPercentile(50) / 1e6,
                nanos.getValueAtPercentile(90) / 1e6,
                nanos.getValueAtPercentile(99) / 1e6,
                nanos.getValueAtPercentile(99.9) / 1e6,
                nanos.getMaxValue() / 1e6);
    }

    static String text(Duration time) {
        return time.compareTo(Duration.ofMinutes(2)) < 0
                ? "%.1f s".formatted(time.toMillis() / 1e3)
                : "%.1f min".formatted(time.toSeconds() / 60.0);
    }
}
