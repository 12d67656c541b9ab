package dev.holdfast.game;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Fails a run in which Netty saw a buffer leak, in every test class without being named there: JUnit finds this
/// through `META-INF/services`.
///
/// A leak is found when the collector has taken the buffer, so it may be told of by a later class than the one that
/// leaked.
public final class LeaksFail implements AfterAllCallback {
    private static final List<String> LEAKS = new CopyOnWriteArrayList<>();

    static {
        // Before the first buffer: each kind of buffer asks for its detector once
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new ResourceLeakDetectorFactory() {
            @Override
            @SuppressWarnings("deprecation") // the only one to implement; its heirs call it
            public <T> ResourceLeakDetector<T> newResourceLeakDetector(
                    Class<T> resource, int samplingInterval, long maxActive) {
                return new Detector<>(resource, samplingInterval, LEAKS);
            }
        });
    }

    @Override
    public void afterAll(ExtensionContext context) {
        look();
        List<String> found = List.copyOf(LEAKS);
        LEAKS.clear();
        assertThat(found).as("buffers that were never released").isEmpty();
    }

    /// Lets the collector find what nobody holds; a detector tells of it when the next buffer is made.
    static void look() {
        System.gc();
        UnpooledByteBufAllocator.DEFAULT.heapBuffer(1).release();
        UnpooledByteBufAllocator.DEFAULT.directBuffer(1).release();
    }

    /// Netty's own, which also writes what it finds down.
    static final class Detector<T> extends ResourceLeakDetector<T> {
        private final List<String> found;

        Detector(Class<T> resource, int samplingInterval, List<String> found) {
            super(resource, samplingInterval);
            this.found = found;
        }

        @Override
        protected void reportTracedLeak(String resourceType, String records) {
            found.add(resourceType + records);
            super.reportTracedLeak(resourceType, records);
        }

        @Override
        protected void reportUntracedLeak(String resourceType) {
            found.add(resourceType);
            super.reportUntracedLeak(resourceType);
        }
    }
}
