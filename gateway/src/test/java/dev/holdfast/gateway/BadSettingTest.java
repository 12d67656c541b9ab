package dev.holdfast.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class BadSettingTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --WS_PING_INTERVAL=fast   | WS_PING_INTERVAL: fast (expected: a duration such as 30 (seconds), 250ms or 2m)
            --WS_PING_INTERVAL=0      | WS_PING_INTERVAL: PT0S (expected: PT0.05S to PT1H; a bare number is seconds)
            --WS_PING_TIMEOUT=2h      | WS_PING_TIMEOUT: PT2H (expected: PT0.05S to PT1H; a bare number is seconds)
            --WS_PING_MODE=loud       | WS_PING_MODE: loud (expected: json, frame, both)
            --WS_MAX_MESSAGE=big      | WS_MAX_MESSAGE: big (expected: a size such as 64KB or 1MB)
            --WS_MAX_MESSAGE=1023B    | WS_MAX_MESSAGE: 1023B (expected: 1KB to 16MB, for example 64KB)
            --WS_MAX_MESSAGE=17MB     | WS_MAX_MESSAGE: 17825792B (expected: 1KB to 16MB, for example 64KB)
            --WS_MESSAGES_PER_SECOND=0 | WS_MESSAGES_PER_SECOND: 0 (expected: 1 to 1000000)
            --WS_MAX_LIFETIME=10ms    | WS_MAX_LIFETIME: PT0.01S (expected: PT1S to PT8760H; a bare number is seconds)
            --HANDSHAKE_TIMEOUT=1h    | HANDSHAKE_TIMEOUT: PT1H (expected: PT0.1S to PT5M; a bare number is seconds)
            --BACKEND_PING_TIMEOUT=0  | BACKEND_PING_TIMEOUT: PT0S (expected: PT0.05S to PT1H; a bare number is seconds)
            --GATEWAY_HOLD=2h         | GATEWAY_HOLD: PT2H (expected: PT0S to PT1H; a bare number is seconds)
            --DRAIN_DELAY=1h          | DRAIN_DELAY: PT1H (expected: PT0S to PT4M; a bare number is seconds)
            --BACKEND_URL=https://b:1 | BACKEND_URL: https://b:1 (expected: http://host:port of the game-backend
            --BACKEND_URL=http://b/x  | BACKEND_URL: http://b/x (expected: http://host:port of the game-backend
            --BACKEND_URL=http://b:70000 | BACKEND_URL: http://b:70000 (expected: http://host:port of the game-backend
            --BACKEND_URL=http://b:0  | BACKEND_URL: http://b:0 (expected: http://host:port of the game-backend
            --CORS_ORIGINS=           | CORS_ORIGINS: not set (expected: the origins of the pages that may connect
            --CORS_ORIGINS=*          | CORS_ORIGINS: * (expected: origins such as https://game.example.com
            --ALLOW_NO_ORIGIN=maybe   | ALLOW_NO_ORIGIN: maybe (expected: true or false)
            --TRUSTED_PROXIES=edge    | TRUSTED_PROXIES: edge (expected: networks such as 10.0.0.0/8
            --TRUSTED_PROXIES=10.0.0.0/33 | TRUSTED_PROXIES: 10.0.0.0/33 (expected: networks such as 10.0.0.0/8
            --TRUSTED_PROXIES=10.0.0.0/8/8 | TRUSTED_PROXIES: 10.0.0.0/8/8 (expected: networks such as 10.0.0.0/8
            --TRUSTED_PROXIES=10.0.0.0/8 | CLIENT_ADDRESS_HEADER: not set (expected: the header in which 10.0.0.0/8 name the client
            --CLIENT_ADDRESS_HEADER=X-Real-IP | TRUSTED_PROXIES: not set (expected: whose X-Real-IP to believe
            --WS_MAX_SESSIONS=0       | WS_MAX_SESSIONS: 0 (expected: 1 to 1000000
            --WS_MAX_SESSIONS_PER_ADDRESS=-1 | WS_MAX_SESSIONS_PER_ADDRESS: -1 (expected: 1 to 1000000
            --WS_HANDSHAKES_PER_ADDRESS=0 | WS_HANDSHAKES_PER_ADDRESS: 0 (expected: 1 to 1000000
            --PORT=web                | PORT: web (expected: a port from 1 to 65535, or 0 for any)
            --PORT=70000              | PORT: 70000 (expected: a port
            --PORT=-1                 | PORT: -1 (expected: a port
            --PORT=                   | PORT: not set (expected: a port
            --MANAGEMENT_PORT=70000   | MANAGEMENT_PORT: 70000 (expected: a port
            --MANAGEMENT_PORT=        | MANAGEMENT_PORT: not set (expected: a port
            --PORT=8000 --MANAGEMENT_PORT=8000 | MANAGEMENT_PORT: 8000 (expected: another port than PORT)
            --LOG_FORMAT=json         | LOG_FORMAT: json (expected: logstash, ecs, gelf, or nothing for text)
            --JWT_JWKS_URL=issuer     | JWT_JWKS_URL: issuer (expected: a URL such as https://issuer.example/
            --JWT_AUDIENCE=game       | JWT_AUDIENCE: game, but no key to check a token with
            --JWT_SECRET=short        | JWT_SECRET: 5 bytes (expected: at least 32)
            --JWT_SECRET=01234567890123456789012345678901 --JWT_SECRET_PREVIOUS=short | JWT_SECRET_PREVIOUS: 5 bytes (expected: at least 32)
            --JWT_SECRET_PREVIOUS=01234567890123456789012345678901 | JWT_SECRET_PREVIOUS: set without JWT_SECRET
            --JWT_CLOCK_SKEW=1h       | JWT_CLOCK_SKEW: PT1H (expected: PT0S to PT10M; a bare number is seconds)
            --OTEL_EXPORTER_OTLP_ENDPOINT=collector:4318 | OTEL_EXPORTER_OTLP_ENDPOINT: collector:4318 (expected: the URL of an OTLP/HTTP collector
            --OTEL_TRACES_SAMPLER_ARG=1.5 | OTEL_TRACES_SAMPLER_ARG: 1.5 (expected: a number from 0 to 1)
            --TOKEN_EXPIRY=never      | TOKEN_EXPIRY: never (expected: ignore, close)
            """)
    void stops_the_start_with_one_line(String setting, String line, CapturedOutput output) {
        SpringApplicationBuilder gateway = new SpringApplicationBuilder(GatewayApplication.class)
                .properties("PORT=0", "MANAGEMENT_PORT=0", "CORS_ORIGINS=https://game.example");

        try (var running = gateway.run(setting.split(" "))) {
            throw new AssertionError("started with " + setting + " at " + running);
        } catch (RuntimeException expected) {
            assertThat(Console.text(output)).contains(line).doesNotContain("\tat ");
        }
    }
}
