package dev.holdfast.gateway.trace;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.aot.AotDetector;
import org.springframework.boot.SpringApplication;
import org.springframework.mock.env.MockEnvironment;

/// What the build has wired ahead has no tracing, and refuses no setting of it.
class TracingSwitchTest {
    private final MockEnvironment environment = new MockEnvironment();

    @AfterEach
    void wire_at_the_start_again() {
        System.clearProperty(AotDetector.AOT_ENABLED);
    }

    @Test
    void a_process_that_does_not_trace_is_as_the_build_wired_it() {
        environment.setProperty("holdfast.trace.endpoint", " ");
        assertThat(isWiredAhead()).isTrue();
    }

    @Test
    void a_process_that_traces_is_wired_as_it_starts() {
        environment.setProperty("holdfast.trace.endpoint", "http://collector:4318");
        assertThat(isWiredAhead()).isFalse();
    }

    @Test
    void a_share_that_is_none_is_looked_at_as_the_process_starts() {
        environment.setProperty("management.tracing.sampling.probability", "1.5");
        assertThat(isWiredAhead()).isFalse();
    }

    private boolean isWiredAhead() {
        System.setProperty(AotDetector.AOT_ENABLED, "true");
        new TracingSwitch().postProcessEnvironment(environment, new SpringApplication());
        return Boolean.getBoolean(AotDetector.AOT_ENABLED);
    }
}
