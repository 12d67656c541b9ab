@NullMarked
package dev.holdfast.gateway.keepalive;

import org.jspecify.annotations.NullMarked;
