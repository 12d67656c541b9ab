@NullMarked
package dev.holdfast.gateway.backend;

import org.jspecify.annotations.NullMarked;
