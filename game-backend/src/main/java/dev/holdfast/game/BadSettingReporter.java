package dev.holdfast.game;

import dev.holdfast.game.log.LogProperties;
import dev.holdfast.game.log.StoreRefused;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.env.OriginTrackedMapPropertySource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.util.ClassUtils;
import org.springframework.util.unit.DataSize;

/// Says in one line which variable stops the start, with which value, and what is allowed.
///
/// A property's variable is read from the placeholder in application.yaml, `${PORT:8081}`, so that its name stands
/// nowhere else. A properties record refuses a value with `name: value (expected: …)`, named as in application.yaml.
@Order(Ordered.HIGHEST_PRECEDENCE)
final class BadSettingReporter implements SpringBootExceptionReporter {
    private static final Logger log = LoggerFactory.getLogger(BadSettingReporter.class);
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([A-Z0-9_]+)(:[^}]*)?}");
    private static final Pattern REFUSED = Pattern.compile("([a-z-]+): (.*) \\((expected: .*)\\)", Pattern.DOTALL);
    private static final Map<Class<?>, String> ALLOWED = Map.of(
            Integer.class, "a whole number",
            Duration.class, "a duration such as 30 (seconds), 250ms or 2m",
            DataSize.class, "a size such as 64KB or 1MB",
            Boolean.class, "true or false");

    private final @Nullable ConfigurableApplicationContext context;

    BadSettingReporter(@Nullable ConfigurableApplicationContext context) {
        this.context = context;
    }

    @Override
    public boolean reportException(@Nullable Throwable failure) {
        Optional<String> line = line(failure);
        line.ifPresent(log::error);
        return line.isPresent();
    }

    /// Empty if the start failed for another reason than a setting.
    Optional<String> line(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException bind) {
                return Optional.of(describe(bind));
            }
            if (cause instanceof StoreRefused refused) {
                String url = LogProperties.redact(value("holdfast.log.url"));
                return Optional.of(variable("holdfast.log.url") + ": " + url + " (" + refused.getMessage() + ")");
            }
            if (cause instanceof InvalidConfigurationPropertyValueException invalid) {
                return Optional.of(describe(invalid));
            }
        }
        return Optional.empty();
    }

    private String describe(BindException bind) {
        String cause =
                String.valueOf(NestedExceptionUtils.getMostSpecificCause(bind).getMessage());
        Matcher refused = REFUSED.matcher(cause);
        if (refused.matches()) {
            return variable(bind.getName() + "." + refused.group(1)) + ": " + refused.group(2) + " (" + refused.group(3)
                    + ")";
        }
        Class<?> type = bind.getTarget().getType().resolve(Object.class);
        String name = bind.getName().toString();
        return variable(name) + ": " + value(name) + " (expected: " + allowed(type, cause) + ")";
    }

    private static String allowed(Class<?> type, String cause) {
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .map(each -> each.toString().toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining(", "));
        }
        return ALLOWED.getOrDefault(ClassUtils.resolvePrimitiveIfNecessary(type), cause);
    }

    private String describe(InvalidConfigurationPropertyValueException invalid) {
        String reason = String.valueOf(invalid.getReason());
        String expected = ALLOWED.entrySet().stream()
                .filter(allowed -> reason.contains(allowed.getKey().getName()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(reason);
        return variable(invalid.getName()) + ": " + invalid.getValue() + " (expected: " + expected + ")";
    }

    private String variable(String property) {
        Matcher placeholder = PLACEHOLDER.matcher(raw(property));
        return placeholder.matches() ? placeholder.group(1) : property;
    }

    private String value(String property) {
        return context == null ? "" : context.getEnvironment().getProperty(property, "");
    }

    private String raw(String property) {
        if (context == null) {
            return "";
        }
        return context.getEnvironment().getPropertySources().stream()
                .filter(OriginTrackedMapPropertySource.class::isInstance)
                .map(source -> String.valueOf(source.getProperty(property)))
                .filter(text -> text.startsWith("${"))
                .findFirst()
                .orElse("");
    }
}
