package dev.holdfast.e2e;

import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/// A test that fails shows what its services said last, since their files go with this JVM.
public final class LastWords implements BeforeEachCallback, TestExecutionExceptionHandler {
    private static final ExtensionContext.Namespace MINE = ExtensionContext.Namespace.create(LastWords.class);

    @Override
    public void beforeEach(ExtensionContext context) {
        context.getStore(MINE).put(Instant.class, Instant.now());
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        Instant began = Objects.requireNonNull(context.getStore(MINE).get(Instant.class, Instant.class));
        try {
            System.out.printf("FAILED: %s%n%s", context.getDisplayName(), Scratch.lastWords(began));
        } catch (RuntimeException unreadable) {
            failure.addSuppressed(unreadable);
        }
        throw failure;
    }
}
