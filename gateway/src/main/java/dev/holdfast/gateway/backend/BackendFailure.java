package dev.holdfast.gateway.backend;

import java.io.IOException;

/// The backend could not be reached, or gave an answer that is not one. The message says which, for the log.
public final class BackendFailure extends IOException {
    private static final long serialVersionUID = 1L;

    BackendFailure(String message) {
        super(message);
    }

    BackendFailure(String message, Throwable cause) {
        super(message + ": " + cause, cause);
    }

    /// The stack says nothing: it is always the event loop's.
    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
