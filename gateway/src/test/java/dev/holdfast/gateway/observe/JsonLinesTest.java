package dev.holdfast.gateway.observe;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.read.ListAppender;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;
import org.slf4j.MarkerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.bootstrap.DefaultBootstrapContext;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.logging.logback.StructuredLogEncoder;
import org.springframework.core.env.Environment;
import org.springframework.mock.env.MockEnvironment;
import tools.jackson.databind.json.JsonMapper;

/// The same members with the same values in the same order as Spring Boot's own writer, whatever is said.
class JsonLinesTest {
    private static final JsonMapper JSON = new JsonMapper();

    private final LoggerContext context = new LoggerContext();
    private final LogbackMDCAdapter threadValues = new LogbackMDCAdapter();
    private final Logger log = context.getLogger("dev.holdfast.test");
    private final ListAppender<ILoggingEvent> said = new ListAppender<>();

    @BeforeEach
    void start() {
        context.setMDCAdapter(threadValues);
        context.putObject(Environment.class.getName(), new MockEnvironment());
        said.start();
        log.addAppender(said);
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    static Stream<Arguments> lines() {
        return Stream.of(
                line("a message", log -> log.info("ready in {} s", 1.5)),
                line("a level", log -> log.warn("low")),
                line("a long text", log -> log.info("long ".repeat(10_000))),
                line(
                        "a quote, a backslash and what is no visible character",
                        log -> log.atInfo()
                                .addKeyValue(
                                        "a \"b\"\n",
                                        "\u0000\b\t\n\f\r\u001f\u007f\u0085\u2028 \\ \" \u00e9 \u4e16 \ud83c\udfb2")
                                .log("\"\r\n{\\")),
                line(
                        "fields of each kind",
                        log -> log.atInfo()
                                .addKeyValue("text", "a")
                                .addKeyValue("nothing", (Object) null)
                                .addKeyValue("count", 9_007_199_254_740_993L)
                                .addKeyValue("share", 0.25)
                                .addKeyValue("negative", -1)
                                .addKeyValue("is", true)
                                .addKeyValue("object", Thread.State.NEW)
                                .log("all")),
                line("an exception with causes", log -> log.error("failed", failure())),
                line("an exception without a message", log -> log.error("failed", new IllegalStateException())),
                line(
                        "markers",
                        log -> log.atInfo()
                                .addMarker(MarkerFactory.getDetachedMarker("one"))
                                .addMarker(MarkerFactory.getDetachedMarker("two"))
                                .log("marked")));
    }

    private static Arguments line(String name, Consumer<Logger> say) {
        return Arguments.argumentSet(name, say);
    }

    private static Exception failure() {
        var failure = new IllegalArgumentException("\"bad\"", new IllegalStateException("cause"));
        failure.addSuppressed(new IllegalStateException("suppressed"));
        return failure;
    }

    @ParameterizedTest
    @MethodSource("lines")
    void a_line_is_what_spring_boot_writes(Consumer<Logger> say) {
        threadValues.put("traceId", "0af7651916cd43dd");
        say.accept(log);
        ILoggingEvent event = said.list.getFirst();
        var springs = new StructuredLogEncoder();
        springs.setContext(context);
        springs.setFormat("logstash");
        springs.setCharset(StandardCharsets.UTF_8);
        springs.start();

        String expected = text(springs, event);
        var ours = new JsonLines();
        String actual = text(ours, event);
        assertThat(text(ours, event)).as("once more").isEqualTo(actual);
        assertThat(members(actual)).isEqualTo(members(expected));
        assertThat(actual).endsWith("}\n");
        assertThat(actual.chars().filter(Character::isISOControl)).containsExactly((int) '\n');
    }

    @ParameterizedTest
    @CsvSource({"logstash, true", "LOGSTASH, true", "ecs, false", "gelf, false"})
    void the_console_is_given_it_for_logstash_alone(String format, boolean isOurs) {
        Logger root = ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        var console = new OutputStreamAppender<ILoggingEvent>();
        console.setName("CONSOLE");
        root.addAppender(console);
        try {
            new JsonLines.Installer()
                    .onApplicationEvent(new ApplicationEnvironmentPreparedEvent(
                            new DefaultBootstrapContext(),
                            new SpringApplication(),
                            new String[0],
                            new MockEnvironment().withProperty("logging.structured.format.console", format)));

            assertThat(console.getEncoder() instanceof JsonLines).isEqualTo(isOurs);
        } finally {
            root.detachAppender(console);
        }
    }

    private static String text(Encoder<ILoggingEvent> encoder, ILoggingEvent event) {
        return new String(encoder.encode(event), StandardCharsets.UTF_8);
    }

    private static List<String> members(String line) {
        return JSON.readTree(line)
                .propertyStream()
                .map(member -> member.getKey() + "=" + member.getValue())
                .toList();
    }
}
