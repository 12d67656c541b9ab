package dev.holdfast.gateway;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;

/// Refuses the settings that Spring Boot reads itself, and that it would fail on with a stack trace, or take for its
/// own defaults: without a management port of its own, the operators' endpoints would be on the players'.
final class BootSettings
        implements EnvironmentPostProcessor, ApplicationContextInitializer<ConfigurableApplicationContext> {
    private static final String FORMAT = "logging.structured.format.console";
    private static final String REFUSED_FORMAT = "holdfast.refused-log-format";
    private static final Set<String> FORMATS = Set.of("", "logstash", "ecs", "gelf");

    private static final String MANAGEMENT_PORT = "management.server.port";
    private static final int ANY_FREE = 0;
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,5}");
    private static final int LAST_PORT = 65_535;

    /// Before logging starts nothing can be said: a format that there is not is kept for later.
    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        String format = environment.getProperty(FORMAT, "");
        if (!FORMATS.contains(format.toLowerCase(Locale.ROOT))) {
            environment
                    .getPropertySources()
                    .addFirst(new MapPropertySource(REFUSED_FORMAT, Map.of(FORMAT, "", REFUSED_FORMAT, format)));
        }
    }

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        Environment environment = context.getEnvironment();
        String format = environment.getProperty(REFUSED_FORMAT);
        if (format != null) {
            throw new InvalidConfigurationPropertyValueException(
                    FORMAT, format, "logstash, ecs, gelf, or nothing for text");
        }
        int port = port(environment, "server.port");
        int management = port(environment, MANAGEMENT_PORT);
        if (management == port && management != ANY_FREE) {
            throw new InvalidConfigurationPropertyValueException(MANAGEMENT_PORT, management, "another port than PORT");
        }
    }

    private static int port(Environment environment, String property) {
        String value = environment.getProperty(property, "");
        if (!DIGITS.matcher(value).matches() || Integer.parseInt(value) > LAST_PORT) {
            throw new InvalidConfigurationPropertyValueException(
                    property, value, "a port from 1 to %d, or 0 for any".formatted(LAST_PORT));
        }
        return Integer.parseInt(value);
    }
}
