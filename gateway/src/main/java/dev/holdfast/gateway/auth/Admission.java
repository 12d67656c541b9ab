package dev.holdfast.gateway.auth;

import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import java.util.Optional;

/// An upgrade that may go on.
///
/// @param target path and query for the backend, without a ticket
/// @param headers the client's, without a token
/// @param subject who the client is; empty if nobody is asked
/// @param mayLast how long the session may last; empty if the token does not bound it
public record Admission(String target, HttpHeaders headers, Optional<String> subject, Optional<Duration> mayLast) {}
