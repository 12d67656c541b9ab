package dev.holdfast.gateway.handshake;

import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/// Names sessions to the backend: 96 random bits, base64url. The name is part of the ids that make a plain client's
/// commands unique, so it must not be guessed.
final class SessionIds {
    private static final int BYTES = 12;

    private final SecureRandom random;

    /// Reads its seed here, at the start: an event loop must not wait for it. Later bits are computed.
    SessionIds() {
        try {
            random = SecureRandom.getInstance("DRBG");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has DRBG", e);
        }
        random.nextBytes(new byte[BYTES]);
    }

    String next() {
        byte[] bits = new byte[BYTES];
        random.nextBytes(bits);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
    }
}
