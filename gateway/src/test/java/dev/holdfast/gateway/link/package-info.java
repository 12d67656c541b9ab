@NullMarked
package dev.holdfast.gateway.link;

import org.jspecify.annotations.NullMarked;
