package dev.holdfast.game.api;

import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.log.GameId;
import dev.holdfast.game.log.ReadFailure;
import dev.holdfast.game.rules.GameRules;
import dev.holdfast.game.rules.Json;
import dev.holdfast.game.rules.JsonObject;
import dev.holdfast.game.rules.RulesBook;
import dev.holdfast.game.table.Inspection;
import dev.holdfast.game.table.Table;
import dev.holdfast.game.table.Tables;
import dev.holdfast.game.table.UnreadableGame;
import dev.holdfast.game.wire.InvalidJson;
import dev.holdfast.game.wire.JsonText;
import java.net.URI;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/// Create, inspect and list games over HTTP. Errors are `{"code":…,"message":…}`.
final class GamesApi {
    static final String PATH = "/api/games";

    private static final int MAX_LISTED = 100;
    private static final int MAX_BODY = 4096;
    private static final Logger log = LoggerFactory.getLogger(GamesApi.class);

    private final Tables tables;
    private final RulesBook book;
    private final RandomGenerator random;

    GamesApi(Tables tables, RulesBook book, RandomGenerator random) {
        this.tables = tables;
        this.book = book;
        this.random = random;
    }

    /// `{"rules":"tictactoe","id":"g1"}`, the id being optional: 201 with `Location`; 200 if the same game is there
    /// already, 409 if it has other rules.
    Mono<ServerResponse> create(ServerRequest request) {
        // As it is, whatever the Content-Type says: JSON or not is found out by reading it
        return DataBufferUtils.join(request.exchange().getRequest().getBody(), MAX_BODY)
                .map(GamesApi::bytes)
                .defaultIfEmpty(new byte[0])
                .flatMap(body -> create(JsonText.readObject(body)))
                .onErrorResume(
                        InvalidJson.class,
                        invalid -> problem(HttpStatus.BAD_REQUEST, "invalid_json", invalid.sentence()))
                .onErrorResume(
                        DataBufferLimitException.class,
                        tooLong -> problem(
                                HttpStatus.CONTENT_TOO_LARGE,
                                "too_large",
                                "The body has more than " + MAX_BODY + " bytes; name rules and id, nothing else."))
                .onErrorResume(GamesApi::failed);
    }

    private static byte[] bytes(DataBuffer body) {
        try {
            byte[] bytes = new byte[body.readableByteCount()];
            body.read(bytes);
            return bytes;
        } finally {
            DataBufferUtils.release(body);
        }
    }

    private Mono<ServerResponse> create(JsonObject body) {
        Optional<GameRules<?>> rules = body.text("rules").flatMap(book::find);
        if (rules.isEmpty()) {
            return problem(
                    HttpStatus.BAD_REQUEST,
                    "unknown_rules",
                    "rules: " + shown(body, "rules") + " (expected: one of " + String.join(", ", book.names()) + ")");
        }
        String id = body.field("id").isEmpty() ? newId() : body.text("id").orElse("");
        if (!GameId.allows(id)) {
            return problem(
                    HttpStatus.BAD_REQUEST,
                    "invalid_id",
                    "id: " + shown(body, "id") + " (expected: 1 to 64 of A-Z a-z 0-9 _ -)");
        }
        return create(new GameId(id), rules.get());
    }

    private Mono<ServerResponse> create(GameId game, GameRules<?> rules) {
        return tables.create(game, rules)
                .flatMap(isNew -> tables.findCreated(game)
                        .flatMap(Table::inspect)
                        .flatMap(found -> {
                            boolean isSame = found.rules().startsWith(rules.name() + "/");
                            if (!isSame) {
                                return problem(
                                        HttpStatus.CONFLICT,
                                        "game_exists",
                                        "game " + game + " exists with rules " + found.rules() + "; choose another id");
                            }
                            URI location = URI.create(PATH + "/" + game);
                            return (isNew
                                            ? ServerResponse.created(location)
                                            : ServerResponse.ok().location(location))
                                    .contentType(MediaType.APPLICATION_JSON)
                                    .bodyValue(describe(found));
                        }));
    }

    private static String shown(JsonObject body, String field) {
        return body.field(field).map(JsonText::writeShort).orElse("missing");
    }

    private String newId() {
        return Cursor.newTag(random);
    }

    /// How the game stands, as a spectator may know; 404 if there is none.
    Mono<ServerResponse> inspect(ServerRequest request) {
        String id = request.pathVariable("gameId");
        if (!GameId.allows(id)) {
            return problem(
                    HttpStatus.BAD_REQUEST, "invalid_id", "id: " + id + " (expected: 1 to 64 of A-Z a-z 0-9 _ -)");
        }
        return tables.find(new GameId(id))
                .flatMap(Table::inspect)
                .flatMap(found -> answer(HttpStatus.OK, describe(found)))
                .switchIfEmpty(Mono.defer(() -> problem(
                        HttpStatus.NOT_FOUND,
                        "no_such_game",
                        "game " + id + " does not exist; create it with POST " + PATH)))
                .onErrorResume(GamesApi::failed);
    }

    private static Mono<ServerResponse> failed(Throwable failure) {
        log.warn("no answer about a game: {}", failure.toString());
        // A 503 says that nobody is served: enough of them, and the gateway asks for no game at all for a while
        return switch (failure) {
            case UnreadableGame unreadable ->
                problem(
                        HttpStatus.CONFLICT,
                        "game_unreadable",
                        unreadable.getMessage() + "; another release may, or choose another id");
            case ReadFailure _ -> // its message has cursors, which nobody must guess
                problem(
                        HttpStatus.CONFLICT,
                        "history_lost",
                        "The store has lost a part of this game; if it does not come back, choose another id.");
            default ->
                problem(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "unavailable",
                        "The game's store cannot be reached; try again in a moment.");
        };
    }

    /// The games in play in this process, at most [#MAX_LISTED].
    Mono<ServerResponse> list(ServerRequest request) {
        var ids = tables.inPlay(MAX_LISTED).stream().map(GameId::value).sorted().toList();
        return json(HttpStatus.OK, JsonObject.of("games", ids, "max", MAX_LISTED));
    }

    private static byte[] describe(Inspection found) {
        JsonObject description = JsonObject.of(
                "id",
                found.game().value(),
                "rules",
                found.rules(),
                "seq",
                found.seq(),
                "here",
                found.here(),
                "state",
                found.view());
        return UnreadableGame.unless(found.game(), () -> JsonText.write(description)); // rules may show what cannot be
    }

    private static Mono<ServerResponse> problem(HttpStatus status, String code, String message) {
        return json(status, JsonObject.of("code", code, "message", message));
    }

    private static Mono<ServerResponse> json(HttpStatus status, Json body) {
        return answer(status, JsonText.write(body));
    }

    private static Mono<ServerResponse> answer(HttpStatus status, byte[] json) {
        return ServerResponse.status(status)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(json);
    }
}
