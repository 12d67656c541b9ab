package dev.holdfast.gateway;

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
import org.springframework.util.ClassUtils;
import org.springframework.util.unit.DataSize;

/// Says in one line which variable stops the start, with which value, and what is allowed, instead of a stack trace.
///
/// Our own checks already speak that way: `NAME: value (expected: …)`. For a value that could not even be read, or is
/// refused by its property's name, the variable's comes from the placeholder in application.yaml, `${PORT:8000}`.
final class BadSettingReporter implements SpringBootExceptionReporter {
    private static final Logger LOG = LoggerFactory.getLogger(BadSettingReporter.class);
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([A-Z0-9_]+)(:[^}]*)?}");

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
        line.ifPresent(LOG::error);
        return line.isPresent();
    }

    /// Empty if the start failed for another reason than a setting.
    Optional<String> line(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            Throwable root = NestedExceptionUtils.getMostSpecificCause(cause);
            if (root instanceof IllegalArgumentException
                    && String.valueOf(root.getMessage()).contains(" (expected: ")) {
                return Optional.of(String.valueOf(root.getMessage()));
            }
            if (cause instanceof InvalidConfigurationPropertyValueException invalid) {
                return Optional.of(refused(invalid));
            }
            if (cause instanceof BindException bind) {
                return Optional.of(unreadable(bind, root));
            }
        }
        return Optional.empty();
    }

    private String refused(InvalidConfigurationPropertyValueException invalid) {
        String value = String.valueOf(invalid.getValue());
        return "%s: %s (expected: %s)"
                .formatted(variable(invalid.getName()), value.isBlank() ? "not set" : value, invalid.getReason());
    }

    private String unreadable(BindException bind, Throwable root) {
        String property = bind.getName().toString();
        Class<?> type = bind.getTarget().getType().resolve(Object.class);
        return "%s: %s (expected: %s)".formatted(variable(property), value(property), allowed(type, root));
    }

    private static String allowed(Class<?> type, Throwable root) {
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .map(each -> each.toString().toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining(", "));
        }
        Class<?> boxed = ClassUtils.resolvePrimitiveIfNecessary(type);
        return ALLOWED.getOrDefault(boxed, String.valueOf(root.getMessage()));
    }

    private String value(String property) {
        return context == null ? "" : context.getEnvironment().getProperty(property, "");
    }

    /// The variable that this property of application.yaml is read from.
    private String variable(String property) {
        return context == null
                ? "a setting"
                : context.getEnvironment().getPropertySources().stream()
                        .filter(OriginTrackedMapPropertySource.class::isInstance)
                        .map(source -> PLACEHOLDER.matcher(String.valueOf(source.getProperty(property))))
                        .filter(Matcher::matches)
                        .map(placeholder -> placeholder.group(1))
                        .findFirst()
                        .orElse("a setting");
    }
}
