package dev.holdfast.gateway.auth;

import java.time.Instant;

/// Who a checked token says it is.
///
/// @param subject the claim `sub`: 1 to 255 printable ASCII characters, and so fit for a header
/// @param expiresAt the claim `exp` and the clock skew
record Identity(String subject, Instant expiresAt) {}
