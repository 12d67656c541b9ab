/// Who a player is: checks the token or the ticket that an upgrade brings.
@NullMarked
package dev.holdfast.gateway.auth;

import org.jspecify.annotations.NullMarked;
