package dev.holdfast.bench;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a load test does, as its command line says it. A wrong value is an [IllegalArgumentException] whose message
/// names the option, the value and what is expected.
///
/// @param players sessions to open, two to a game
/// @param hold how long all must survive, counted from the moment the last one is open
/// @param url the gateway, without a path
/// @param opensPerSecond how fast sessions are opened
/// @param pingEvery time between a session's own application pings
/// @param patience how long a handshake, a pong or the answer to our close may take before the session counts as dead
/// @param headers the `Origin` header, and a token that is not of the command line
/// @param remoteAllowed whether the gateway may be on another machine
record LoadOptions(
        int players,
        Duration hold,
        URI url,
        int opensPerSecond,
        Duration pingEvery,
        Duration patience,
        ClientHeaders headers,
        boolean remoteAllowed) {

    static final String USAGE = """
            bin/load-test [options]
              --players N           sessions to open, 1 to 50000 (10)
              --minutes M           how long they must survive, up to 1440, fractions allowed (5)
              --url URL             the gateway, ws:// or wss://, without a path (ws://localhost:8000)
              --open-per-second N   how fast sessions are opened, 1 to 5000 (200)
              --ping-every S        seconds between a session's own pings, up to 3600 (10)
              --patience S          seconds a handshake, a pong or a close may take, up to 3600 (10)
              --origin ORIGIN       the Origin header to send (none)
              --allow-remote        allow a gateway on another machine
            The environment variable TOKEN, if set, is sent as the JWT of all players.
            Exit code 0: every session survived; 1: at least one died; 2: wrong usage.
            """;

    private static final Map<String, String> DEFAULTS = Map.of(
            "--players", "10",
            "--minutes", "5",
            "--url", "ws://localhost:8000",
            "--open-per-second", "200",
            "--ping-every", "10",
            "--patience", "10",
            "--origin", "",
            "--allow-remote", "false");

    static LoadOptions parse(List<String> arguments, String token) {
        Given given = new Given(new HashMap<>(DEFAULTS));
        for (Iterator<String> rest = arguments.iterator(); rest.hasNext(); ) {
            given.take(rest.next(), rest);
        }
        return new LoadOptions(
                given.count("--players", 50_000),
                given.time("--minutes", 60, 1_440),
                given.webSocket("--url"),
                given.count("--open-per-second", 5_000),
                given.time("--ping-every", 1, 3_600),
                given.time("--patience", 1, 3_600),
                new ClientHeaders(given.text("--origin"), token),
                given.text("--allow-remote").equals("true"));
    }

    /// The options as given, over the defaults.
    private record Given(Map<String, String> values) {
        void take(String option, Iterator<String> rest) {
            if (!values.containsKey(option)) {
                throw new IllegalArgumentException(option + ": no such option");
            }
            boolean isFlag = option.equals("--allow-remote");
            if (!isFlag && !rest.hasNext()) {
                throw new IllegalArgumentException(option + ": its value is missing");
            }
            values.put(option, isFlag ? "true" : rest.next());
        }

        String text(String option) {
            return values.getOrDefault(option, "");
        }

        int count(String option, int most) {
            try {
                int count = Integer.parseInt(text(option));
                if (count >= 1 && count <= most) {
                    return count;
                }
                throw wrong(option, "1 to " + most, null);
            } catch (NumberFormatException notANumber) {
                throw wrong(option, "1 to " + most, notANumber);
            }
        }

        Duration time(String option, int unitInSeconds, int most) {
            String expected = "a number over 0, at most " + most;
            try {
                double time = Double.parseDouble(text(option));
                if (time > 0 && time <= most) {
                    return Duration.ofNanos((long) (time * unitInSeconds * 1e9));
                }
                throw wrong(option, expected, null);
            } catch (NumberFormatException notANumber) {
                throw wrong(option, expected, notANumber);
            }
        }

        URI webSocket(String option) {
            String expected = "ws://host:port or wss://host, without a path";
            try {
                URI url = new URI(text(option));
                boolean isWebSocket = "ws".equals(url.getScheme()) || "wss".equals(url.getScheme());
                if (isWebSocket && url.getHost() != null && Set.of("", "/").contains(url.getRawPath())) {
                    return url;
                }
                throw wrong(option, expected, null);
            } catch (URISyntaxException notAUrl) {
                throw wrong(option, expected, notAUrl);
            }
        }

        private IllegalArgumentException wrong(String option, String expected, @Nullable Throwable cause) {
            return new IllegalArgumentException(
                    "%s: %s (expected: %s)".formatted(option, text(option), expected), cause);
        }
    }
}
