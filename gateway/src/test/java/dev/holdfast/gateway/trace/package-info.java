@NullMarked
package dev.holdfast.gateway.trace;

import org.jspecify.annotations.NullMarked;
