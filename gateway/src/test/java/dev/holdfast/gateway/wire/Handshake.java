package dev.holdfast.gateway.wire;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/// An opening handshake to be sent as it stands (RFC 6455, section 4.1); a new one is what a browser at
/// `https://game.example` would send.
///
/// @param target the request target, not encoded any further
/// @param fields the header lines, as `name: value`
record Handshake(String target, List<String> fields) {
    static final String ORIGIN = "https://game.example";
    static final String HOST = "edge.example";

    // Each handshake has a key of its own, so that a fixed answer cannot pass for a computed one.
    private static final Random KEYS = new Random(6455);

    static Handshake to(String target) {
        byte[] key = new byte[16];
        KEYS.nextBytes(key);
        return new Handshake(
                target,
                List.of(
                        "Host: " + HOST,
                        "Upgrade: websocket",
                        "Connection: Upgrade",
                        "Sec-WebSocket-Version: 13",
                        "Sec-WebSocket-Key: " + Base64.getEncoder().encodeToString(key),
                        "Origin: " + ORIGIN));
    }

    /// Adds one more line of this header.
    Handshake with(String name, String value) {
        return new Handshake(
                target,
                Stream.concat(fields.stream(), Stream.of(name + ": " + value)).toList());
    }

    Handshake without(String name) {
        return new Handshake(
                target,
                fields.stream()
                        .filter(field -> !field.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                        .toList());
    }

    Handshake having(String name, String value) {
        return without(name).with(name, value);
    }

    String key() {
        return new Head("", fields).field("Sec-WebSocket-Key");
    }

    byte[] bytes() {
        String text = "GET " + target + " HTTP/1.1\r\n" + String.join("\r\n", fields) + "\r\n\r\n";
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// The `Sec-WebSocket-Accept` that proves that the key was read.
    static String accept(String key) {
        byte[] text = (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII);
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every Java platform has SHA-1", e);
        }
    }
}
