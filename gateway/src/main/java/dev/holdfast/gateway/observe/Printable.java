package dev.holdfast.gateway.observe;

/// Text from outside, made safe for a log line: what is not a visible ASCII character is written as `\\u` and its
/// number, and so are the quote and the backslash.
public final class Printable {
    private Printable() {}

    public static String of(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                safe.append("\\u%04x".formatted((int) c));
            } else {
                safe.append(c);
            }
        }
        return safe.toString();
    }
}
