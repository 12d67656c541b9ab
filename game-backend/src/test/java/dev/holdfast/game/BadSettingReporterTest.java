package dev.holdfast.game;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.observe.ConsoleQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.event.ApplicationFailedEvent;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class BadSettingReporterTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            PORT           | eighty   | PORT: eighty (expected: a port from 1 to 65535, or 0 for any)
            PORT           | 70000    | PORT: 70000 (expected: a port
            PORT           | -1       | PORT: -1 (expected: a port
            PORT           | ''       | PORT:  (expected: a port
            MANAGEMENT_PORT | 70000   | MANAGEMENT_PORT: 70000 (expected: a port
            MANAGEMENT_PORT | ''      | MANAGEMENT_PORT:  (expected: a port
            MANAGEMENT_PORT | 8081    | MANAGEMENT_PORT: 8081 (expected: another port than PORT)
            LOG_FORMAT     | json     | LOG_FORMAT: json (expected: logstash, ecs, gelf, or nothing for text)
            STORE_URL      | mysql:x  | STORE_URL: mysql:x (expected: sqlite:<file>, redis://<host>:<port>, rediss://<host>:<port> or memory:)
            STORE_URL      | redis://:secret@127.0.0.1:1 | STORE_URL: redis://***@127.0.0.1:1 (the server cannot be used: Unable to connect to 127.0.0.1
            STORE_URL      | redis://:secret^/x@y@127.0.0.1:1 | STORE_URL: redis://***@127.0.0.1:1 (no usable address; a password in it is percent-encoded: / is %2F, @ is %40)
            STORE_REQUIRE_DURABLE | maybe | STORE_REQUIRE_DURABLE: maybe (expected: true or false)
            SEAT_POLICY    | clam     | SEAT_POLICY: clam (expected: open, claim, jwt)
            WS_MESSAGES_PER_SECOND | many | WS_MESSAGES_PER_SECOND: many (expected: a whole number)
            WS_HANDSHAKES_PER_ADDRESS | 0 | WS_HANDSHAKES_PER_ADDRESS: 0 (expected: 1 to 1000000)
            WS_MAX_MESSAGE | much     | WS_MAX_MESSAGE: much (expected: a size such as 64KB or 1MB)
            OTEL_EXPORTER_OTLP_ENDPOINT | collector:4318 | OTEL_EXPORTER_OTLP_ENDPOINT: collector:4318 (expected: the URL of an OTLP/HTTP collector
            OTEL_TRACES_SAMPLER_ARG | some | OTEL_TRACES_SAMPLER_ARG: some (expected: a number from 0 to 1)
            WS_MAX_MESSAGE | 3B       | WS_MAX_MESSAGE: 3B (expected: a size from 1KB to 16MB)
            """)
    void a_bad_value_stops_the_start_with_one_line(String variable, String value, String line, CapturedOutput output) {
        var failure = new AtomicReference<Throwable>();
        var application = new SpringApplicationBuilder(GameBackendApplication.class)
                .registerShutdownHook(false)
                .properties("MANAGEMENT_PORT=0")
                .listeners((ApplicationFailedEvent event) -> failure.set(event.getException()));

        String store = variable.equals("STORE_URL") ? "--debug=false" : "--STORE_URL=memory:";
        try (var context = application.run("--server.address=127.0.0.1", store, "--" + variable + "=" + value)) {
            assertThat(context.isActive()).as("started in spite of " + variable).isFalse();
        } catch (RuntimeException expected) {
            assertThat(failure.get()).isSameAs(expected);
        }

        ConsoleQueue.close();
        assertThat(output.getAll().lines().filter(text -> text.contains(" ERROR ") || text.contains("Exception")))
                .singleElement()
                .asString()
                .contains(line);
        assertThat(output.getAll()).doesNotContain("\tat ", "secret");
    }
}
