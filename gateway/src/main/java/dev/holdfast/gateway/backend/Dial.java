package dev.holdfast.gateway.backend;

import io.github.resilience4j.bulkhead.BulkheadFullException;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.retry.Retry;
import io.micrometer.tracing.Span;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// One dial: some attempts with pauses between them, in each the replicas one after the other, and the guards around
/// it all. Lives on the request's event loop.
final class Dial {
    private static final long MOST_CONNECT_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final DialRequest request;
    private final DialOutcome outcome;
    private final Span span;
    private final BackendAddresses addresses;
    private final Circuit circuit;
    private final Connector connector;
    private final long giveUpAtNanos;
    private final Retry.AsyncContext<DialAnswer> attempts;

    /// The one under way.
    private @Nullable Attempt attempt;
    /// Ends with the next attempt.
    private @Nullable Future<?> pause;

    private boolean isOver;

    /// Asks one replica for an upgrade.
    interface Connector {
        /// @param outcome may be told after the channel was closed
        Channel connect(InetSocketAddress replica, DialRequest request, DialOutcome outcome);
    }

    Dial(
            DialRequest request,
            DialOutcome outcome,
            Span span,
            BackendAddresses addresses,
            Circuit circuit,
            Connector connector,
            long limitNanos) {
        this.request = request;
        this.outcome = outcome;
        this.span = span;
        this.addresses = addresses;
        this.circuit = circuit;
        this.connector = connector;
        giveUpAtNanos = System.nanoTime() + limitNanos;
        attempts = circuit.retry().asyncContext();
    }

    void begin() {
        if (circuit.bulkhead().tryAcquirePermission()) {
            attempt();
        } else {
            isOver = true;
            span.end();
            outcome.failed(BulkheadFullException.createBulkheadFullException(circuit.bulkhead()));
        }
    }

    /// Nobody waits for the outcome any more.
    void abandon() {
        if (isOver) {
            return;
        }
        if (attempt != null && attempt.stop()) {
            circuit.breaker().releasePermission();
        }
        if (pause != null) {
            pause.cancel(false);
        }
        isOver = true;
        circuit.bulkhead().releasePermission();
        span.end();
    }

    private void attempt() {
        if (circuit.breaker().tryAcquirePermission()) {
            attempt = new Attempt();
            attempt.begin();
        } else {
            failed(CallNotPermittedException.createCallNotPermittedException(circuit.breaker()));
        }
    }

    private void failed(Throwable failure) {
        long waitMillis = attempts.onError(failure);
        if (waitMillis >= 0) {
            pause = request.eventLoop().schedule(this::attempt, waitMillis, TimeUnit.MILLISECONDS);
            return;
        }
        isOver = true;
        circuit.bulkhead().onComplete();
        span.error(failure).end();
        outcome.failed(failure);
    }

    private void answered(DialAnswer answer) {
        isOver = true;
        attempts.onComplete();
        circuit.bulkhead().onComplete();
        if (!span.isNoop()) {
            switch (answer) {
                case DialAnswer.Upgraded upgraded ->
                    span.tag(
                            "network.peer.address",
                            String.valueOf(upgraded.leg().channel().remoteAddress()));
                case DialAnswer.Refused refused -> span.tag("http.response.status_code", refused.status());
            }
            span.end();
        }
        outcome.answered(answer);
    }

    private long leftNanos() {
        return Math.max(1, giveUpAtNanos - System.nanoTime());
    }

    /// Asks the replicas until one answers; one that fails, drains, stays silent or cannot go on with a session
    /// leaves the others their share of the time.
    private final class Attempt {
        private final CircuitBreaker breaker = circuit.breaker();
        private final long startedAt = breaker.getCurrentTimestamp();
        /// Ends the search for addresses; null when there is none under way.
        private @Nullable Future<?> search;

        private List<InetSocketAddress> left = List.of();
        private @Nullable Turn turn;
        /// Whether a replica gave a leg of no use to this session; it would let newcomers in, who share the circuit.
        private boolean hasReachedOne;

        private boolean isDone;

