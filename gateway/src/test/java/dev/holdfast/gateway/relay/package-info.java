@NullMarked
package dev.holdfast.gateway.relay;

import org.jspecify.annotations.NullMarked;
