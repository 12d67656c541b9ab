package dev.holdfast.game.log.redis;

import io.lettuce.core.codec.Base16;
import java.nio.charset.StandardCharsets;

/// A Lua script and the name under which the server remembers it.
record Script(String source, String sha1) {
    Script(String source) {
        this(source, Base16.digest(source.getBytes(StandardCharsets.UTF_8)));
    }
}
