package dev.holdfast.gateway.backend;

/// Is told how a dial ended: once, on the request's event loop, and not after the dial was abandoned.
public interface DialOutcome {
    /// The backend was asked and has answered.
    void answered(DialAnswer answer);

    /// With [BackendFailure] (not reached, or nonsense), [java.util.concurrent.TimeoutException] (silent for the
    /// handshake's time), [io.github.resilience4j.circuitbreaker.CallNotPermittedException] (circuit open) or
    /// [io.github.resilience4j.bulkhead.BulkheadFullException] (too many dials under way).
    void failed(Throwable failure);
}
