package dev.holdfast.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

// A session that never ends would otherwise hang the build.
@Timeout(60)
class LoadTestTest {
    private static final int PLAYERS = 20;

    @Test
    void every_session_survives_and_has_a_round_trip() throws Exception {
        LoadReport report = runAgainst(SmallServer.FRIENDLY);

        assertThat(report.deaths()).isEmpty();
        assertThat(report.isGood()).isTrue();
        assertThat(report.opened()).isEqualTo(PLAYERS);
        assertThat(report.roundTrips().getTotalCount()).isGreaterThanOrEqualTo(PLAYERS);
        assertThat(printed(report)).contains("survived: 20 of 20").contains("p99.9");
    }

    @Test
    void a_ping_of_the_gateway_is_answered_by_each_player() throws Exception {
        try (SmallServer server = new SmallServer(SmallServer.FRIENDLY)) {
            LoadReport report = run(server);

            assertThat(report.answeredPings()).isEqualTo(PLAYERS);
            assertThat(server.received.stream().filter("{\"type\":\"pong\"}"::equals))
                    .hasSize(PLAYERS);
        }
    }

    @Test
    void each_player_presents_the_token() throws Exception {
        try (SmallServer server = new SmallServer(SmallServer.FRIENDLY)) {
            run(server);

            assertThat(server.authorizations).hasSize(PLAYERS).containsOnly("Bearer abc");
        }
    }

    @Test
    void a_session_that_the_gateway_closes_is_named_with_its_close_code() throws Exception {
        LoadReport report = runAgainst(toPlayer7(
                context -> context.writeAndFlush(new CloseWebSocketFrame(new WebSocketCloseStatus(4001, "silent")))));

        assertThat(report.isGood()).isFalse();
        assertThat(report.deaths()).singleElement().satisfies(death -> {
            assertThat(death.player()).isEqualTo("player-7");
            assertThat(death.reason()).isEqualTo("closed with 4001 silent");
        });
        assertThat(printed(report))
                .contains("survived: 19 of 20")
                .contains("DIED 1: closed with 4001 silent (player-7");
    }

    @Test
    void even_a_normal_close_is_a_death_when_it_is_not_ours() throws Exception {
        LoadReport report = runAgainst(toPlayer7(
                context -> context.writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.NORMAL_CLOSURE))));

        assertThat(report.deaths()).extracting(LoadReport.Death::reason).containsExactly("closed with 1000 Bye");
    }

    @Test
    void a_cut_connection_is_a_death_without_a_close_frame() throws Exception {
        LoadReport report = runAgainst(toPlayer7(SmallServer::cut));

        assertThat(report.deaths())
                .extracting(LoadReport.Death::reason)
                .containsExactly("the connection ended without a close frame (1006)");
    }

    @Test
    void a_gateway_that_answers_no_ping_is_dead() throws Exception {
        LoadReport report = runAgainst((_, _) -> {}, "--patience", "8");

        assertThat(report.isGood()).isFalse();
        assertThat(report.deaths())
                .hasSize(PLAYERS)
                .allSatisfy(death -> assertThat(death.reason()).startsWith("no pong within"));
    }

    @Test
    void a_refused_handshake_is_a_death_with_its_status_and_what_the_gateway_says() throws Exception {
        try (SmallServer server = new SmallServer(SmallServer.FRIENDLY, "/player-7")) {
            LoadReport report = run(server);

            assertThat(report.opened()).isEqualTo(PLAYERS - 1);
            assertThat(report.deaths())
                    .singleElement()
                    .satisfies(death -> assertThat(death.reason())
                            .isEqualTo("handshake refused: 503 Service Unavailable unwelcome"));
        }
    }

    @Test
    void where_nobody_listens_every_session_dies() throws Exception {
        SmallServer gone = new SmallServer(SmallServer.FRIENDLY);
        gone.close();

        assertThat(run(gone).deaths())
                .hasSize(PLAYERS)
                .allSatisfy(death -> assertThat(death.reason()).startsWith("no connection"));
    }

    @Test
    void another_machine_needs_leave() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LoadTest.run(parse("--url", "ws://192.0.2.1"), System.out))
                .withMessageContaining("ws://192.0.2.1")
                .withMessageContaining("--allow-remote");
    }

    @Test
    void a_command_in_the_docs_names_the_other_machine_that_it_has_leave_for() throws IOException {
        String page = Files.readString(Path.of("../docs/deploy-railway.md"));

        assertThat(Pattern.compile("`bin/load-test ([^`]+)`").matcher(page).results())
                .isNotEmpty()
                .allSatisfy(command -> {
                    LoadOptions options = parse(command.group(1).split(" "));
                    assertThat(options.remoteAllowed()).isTrue();
                    assertThat(options.url().getHost()).isNotEqualTo("localhost");
                });
    }

    @Test
    void a_wrong_option_is_named_with_its_value_and_what_is_expected() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("--players", "60000"))
                .withMessage("--players: 60000 (expected: 1 to 50000)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("--minutes", "soon"))
                .withMessage("--minutes: soon (expected: a number over 0, at most 1440)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("--url", "http://localhost"))
                .withMessageStartingWith("--url: http://localhost (expected: ws://");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("--player", "1"))
                .withMessage("--player: no such option");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("--origin"))
                .withMessage("--origin: its value is missing");
    }

    private static BiConsumer<ChannelHandlerContext, String> toPlayer7(Consumer<ChannelHandlerContext> deed) {
        return (context, text) -> {
            if (SmallServer.path(context).endsWith("/player-7")) {
                deed.accept(context);
            } else {
                SmallServer.FRIENDLY.accept(context, text);
            }
        };
    }

    private static LoadReport runAgainst(BiConsumer<ChannelHandlerContext, String> behaviour, String... more)
            throws Exception {
        try (SmallServer server = new SmallServer(behaviour)) {
            return run(server, more);
        }
    }

    private static LoadReport run(SmallServer server, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(
                "--players", "" + PLAYERS, "--minutes", "0.001", "--open-per-second", "5000", "--ping-every", "0.01"));
        arguments.addAll(List.of("--url", server.url().toString()));
        arguments.addAll(List.of(more));
        return LoadTest.run(
                LoadOptions.parse(arguments, "abc"),
                new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8));
    }

    private static LoadOptions parse(String... arguments) {
        return LoadOptions.parse(List.of(arguments), "");
    }

    private static String printed(LoadReport report) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        report.print(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
