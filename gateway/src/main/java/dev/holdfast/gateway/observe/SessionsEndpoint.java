package dev.holdfast.gateway.observe;

import dev.holdfast.gateway.leg.CloseCode;
import dev.holdfast.gateway.relay.SessionView;
import dev.holdfast.gateway.relay.Sessions;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// `/actuator/sessions` on the management port: who is here, and how they fare; and closing some.
@Component
@Endpoint(id = "sessions")
class SessionsEndpoint {
    private static final int USUAL_LIMIT = 100;
    private static final int MOST = 100_000;
    private static final int NOT_FOUND = 404;
    private static final String REASON = "closed by the operator";

    /// What may be asked to be first, the largest value on top.
    private static final Map<String, Comparator<SessionView>> ORDERS = Map.of(
            "age", Comparator.comparing(SessionView::age),
            "queued", Comparator.comparingLong(SessionView::queuedBytes),
            "rtt", Comparator.comparing(SessionView::roundTrip),
            "holds", Comparator.comparingInt(SessionView::holds),
            "messages", Comparator.comparingLong(view -> view.toBackend().messages()));

    private final Sessions sessions;

    SessionsEndpoint(Sessions sessions) {
        this.sessions = sessions;
    }

    /// Some sessions, and how many there are of their kind. Each filter may be missing.
    ///
    /// @param sort a word of [#ORDERS]
    @ReadOperation
    Mono<Map<String, Object>> list(
            @Nullable String game,
            @Nullable String player,
            @Nullable String address,
            @Nullable String backend,
            @Nullable String state,
            @Nullable String sort,
            @Nullable Integer limit) {
        Predicate<SessionView> wanted = is(game, view -> view.info().game())
                .and(is(player, view -> view.info().player()))
                .and(is(address, view -> view.info().clientAddress()))
                .and(is(backend, SessionView::backend))
                .and(isIn(state));
        Comparator<SessionView> order = order(sort == null ? "age" : sort);
        int most = limit == null ? USUAL_LIMIT : limit;
        if (most < 1 || most > MOST) {
            throw invalid("limit: %d (expected: 1 to %d)".formatted(most, MOST));
        }
        return Mono.fromFuture(() -> sessions.find(wanted))
                .map(found -> Map.of(
                        "count",
                        found.size(),
                        "sessions",
                        found.stream()
                                .sorted(order.reversed())
                                .limit(most)
                                .map(SessionRow::of)
                                .toList()));
    }

    @ReadOperation
    Mono<WebEndpointResponse<SessionRow>> one(@Selector String id) {
        return Mono.fromFuture(() -> sessions.find(isNamed(id)))
                .map(found -> found.stream()
                        .findFirst()
                        .map(view -> new WebEndpointResponse<>(SessionRow.of(view)))
                        .orElseGet(() -> new WebEndpointResponse<>(NOT_FOUND)));
    }

    /// Closes one session.
    ///
    /// @param code 4507, which tells the client to stop, if missing
    @DeleteOperation
    Mono<WebEndpointResponse<Map<String, Integer>>> close(@Selector String id, @Nullable Integer code) {
        int closeCode = checked(code);
        return Mono.fromFuture(() -> sessions.close(isNamed(id), closeCode, REASON))
                .map(count -> count == 0
                        ? new WebEndpointResponse<>(NOT_FOUND)
                        : new WebEndpointResponse<>(Map.of("closed", count)));
    }

    /// Closes all sessions of a game, or of a player in it.
    @DeleteOperation
    Mono<Map<String, Integer>> closeAll(String game, @Nullable String player, @Nullable Integer code) {
        int closeCode = checked(code);
        Predicate<SessionView> wanted = is(game, view -> view.info().game())
                .and(is(player, view -> view.info().player()));
        return Mono.fromFuture(() -> sessions.close(wanted, closeCode, REASON)).map(count -> Map.of("closed", count));
    }

    private static Predicate<SessionView> isNamed(String id) {
        return view -> view.info().id().equals(id);
    }

    private static Predicate<SessionView> is(@Nullable String wanted, Function<SessionView, String> value) {
        return view -> wanted == null || wanted.equals(value.apply(view));
    }

    private static Predicate<SessionView> isIn(@Nullable String state) {
        if (state == null) {
            return _ -> true;
        }
        List<SessionView.State> all = List.of(SessionView.State.values());
        return all.stream()
                .filter(known -> known.name().equalsIgnoreCase(state))
                .findFirst()
                .map(known -> (Predicate<SessionView>) view -> view.state() == known)
                .orElseThrow(() -> invalid(
                        "state: %s (expected: one of %s)".formatted(state, all).toLowerCase(Locale.ROOT)));
    }

    private static Comparator<SessionView> order(String sort) {
        Comparator<SessionView> order = ORDERS.get(sort);
        if (order == null) {
            throw invalid("sort: %s (expected: one of %s)"
                    .formatted(sort, ORDERS.keySet().stream().sorted().toList()));
        }
        return order;
    }

    /// A code that means something when a server says it (RFC 6455, section 7.4).
    private static int checked(@Nullable Integer code) {
        int closeCode = code == null ? CloseCode.REMOVED : code;
        boolean isForServers = switch (closeCode) {
            case CloseCode.NORMAL,
                    CloseCode.GOING_AWAY,
                    CloseCode.POLICY_VIOLATION,
                    CloseCode.SERVER_ERROR,
                    CloseCode.RESTART,
                    CloseCode.TRY_AGAIN_LATER -> true;
            default -> closeCode >= 3000 && closeCode <= 4999;
        };
        if (!isForServers) {
            throw invalid(
                    "code: %d (expected: 1000, 1001, 1008, 1011, 1012, 1013 or 3000 to 4999)".formatted(closeCode));
        }
        return closeCode;
    }

    private static InvalidEndpointRequestException invalid(String message) {
        return new InvalidEndpointRequestException(message, message);
    }
}
