package dev.holdfast.gateway.wire;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import java.net.http.HttpResponse;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A backend whose HTTP side fails again and again is left alone for a while, and asked again after it.
class ApiCircuitTest {
    static final WireMockServer games = Games.started();

    @RegisterExtension
    static final TestGateway gateway = new TestGateway(
            games.baseUrl(),
            "holdfast.circuit.minimum-calls=4",
            "holdfast.circuit.window=4",
            "holdfast.circuit.open-for=1s");

    /// Whatever the test before left behind: a full window of good answers.
    @BeforeEach
    void close_the_circuit() {
        games.resetAll();
        answer(aResponse());
        for (int good = 0; good < 4; ) {
            good = ask().statusCode() == 200 ? good + 1 : 0;
        }
        games.resetRequests();
    }

    @AfterAll
    static void stop() {
        games.stop();
    }

    static Stream<ResponseDefinitionBuilder> failures() {
        return Stream.of(
                aResponse().withStatus(500),
                aResponse().withStatus(503),
                aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER),
                aResponse().withFault(Fault.EMPTY_RESPONSE));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void opens_after_repeated_failures_and_recovers(ResponseDefinitionBuilder failure) {
        answer(failure);
        awaitOpen();
        games.resetRequests();
        HttpResponse<String> refused = ask();
        // Again, if the machine has just stood still for as long as the circuit is open
        for (int again = 0; again < 3 && !isCircuitOpen(refused); again++) {
            awaitOpen();
            games.resetRequests();
            refused = ask();
        }
        assertThat(isCircuitOpen(refused)).as("left alone after %s", refused).isTrue();
        assertThat(games.getAllServeEvents()).isEmpty();

        answer(aResponse().withBody("back"));
        HttpResponse<String> answer = ask();
        while (isCircuitOpen(answer)) {
            answer = ask();
        }
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("back");
    }

    @Test
    void clients_that_leave_in_the_middle_of_a_request_are_not_the_backends_fault() {
        double before = failedCalls();
        for (int i = 0; i < 20; i++) {
            double callers = callers();
            TestClient client = gateway.connect();
            client.write("POST /api/games HTTP/1.1\r\nHost: " + Handshake.HOST + "\r\nContent-Length: 9\r\n\r\nbegun");
            awaitCallers(callers + 1);
            client.reset();
        }

        assertThat(ask().statusCode()).isEqualTo(200);
        assertThat(failedCalls()).isEqualTo(before);
        assertThat(games.getAllServeEvents()).hasSize(1);
    }

    @Test
    void nor_are_those_that_leave_before_the_answer() {
        answer(aResponse().withFixedDelay((int) RawLeg.DEADLINE.toMillis()));
        double before = failedCalls();
        for (int i = 0; i < 20; i++) {
            TestClient client = gateway.connect();
            client.write("POST /api/games HTTP/1.1\r\nHost: " + Handshake.HOST + "\r\nContent-Length: 5\r\n\r\nwhole");
            awaitUnderWay(1);
            client.reset();
            awaitUnderWay(0);
        }

        assertThat(failedCalls()).isEqualTo(before);
    }

    private static void awaitOpen() {
        HttpResponse<String> refused = ask();
        for (int i = 0; i < 20 && !isCircuitOpen(refused); i++) {
            refused = ask();
        }
        assertThat(isCircuitOpen(refused)).as("circuit open after %s", refused).isTrue();
        assertThat(gateway.metric("resilience4j_circuitbreaker_state", "name=\"http\"", "state=\"open\""))
                .isEqualTo(1);
    }

    private static double callers() {
        return gateway.metric("holdfast_client_addresses_total", "from=\"peer\"");
    }

    private static void awaitCallers(double count) {
        long deadline = System.nanoTime() + RawLeg.DEADLINE.toNanos();
        while (callers() != count) {
            assertThat(System.nanoTime()).as("waiting for %s callers", count).isLessThan(deadline);
        }
    }

    private static void awaitUnderWay(int calls) {
        long deadline = System.nanoTime() + RawLeg.DEADLINE.toNanos();
        while (gateway.metric("resilience4j_bulkhead_max_allowed_concurrent_calls", "name=\"http\"")
                        - gateway.metric("resilience4j_bulkhead_available_concurrent_calls", "name=\"http\"")
                != calls) {
            assertThat(System.nanoTime())
                    .as("waiting for %d calls under way", calls)
                    .isLessThan(deadline);
        }
    }

    private static double failedCalls() {
        return gateway.metric("resilience4j_circuitbreaker_calls_seconds_count", "name=\"http\"", "kind=\"failed\"");
    }

    /// 409: a game that this release cannot read, which anybody may ask for again and again.
    @ParameterizedTest
    @ValueSource(ints = {404, 409})
    void never_opens_for_what_is_wrong_with_a_single_call(int status) {
        answer(aResponse().withStatus(status));
        for (int i = 0; i < 20; i++) {
            assertThat(ask().statusCode()).isEqualTo(status);
        }
        assertThat(games.getAllServeEvents()).hasSize(20);
    }

    private static boolean isCircuitOpen(HttpResponse<String> answer) {
        return answer.statusCode() == 503
                && answer.headers().firstValue("Retry-After").isPresent();
    }

    private static void answer(ResponseDefinitionBuilder answer) {
        games.stubFor(any(anyUrl()).willReturn(answer));
    }

    private static HttpResponse<String> ask() {
        return gateway.http(gateway.request("/api/games/g1"));
    }
}