        void begin() {
            Future<List<InetSocketAddress>> asked = addresses.of(request.game(), request.lost(), request.eventLoop());
            if (!asked.isDone()) {
                search = request.eventLoop()
                        .schedule(
                                () -> fail(new TimeoutException("no address in time")),
                                leftNanos(),
                                TimeUnit.NANOSECONDS);
            }
            asked.addListener((Future<List<InetSocketAddress>> found) -> {
                endSearch();
                if (isDone) {
                    return;
                }
                if (found.isSuccess()) {
                    left = found.getNow();
                    next();
                } else {
                    fail(found.cause());
                }
            });
        }

        private void endSearch() {
            if (search != null) {
                search.cancel(false);
                search = null;
            }
        }

        private void next() {
            InetSocketAddress replica = left.getFirst();
            left = left.subList(1, left.size());
            turn = new Turn(replica);
            turn.begin();
        }

        /// @return whether it was under way
        boolean stop() {
            boolean wasUnderWay = !isDone;
            isDone = true;
            endSearch();
            if (turn != null) {
                turn.stop();
            }
            return wasUnderWay;
        }

        private void fail(Throwable failure) {
            if (stop()) {
                if (hasReachedOne) {
                    breaker.onSuccess(usedTime(), breaker.getTimestampUnit());
                } else {
                    breaker.onError(usedTime(), breaker.getTimestampUnit(), failure);
                }
                failed(failure);
            }
        }

        private void succeed(DialAnswer answer) {
            isDone = true;
            if (hasReachedOne) {
                breaker.onSuccess(usedTime(), breaker.getTimestampUnit());
            } else {
                breaker.onResult(usedTime(), breaker.getTimestampUnit(), answer);
            }
            Dial.this.answered(answer);
        }

        private long usedTime() {
            return breaker.getCurrentTimestamp() - startedAt;
        }

        /// One replica's, with its share of the time that is left.
        private final class Turn implements DialOutcome {
            private final InetSocketAddress replica;
            private final long shareNanos = leftNanos() / (left.size() + 1);
            private @Nullable Future<?> clock;
            private @Nullable Channel channel;
            private boolean isOver;

            Turn(InetSocketAddress replica) {
                this.replica = replica;
            }

            /// One clock for both limits: that of a connection, and when there is one, that of an answer.
            void begin() {
                long connectNanos = Math.min(shareNanos, MOST_CONNECT_NANOS);
                clock = after(connectNanos, () -> connectLimitReached(shareNanos - connectNanos));
                channel = connector.connect(replica, request, this);
            }

            private void connectLimitReached(long nanosLeft) {
                if (nanosLeft <= 0) {
                    shareUsedUp();
                } else if (channel == null || !channel.isActive()) {
                    failed(new BackendFailure("no connection to " + replica + " in time"));
                } else {
                    clock = after(nanosLeft, this::shareUsedUp);
                }
            }

            private void shareUsedUp() {
                failed(new TimeoutException(replica + " did not answer in time"));
            }

            private Future<?> after(long nanos, Runnable step) {
                return request.eventLoop().schedule(step, nanos, TimeUnit.NANOSECONDS);
            }

            private boolean end() {
                boolean isFirst = !isOver;
                isOver = true;
                if (clock != null) {
                    clock.cancel(false);
                }
                return isFirst;
            }

            void stop() {
                if (end() && channel != null && channel.isRegistered()) {
                    channel.close();
                }
            }

            @Override
            public void answered(DialAnswer answer) {
                boolean isLate = !end();
                if (!isLate && (left.isEmpty() || isOfUse(answer))) {
                    succeed(answer);
                    return;
                }
                if (answer instanceof DialAnswer.Upgraded upgraded) {
                    hasReachedOne = true;
                    upgraded.leg().cut();
                }
                if (!isLate) {
                    next();
                }
            }

            /// One that drains takes nobody, and a session that is held needs a link to go on.
            private boolean isOfUse(DialAnswer answer) {
                return switch (answer) {
                    case DialAnswer.Upgraded upgraded -> request.lost() == null || upgraded.isLinked();
                    case DialAnswer.Refused refused -> !refused.isUnavailable();
                };
            }

            @Override
            public void failed(Throwable failure) {
                if (isOver) {
                    return;
                }
                stop();
                if (left.isEmpty()) {
                    fail(failure);
                } else {
                    next();
                }
            }
        }
    }
}
