package dev.holdfast.gateway.handshake;

import dev.holdfast.gateway.auth.AuthFailure;
import dev.holdfast.gateway.auth.Authenticator;
import dev.holdfast.gateway.limits.Requests;
import dev.holdfast.gateway.limits.Verdict;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.cors.reactive.CorsConfigurationSource;
import org.springframework.web.cors.reactive.CorsProcessor;
import org.springframework.web.cors.reactive.CorsUtils;
import org.springframework.web.cors.reactive.DefaultCorsProcessor;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;
import reactor.netty.http.server.HttpServerRequest;

/// Stands before all that the public port serves over HTTP: finds out who is calling, and whether that is too often,
/// and says which pages may call `/api` and read its answers, refusals too.
///
/// A call of `/api` is let on when all of it is here. A client that takes its time over a body so holds nothing of the
/// backend's. Of anything else nobody needs as much as is refused, so the connection ends with it.
final class HttpGate implements WebFilter {
    static final String PATHS = "/api/**";

    /// Four times what the backend takes. Times the requests under way, it bounds what is kept here.
    static final int MOST_BODY_BYTES = 16 << 10;

    private static final int PARTS_AT_ONCE = 16;
    private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
    private static final PathPattern API = PathPatternParser.defaultInstance.parse(PATHS);

    private final CorsProcessor cors = new DefaultCorsProcessor();
    private final CorsConfigurationSource pages;
    private final Callers callers;
    private final TrustedProxies trusted;
    private final Requests requests;
    private final HandshakeMeters meters;
    private final Refusals refusals;
    private final RefusalLog log;

    /// @param pages which may ask what
    HttpGate(
            CorsConfigurationSource pages,
            Callers callers,
            TrustedProxies trusted,
            Requests requests,
            HandshakeMeters meters,
            Refusals refusals,
            RefusalLog log) {
        this.pages = pages;
        this.callers = callers;
        this.trusted = trusted;
        this.requests = requests;
        this.meters = meters;
        this.refusals = refusals;
        this.log = log;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (ManagementGate.guards(exchange)) {
            return chain.filter(exchange);
        }
        HttpServerRequest request = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
        if (!(request.connectionRemoteAddress() instanceof InetSocketAddress socket)) {
            // Gone already
            return Mono.empty();
        }
        InetAddress address = IpAddress.plain(socket.getAddress());
        Peer peer = new Peer(address, trusted.contain(address));
        boolean isAnswered = isAnsweredByCors(exchange);
        if (isAnswered || !API.matches(exchange.getRequest().getPath().pathWithinApplication())) {
            String client = callers.addressOf(peer, request.requestHeaders());
            return count(client, exchange, isAnswered ? Mono.empty() : chain.filter(exchange));
        }
        return switch (callers.find(peer, request.requestHeaders())) {
            case Caller caller -> {
                caller.rememberIn(exchange);
                yield admit(caller, exchange, chain);
            }
            case Refusal refusal -> refuse(exchange, address.getHostAddress(), refusal);
        };
    }

    /// Writes into the answer which page may read it. To a preflight that is all there is to say; a page that may not
    /// ask is told 403.
    private boolean isAnsweredByCors(ServerWebExchange exchange) {
        return !cors.process(pages.getCorsConfiguration(exchange), exchange)
                || CorsUtils.isPreFlightRequest(exchange.getRequest());
    }

    private Mono<Void> count(String client, ServerWebExchange exchange, Mono<Void> answer) {
        Optional<Verdict.Refused> tooFast = requests.arrive(client);
        if (tooFast.isEmpty()) {
            return answer;
        }
        exchange.getResponse().getHeaders().set(HttpHeaders.CONNECTION, "close");
        return refuse(exchange, client, tooFast.get());
    }

    private Mono<Void> admit(Caller caller, ServerWebExchange exchange, WebFilterChain chain) {
        return switch (requests.arrive(caller.address(), kindOf(exchange.getRequest()))) {
            case Verdict.Refused refused -> refuse(exchange, caller.address(), refused);
            case Verdict.Admitted admitted ->
                body(exchange.getRequest())
                        .flatMap(body -> chain.filter(exchange.mutate()
                                .request(new Whole(exchange, body))
                                .build()))
                        // A ticket that is not given
                        .doOnError(AuthFailure.class, failure -> write(exchange, caller.address(), Refusal.of(failure)))
                        .doFinally(_ -> admitted.place().giveBack());
        };
    }

    /// What changes something and is not known to be less is as much as a game.
    private static Requests.Kind kindOf(ServerHttpRequest request) {
        if (READING.contains(request.getMethod())) {
            return Requests.Kind.READ;
        }
        return request.getPath().pathWithinApplication().value().equals(Authenticator.TICKETS)
                ? Requests.Kind.TICKET
                : Requests.Kind.GAME;
    }

    private Mono<Void> refuse(ServerWebExchange exchange, String address, Verdict.Refused refused) {
        meters.refused(refused.limit());
        return refuse(exchange, address, Refusal.of(refused, address));
    }

    private Mono<Void> refuse(ServerWebExchange exchange, String address, Refusal refusal) {
        write(exchange, address, refusal);
        return refusals.answer(exchange, refusal);
    }

    private void write(ServerWebExchange exchange, String address, Refusal refusal) {
        String origin = exchange.getRequest().getHeaders().getOrigin();
        log.refused(refusal, address, origin == null ? "" : origin);
    }

    /// All of it, copied: a part of a few bytes keeps the whole buffer that it was read into.
    private static Mono<byte[]> body(ServerHttpRequest request) {
        if (request.getHeaders().getContentLength() > MOST_BODY_BYTES) {
            return Mono.error(tooLarge());
        }
        return request.getBody()
                // Who asks the HTTP server for all of it at once is told twice of a client that breaks it off
                .limitRate(PARTS_AT_ONCE)
                // And then it was the client, and nobody is left to be told
                .onErrorMap(AbortedException::new)
                .reduceWith(ByteArrayOutputStream::new, HttpGate::add)
                .map(ByteArrayOutputStream::toByteArray);
    }

    private static ByteArrayOutputStream add(ByteArrayOutputStream whole, DataBuffer part) {
        byte[] bytes = new byte[part.readableByteCount()];
        part.read(bytes);
        DataBufferUtils.release(part);
        if (whole.size() + bytes.length > MOST_BODY_BYTES) {
            throw tooLarge();
        }
        whole.writeBytes(bytes);
        return whole;
    }

    private static DataBufferLimitException tooLarge() {
        return new DataBufferLimitException(
                "The body has more than %d bytes; send a shorter one.".formatted(MOST_BODY_BYTES));
    }

    /// A request with its body at hand.
    private static final class Whole extends ServerHttpRequestDecorator {
        private final ServerWebExchange exchange;
        private final byte[] body;

        Whole(ServerWebExchange exchange, byte[] body) {
            super(exchange.getRequest());
            this.exchange = exchange;
            this.body = body;
        }

        @Override
        public Flux<DataBuffer> getBody() {
            return body.length == 0
                    ? Flux.empty()
                    : Flux.defer(() ->
                            Flux.just(exchange.getResponse().bufferFactory().wrap(body)));
        }
    }
}
