package dev.holdfast.bench;

import java.util.function.BiConsumer;

/// The headers that let a program in where a gateway asks for a page's origin or a player's token. Like [Play] and
/// [RailwayProbe], which run without a build, it uses nothing outside the JDK.
///
/// @param origin the `Origin` header, empty for none
/// @param token a player's JWT, sent as `Authorization: Bearer`, empty for none
record ClientHeaders(String origin, String token) {
    /// A token is never an option: other users of the machine can read command lines.
    static ClientHeaders ofEnvironment() {
        return new ClientHeaders(variable("ORIGIN"), variable("TOKEN"));
    }

    void each(BiConsumer<String, String> header) {
        if (!origin.isEmpty()) {
            header.accept("Origin", origin);
        }
        if (!token.isEmpty()) {
            header.accept("Authorization", "Bearer " + token);
        }
    }

    private static String variable(String name) {
        return System.getenv().getOrDefault(name, "").strip();
    }
}
