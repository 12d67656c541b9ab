/// Spans of legs and commands; none without `OTEL_EXPORTER_OTLP_ENDPOINT`.
@NullMarked
package dev.holdfast.game.trace;

import org.jspecify.annotations.NullMarked;
