package dev.holdfast.gateway.observe;

import java.util.Locale;

/// How things are named to operators, in metrics, the log and the list of sessions.
final class Label {
    private Label() {}

    static String of(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /// A close code: one of a closed set, whatever peers send. Codes that somebody defined stand for themselves,
    /// those that an application or library chose are `3xxx` and `4xxx`.
    static String of(int code) {
        boolean isDefined = isIn(code, 1000, 1015) || isIn(code, 4001, 4004) || isIn(code, 4500, 4508);
        return isDefined ? Integer.toString(code) : code >= 4000 ? "4xxx" : code >= 3000 ? "3xxx" : "other";
    }

    private static boolean isIn(int code, int first, int last) {
        return code >= first && code <= last;
    }
}
