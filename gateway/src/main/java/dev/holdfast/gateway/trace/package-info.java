/// Spans of handshakes, dials and holds; none without `OTEL_EXPORTER_OTLP_ENDPOINT`.
@NullMarked
package dev.holdfast.gateway.trace;

import org.jspecify.annotations.NullMarked;
