package dev.holdfast.gateway.backend;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.retry.Retry;

/// The guards of one kind of call to the backend. Upgrades and HTTP have one each, so that a failing REST endpoint
/// does not keep players out.
///
/// @param retry what a failed attempt may be followed by, within the handshake's time
/// @param bulkhead how many may be under way at once
record Circuit(CircuitBreaker breaker, Retry retry, Bulkhead bulkhead) {}
