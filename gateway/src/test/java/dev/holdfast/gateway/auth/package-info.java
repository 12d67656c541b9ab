@NullMarked
package dev.holdfast.gateway.auth;

import org.jspecify.annotations.NullMarked;
