package dev.holdfast.gateway.handshake;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;

/// Names sessions to the backend: 96 random bits, base64url. The name is part of the ids that make a plain client's
/// commands unique, so it must not be guessed.
final class SessionIds {
    private static final Base64.Encoder NAMES = Base64.getUrlEncoder().withoutPadding();
    private static final int BYTES = 12;
    /// Drawn at a time: each draw computes several hashes, however little it is asked for.
    private static final int DRAWN = 64;

    private final SecureRandom random;
    private final byte[] bits = new byte[DRAWN * BYTES];
    private int used = DRAWN;

    /// @param random must not wait for entropy: it is asked on event loops
    SessionIds(SecureRandom random) {
        this.random = random;
    }

    /// Safe for all threads.
    synchronized String next() {
        if (used == DRAWN) {
            random.nextBytes(bits);
            used = 0;
        }
        byte[] name = Arrays.copyOfRange(bits, used * BYTES, (used + 1) * BYTES);
        used++;
        return NAMES.encodeToString(name);
    }
}
