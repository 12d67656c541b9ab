package dev.holdfast.gateway.wire;

import java.util.List;

/// The head of an HTTP request or response exactly as it was received.
///
/// @param startLine the request or status line
/// @param fields    the header lines in their order, as `name: value`
record Head(String startLine, List<String> fields) {
    Head {
        fields = List.copyOf(fields);
    }

    int status() {
        return Integer.parseInt(startLine.split(" ", 3)[1]);
    }

    /// The request target, not decoded.
    String target() {
        return startLine.split(" ", 3)[1];
    }

    /// All values of the header, in their order; names are compared without regard to case.
    List<String> all(String name) {
        String prefix = name + ":";
        return fields.stream()
                .filter(field -> field.regionMatches(true, 0, prefix, 0, prefix.length()))
                .map(field -> field.substring(prefix.length()).strip())
                .toList();
    }

    /// The values joined by commas, empty when there is none.
    String field(String name) {
        return String.join(", ", all(name));
    }

    boolean has(String name) {
        return !all(name).isEmpty();
    }
}
