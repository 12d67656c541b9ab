/// The vocabulary: a client leg, a backend leg, frames and close codes. Netty only; depends on nothing of ours.
@NullMarked
package dev.holdfast.gateway.leg;

import org.jspecify.annotations.NullMarked;
