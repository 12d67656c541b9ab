package dev.holdfast.game.session.link;

import dev.holdfast.game.log.Cursor;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What the gateway says in the headers of a leg's handshake. A header that is not understood is taken as missing,
/// since the gateway strips a client's own.
///
/// @param session lives as long as the client's connection, across its legs
/// @param first the number of the first data message that will come on this leg
/// @param since where the client has got to, on a new leg of an old session
/// @param speaksV1 whether an earlier leg of the session has said that the client speaks v1
public record LinkHandshake(String session, long first, Optional<Cursor> since, boolean speaksV1) {
    public static final String LINK = "Holdfast-Link";
    public static final String VERSION = "1";
    public static final String IDENTITY = "Holdfast-Identity";

    private static final String SESSION = "Holdfast-Session";
    private static final String FIRST = "Holdfast-First";
    private static final String SINCE = "Holdfast-Since";
    private static final String PROTOCOL = "Holdfast-Protocol";
    private static final Pattern SESSION_FORM = Pattern.compile("[A-Za-z0-9_-]{8,40}");
    private static final Pattern NUMBER_FORM = Pattern.compile("[0-9]{1,15}");

    /// @param header gives a request header, or null
    public static Optional<LinkHandshake> read(Function<String, ? extends @Nullable String> header) {
        Optional<String> session =
                value(header, SESSION).filter(text -> SESSION_FORM.matcher(text).matches());
        if (!value(header, LINK).equals(Optional.of(VERSION)) || session.isEmpty()) {
            return Optional.empty();
        }
        long first = value(header, FIRST)
                .filter(text -> NUMBER_FORM.matcher(text).matches())
                .map(Long::parseLong)
                .orElse(1L);
        return Optional.of(new LinkHandshake(
                session.get(),
                first,
                value(header, SINCE).flatMap(Cursor::parse),
                value(header, PROTOCOL).equals(Optional.of("1"))));
    }

    private static Optional<String> value(Function<String, ? extends @Nullable String> header, String name) {
        return Optional.ofNullable(header.apply(name));
    }
}
