package dev.holdfast.bench.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/// What one round measured of one contender.
///
/// @param coldOpenSeconds to open all sessions, right after the start
/// @param secondOpenSeconds the same again in the same process
/// @param eighthOpenSeconds the same the eighth time
/// @param warmOpenSeconds the same when that process is warm, median
/// @param emptyMebibytes resident before, and
/// @param fullMebibytes with all sessions idle
/// @param idleCpuPercent of one core, with all sessions idle
/// @param manyPerSecond messages with all sessions, closed loop
/// @param manyMicros CPU of the gateway for each of them
/// @param fewPerSecond messages with few sessions, closed loop
/// @param fewMicros CPU of the gateway for each of them
/// @param latencyMillis 50, 99 and 99.9 of 100, at the fixed rate
record Figures(
        double coldOpenSeconds,
        double secondOpenSeconds,
        double eighthOpenSeconds,
        double warmOpenSeconds,
        double emptyMebibytes,
        double fullMebibytes,
        double idleCpuPercent,
        double manyPerSecond,
        double manyMicros,
        double fewPerSecond,
        double fewMicros,
        List<Double> latencyMillis) {

    /// A line of the table.
    private record Row(String name, int digits, ToDoubleFunction<Figures> value) {}

    private static List<Row> rows(int sessions, String late, int few, int rate) {
        return List.of(
                new Row("messages/s, %,d sessions".formatted(sessions), 0, Figures::manyPerSecond),
                new Row("CPU per message, µs", 1, Figures::manyMicros),
                new Row("messages/s, %,d sessions".formatted(few), 0, Figures::fewPerSecond),
                new Row("CPU per message, µs", 1, Figures::fewMicros),
                new Row("p50 at %,d/s, ms".formatted(rate), 2, figures -> figures.latencyMillis.get(0)),
                new Row("p99", 2, figures -> figures.latencyMillis.get(1)),
                new Row("p99.9", 2, figures -> figures.latencyMillis.get(2)),
                new Row("MiB without sessions", 1, Figures::emptyMebibytes),
                new Row("MiB with %,d idle".formatted(sessions), 1, Figures::fullMebibytes),
                new Row(
                        "KiB per session",
                        1,
                        figures -> (figures.fullMebibytes - figures.emptyMebibytes) * 1024 / sessions),
                new Row("opening %,d, cold, s".formatted(sessions), 2, Figures::coldOpenSeconds),
                new Row("the 2nd time, s", 2, Figures::secondOpenSeconds),
                new Row("the 8th time, s", 2, Figures::eighthOpenSeconds),
                new Row(late + ", s", 2, Figures::warmOpenSeconds),
                new Row("CPU of %,d idle, %% of a core".formatted(sessions), 1, Figures::idleCpuPercent));
    }

    /// A table in Markdown: of each value the median of the rounds, and the smallest and the largest.
    ///
    /// @param late which openings are those of a warm process
    static String table(List<String> names, List<List<Figures>> rounds, int sessions, String late, int few, int rate) {
        StringBuilder table = new StringBuilder("| |");
        names.forEach(name -> table.append(' ').append(name).append(" |"));
        table.append("\n|---|").append("---|".repeat(names.size())).append('\n');
        for (Row row : rows(sessions, late, few, rate)) {
            table.append("| ").append(row.name).append(" |");
            for (List<Figures> ofOne : rounds) {
                table.append(' ').append(cell(ofOne, row)).append(" |");
            }
            table.append('\n');
        }
        return table.toString();
    }

    private static String cell(List<Figures> rounds, Row row) {
        double[] values = rounds.stream().mapToDouble(row.value).sorted().toArray();
        if (values.length == 0) {
            return "failed";
        }
        List<String> texts = new ArrayList<>();
        for (double value : new double[] {median(values), values[0], values[values.length - 1]}) {
            texts.add(String.format(Locale.ROOT, "%,." + row.digits + "f", value));
        }
        return values.length == 1 ? texts.getFirst() : "%s (%s–%s)".formatted(texts.get(0), texts.get(1), texts.get(2));
    }

    /// @param sorted ascending
    static double median(double[] sorted) {
        return Arrays.stream(sorted, (sorted.length - 1) / 2, sorted.length / 2 + 1)
                .average()
                .orElse(Double.NaN);
    }
}
