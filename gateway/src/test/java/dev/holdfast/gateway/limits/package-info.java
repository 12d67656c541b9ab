@NullMarked
package dev.holdfast.gateway.limits;

import org.jspecify.annotations.NullMarked;
