package dev.holdfast.game.wire;

import dev.holdfast.game.rules.JsonObject;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/// Which of its connections a client says that one is (docs/protocol.md, section 2). A client that opens another has
/// given up those before, whatever is still under way on them.
///
/// @param client one running client of a player's, by the name that it made up
/// @param number from 1
public record Attempt(String client, int number) {
    private static final Pattern CLIENT = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    /// As `client` and `dial` have it, in a `sys.hello` and in the log; none if they are missing or of another form.
    public static Optional<Attempt> read(JsonObject json) {
        Optional<String> client =
                json.text("client").filter(name -> CLIENT.matcher(name).matches());
        OptionalInt number = json.integer("dial");
        return client.filter(_ -> number.orElse(0) > 0).map(name -> new Attempt(name, number.getAsInt()));
    }

    public JsonObject addTo(JsonObject json) {
        return json.with("client", client).with("dial", number);
    }

    /// Whether its client has opened the other one later.
    public boolean isBefore(Attempt other) {
        return client.equals(other.client) && number < other.number;
    }
}
