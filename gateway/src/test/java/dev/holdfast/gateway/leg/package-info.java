@NullMarked
package dev.holdfast.gateway.leg;

import org.jspecify.annotations.NullMarked;
