/// Where the backend is and how it is dialled: addresses, the HTTP/1.1 upgrade, circuit breaker, retry, time limit.
@NullMarked
package dev.holdfast.gateway.backend;

import org.jspecify.annotations.NullMarked;
