package dev.holdfast.gateway.trace;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.AotDetector;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;

/// Leaves out of the process whatever makes and sends spans, unless there is somebody to send them to: Spring Boot
/// would make them for nobody. What would make a span of every HTTP request, and believe the trace that a stranger's
/// request claims to belong to, stays out in any case, and so do exemplars, and logs sent as telemetry.
///
/// The build wires the beans ahead (Spring's AOT processing), which starts the process in two thirds of the time, and
/// it wires no tracing: a process that traces is wired as it starts, and so is one whose settings are refused here.
final class TracingSwitch implements AutoConfigurationImportFilter, EnvironmentAware, EnvironmentPostProcessor {
    private static final String ENDPOINT = "holdfast.trace.endpoint";
    private static final String SHARE = "management.tracing.sampling.probability";
    private static final String BOOT = "org.springframework.boot.";
    private static final String METERED_REQUESTS =
            BOOT + "micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration";

    private static final Pattern SHARE_FORM = Pattern.compile("0|0?\\.[0-9]+|1|1\\.0+");
    private static final Pattern URL = Pattern.compile("https?://[^/].*", Pattern.CASE_INSENSITIVE);

    private boolean isOn;

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        boolean hasShare =
                SHARE_FORM.matcher(environment.getProperty(SHARE, "1")).matches();
        if (!environment.getProperty(ENDPOINT, "").isBlank() || !hasShare) {
            System.clearProperty(AotDetector.AOT_ENABLED);
        }
    }

    @Override
    public void setEnvironment(Environment environment) {
        String endpoint = environment.getProperty(ENDPOINT, "").strip();
        if (!endpoint.isEmpty() && !URL.matcher(endpoint).matches()) {
            throw new InvalidConfigurationPropertyValueException(
                    ENDPOINT, endpoint, "the URL of an OTLP/HTTP collector, such as http://collector:4318");
        }
        isOn = !endpoint.isEmpty();
        String share = environment.getProperty(SHARE, "1");
        if (!SHARE_FORM.matcher(share).matches()) {
            throw new InvalidConfigurationPropertyValueException(SHARE, share, "a number from 0 to 1");
        }
    }

    @Override
    public boolean[] match(@Nullable String[] names, AutoConfigurationMetadata metadata) {
        boolean[] wanted = new boolean[names.length];
        for (int i = 0; i < names.length; i++) {
            String name = names[i];
            wanted[i] = name == null || isWanted(name);
        }
        return wanted;
    }

    private boolean isWanted(String name) {
        if (name.equals(METERED_REQUESTS)
                || name.startsWith(BOOT + "opentelemetry.autoconfigure.logging.")
                || name.endsWith("ExemplarsAutoConfiguration")) {
            return false;
        }
        boolean isOpenTelemetry =
                name.startsWith(BOOT + "opentelemetry.") || name.startsWith(BOOT + "micrometer.tracing.opentelemetry.");
        return isOn || !isOpenTelemetry;
    }
}
