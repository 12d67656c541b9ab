package dev.holdfast.gateway.handshake;

import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/// Names a session to the backend: 96 random bits, base64url. It is part of the ids that make a plain client's
/// commands unique, so it must not be guessed.
final class SessionId {
    private static final int BYTES = 12;
    private static final SecureRandom RANDOM = generator();

    private SessionId() {}

    static String next() {
        byte[] bits = new byte[BYTES];
        RANDOM.nextBytes(bits);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
    }

    /// Computes its bits: the default generator reads a file, which an event loop must not do.
    private static SecureRandom generator() {
        try {
            SecureRandom random = SecureRandom.getInstance("DRBG");
            random.nextBytes(new byte[1]);
            return random;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has DRBG", e);
        }
    }
}
