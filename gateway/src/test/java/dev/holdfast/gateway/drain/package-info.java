@NullMarked
package dev.holdfast.gateway.drain;

import org.jspecify.annotations.NullMarked;
