package dev.holdfast.gateway.backend;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// When the gateway stops asking a backend that fails, so that players are told at once instead of waiting.
///
/// @param window calls the failure rate is taken over
/// @param minimumCalls calls before a rate counts at all
/// @param openFor how long an open circuit refuses before it lets a few calls try
@ConfigurationProperties("holdfast.circuit")
public record CircuitProperties(
        @DefaultValue("50") int window,
        @DefaultValue("20") int minimumCalls,
        @DefaultValue("2s") Duration openFor) {}
