/// How many connections, sessions, handshakes and requests may come in, in all and from one address.
@NullMarked
package dev.holdfast.gateway.limits;

import org.jspecify.annotations.NullMarked;
