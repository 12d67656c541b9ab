package dev.holdfast.gateway.observe;

/// Text from outside, made safe for a log line: what is not a visible ASCII character is written as `\\u` and its
/// number, and so are the quote and the backslash.
public final class Printable {
    private Printable() {}

    public static String of(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isPlain(text.charAt(i))) {
                return escaped(text);
            }
        }
        return text;
    }

    private static boolean isPlain(char c) {
        return c >= ' ' && c <= '~' && c != '"' && c != '\\';
    }

    private static String escaped(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isPlain(c)) {
                safe.append(c);
            } else {
                safe.append("\\u%04x".formatted((int) c));
            }
        }
        return safe.toString();
    }
}
