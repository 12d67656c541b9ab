package dev.holdfast.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/// Takes spans as a collector does: OTLP over HTTP, in protobuf. Safe from any thread.
final class Collector implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final HttpServer server;
    private final List<Seen> spans = new CopyOnWriteArrayList<>();

    /// A span and the service that sent it.
    record Seen(String service, Span span) {
        String name() {
            return span.getName();
        }

        String trace() {
            return HexFormat.of().formatHex(span.getTraceId().toByteArray());
        }

        boolean isChildOf(Seen other) {
            return span.getTraceId().equals(other.span.getTraceId())
                    && span.getParentSpanId().equals(other.span.getSpanId());
        }

        boolean isRootLinkedTo(Seen other) {
            return span.getParentSpanId().isEmpty()
                    && !trace().equals(other.trace())
                    && span.getLinksList().stream()
                            .anyMatch(link -> link.getTraceId().equals(other.span.getTraceId())
                                    && link.getSpanId().equals(other.span.getSpanId()));
        }

        /// The text of an attribute; empty without it.
        String tag(String key) {
            return span.getAttributesList().stream()
                    .filter(attribute -> attribute.getKey().equals(key))
                    .map(attribute -> attribute.getValue().getStringValue())
                    .findFirst()
                    .orElse("");
        }

        @Override
        public String toString() {
            return service + " " + name() + " " + span.getAttributesList();
        }
    }

    Collector() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/traces", this::take);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            var request = ExportTraceServiceRequest.parseFrom(exchange.getRequestBody());
            request.getResourceSpansList()
                    .forEach(resource -> resource.getScopeSpansList()
                            .forEach(scope -> scope.getSpansList()
                                    .forEach(span -> spans.add(new Seen(serviceOf(resource), span)))));
            byte[] answer = ExportTraceServiceResponse.getDefaultInstance().toByteArray();
            exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
        }
    }

    private static String serviceOf(ResourceSpans resource) {
        return resource.getResource().getAttributesList().stream()
                .filter(attribute -> attribute.getKey().equals("service.name"))
                .map(attribute -> attribute.getValue().getStringValue())
                .findFirst()
                .orElse("");
    }

    List<Seen> spans() {
        return List.copyOf(spans);
    }

    /// Waits for the first such span.
    Seen await(String what, Predicate<Seen> wanted) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            var found = spans.stream().filter(wanted).findFirst();
            if (found.isPresent()) {
                return found.get();
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("no " + what + " within " + LIMIT + " among " + spans);
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
