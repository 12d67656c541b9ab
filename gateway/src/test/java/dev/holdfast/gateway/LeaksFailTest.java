package dev.holdfast.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class LeaksFailTest {
    private final List<String> found = new CopyOnWriteArrayList<>();
    private final LeaksFail.Detector<Object> detector = new LeaksFail.Detector<>(Object.class, 1, found);

    @Test
    void what_nobody_released_is_found() {
        leakOne();
        long giveUpAtNanos = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (found.isEmpty() && System.nanoTime() < giveUpAtNanos) {
            LeaksFail.look();
            // Tells of what was found before
            detector.track(found);
        }
        assertThat(found).isNotEmpty();
    }

    @Test
    void the_detector_is_the_one_that_buffers_get() {
        ResourceLeakDetector<Object> of = ResourceLeakDetectorFactory.instance().newResourceLeakDetector(Object.class);
        assertThat(of).isInstanceOf(LeaksFail.Detector.class);
        assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
    }

    private void leakOne() {
        detector.track(new Object());
    }
}
