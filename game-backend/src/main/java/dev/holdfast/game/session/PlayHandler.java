package dev.holdfast.game.session;

import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.log.GameId;
import dev.holdfast.game.observe.GameMeters;
import dev.holdfast.game.rules.JsonObject;
import dev.holdfast.game.session.link.LinkHandshake;
import dev.holdfast.game.table.Tables;
import dev.holdfast.game.trace.Traces;
import dev.holdfast.game.wire.JsonText;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.WebsocketServerSpec;
import reactor.netty.http.websocket.WebsocketInbound;

/// `GET /ws/{gameId}/{playerId}`: refuses what is no handshake with an HTTP status, and turns the rest into sessions.
///
/// Talks to Reactor Netty directly: Spring's `WebSocketSession` neither bounds what waits for a slow reader by
/// bytes nor keeps two frames together.
final class PlayHandler implements WebHandler {
    static final String PATH = "/ws/{gameId}/{playerId}";

    private static final String ADDRESS = "X-Forwarded-For";
    private static final int SESSION_ID_LENGTH = 16;

    private final Tables tables;
    private final Sessions sessions;
    private final SessionProperties properties;
    private final RandomGenerator random;
    private final Traces traces;
    private final GameMeters meters;
    private final NewGames newGames;
    private final Budgets budgets;
    private final WebsocketServerSpec spec;

    PlayHandler(
            Tables tables,
            Sessions sessions,
            SessionProperties properties,
            Budgets budgets,
            RandomGenerator random,
            Traces traces,
            GameMeters meters) {
        this.tables = tables;
        this.sessions = sessions;
        this.properties = properties;
        this.random = random;
        this.traces = traces;
        this.meters = meters;
        this.budgets = budgets;
        this.newGames = new NewGames(properties.handshakesPerAddress(), System::nanoTime);
        this.spec = WebsocketServerSpec.builder()
                .maxFramePayloadLength(Math.toIntExact(properties.maxMessage().toBytes()))
                .build();
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange) {
        Map<String, String> ids = exchange.getRequiredAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE);
        String game = ids.getOrDefault("gameId", "");
        String player = ids.getOrDefault("playerId", "");
        if (!GameId.allows(game)) {
            return refuse(exchange, HttpStatus.BAD_REQUEST, "game id", game);
        }
        if (!GameId.allows(player)) {
            return refuse(exchange, HttpStatus.BAD_REQUEST, "player id", player);
        }
        if (!isUpgrade(exchange)) {
            exchange.getResponse().getHeaders().set(HttpHeaders.UPGRADE, "websocket");
            return answer(exchange, HttpStatus.UPGRADE_REQUIRED, "This is a WebSocket; open it with an upgrade.");
        }
        if (sessions.isDraining()) {
            exchange.getResponse().getHeaders().set(HttpHeaders.RETRY_AFTER, "1");
            return answer(exchange, HttpStatus.SERVICE_UNAVAILABLE, "This backend is going away; dial another one.");
        }
        return upgrade(exchange, opening(exchange.getRequest(), new GameId(game), player));
    }

    private Opening opening(ServerHttpRequest request, GameId game, String player) {
        Optional<LinkHandshake> link = LinkHandshake.read(request.getHeaders()::getFirst);
        String version = request.getQueryParams().getFirst("v");
        return new Opening(
                game,
                player,
                link.map(LinkHandshake::session).orElseGet(this::newSessionId),
                version == null ? 0 : version.equals("1") ? 1 : Opening.UNKNOWN_VERSION,
                link,
                Optional.ofNullable(request.getHeaders().getFirst(LinkHandshake.IDENTITY)),
                Optional.ofNullable(request.getHeaders().getFirst(ADDRESS)),
                Optional.ofNullable(request.getHeaders().getFirst(Traces.HEADER)));
    }

    private static boolean isUpgrade(ServerWebExchange exchange) {
        HttpHeaders headers = exchange.getRequest().getHeaders();
        return exchange.getRequest().getMethod().equals(HttpMethod.GET)
                && "websocket".equalsIgnoreCase(headers.getUpgrade())
                && headers.getConnection().stream().anyMatch("upgrade"::equalsIgnoreCase)
                && headers.getFirst("Sec-WebSocket-Key") != null;
    }

    private Mono<Void> upgrade(ServerWebExchange exchange, Opening opening) {
        ServerHttpResponse response = exchange.getResponse();
        if (opening.link().isPresent()) {
            response.getHeaders().set(LinkHandshake.LINK, LinkHandshake.VERSION);
        }
        HttpServerResponse netty = ServerHttpResponseDecorator.getNativeResponse(response);
        // Completing the response first runs WebFlux's commit actions and writes our headers into Netty's response.
        return response.setComplete().then(Mono.defer(() -> netty.sendWebsocket((in, _) -> play(in, opening), spec)));
    }

    private Mono<Void> play(WebsocketInbound in, Opening opening) {
        return Mono.create(sink -> in.withConnection(connection -> {
            var socket = new PlayerSocket(connection.channel(), properties.maxUnreadBytes(), budgets.unread());
            var trace = traces.leg(opening.traceparent(), opening.game().value(), opening.player(), opening.session());
            var session = new PlayerSession(opening, properties, budgets.undecided(), socket, trace, meters);
            sessions.add(session);
            Disposable closed = in.receiveCloseStatus()
                    .defaultIfEmpty(WebSocketCloseStatus.ABNORMAL_CLOSURE)
                    .onErrorReturn(WebSocketCloseStatus.ABNORMAL_CLOSURE)
                    .subscribe(session::ended);
            connection.onDispose(closed).onDispose(() -> session.ended(WebSocketCloseStatus.ABNORMAL_CLOSURE));
            connection.onDispose(sink::success);
            connection.onReadIdle(properties.readIdle().toMillis(), session::silent);
            in.aggregateFrames(spec.maxFramePayloadLength()).receiveFrames().subscribe(session);
            connection.onDispose(tables.findOrCreate(opening.game(), newGames.begin(opening.address()))
                    .subscribe(session::sitAt, session::failed));
        }));
    }

    private String newSessionId() {
        var id = new StringBuilder(SESSION_ID_LENGTH);
        while (id.length() < SESSION_ID_LENGTH) {
            id.append(Cursor.newTag(random));
        }
        return id.toString();
    }

    private static Mono<Void> refuse(ServerWebExchange exchange, HttpStatus status, String what, String value) {
        return answer(exchange, status, what + ": " + value + " (expected: 1 to 64 of A-Z a-z 0-9 _ -)");
    }

    private static Mono<Void> answer(ServerWebExchange exchange, HttpStatus status, String message) {
        ServerHttpResponse response = exchange.getResponse();
        response.setStatusCode(status);
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        byte[] body = JsonText.write(JsonObject.of("code", status.name().toLowerCase(Locale.ROOT), "message", message));
        return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
    }
}
