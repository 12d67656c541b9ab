package dev.holdfast.game.session;

import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.table.Outcome;
import dev.holdfast.game.table.Presence;
import dev.holdfast.game.table.Resume;
import dev.holdfast.game.table.Shown;
import dev.holdfast.game.table.Welcome;
import dev.holdfast.game.wire.CommandId;
import dev.holdfast.game.wire.JsonText;
import dev.holdfast.game.wire.Outbound;
import dev.holdfast.game.wire.Outbound.Greeting;
import dev.holdfast.game.wire.Problem;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Cursors, acks and nacks (docs/protocol.md, sections 2 to 4).
final class V1Dialect implements Dialect {
    private final Voice voice;
    private final String game;
    private final String player;
    private final SessionProperties properties;
    private boolean owesWelcome;

    V1Dialect(Voice voice, String game, String player, SessionProperties properties) {
        this.voice = voice;
        this.game = game;
        this.player = player;
        this.properties = properties;
    }

    /// The client has said `sys.hello` and waits for its welcome.
    void hello() {
        owesWelcome = true;
    }

    @Override
    public boolean isV1() {
        return true;
    }

    @Override
    public boolean canGoOn(Welcome welcome) {
        return true;
    }

    /// After a hello all four steps; on a new leg or after `sys.resume` without the welcome, unless the history is
    /// another.
    @Override
    public void welcome(Welcome welcome) {
        if (owesWelcome || welcome.resume() == Resume.RESET) {
            owesWelcome = false;
            voice.say(Outbound.welcome(greeting(welcome)));
        }
        Cursor head = welcome.head();
        if (welcome.resume() != Resume.REPLAY) {
            voice.say(Outbound.snapshot(welcome.view(), head.seq(), head.toString()), head);
        }
        welcome.replay().forEach(this::show);
        voice.say(Outbound.live(head.toString()), head);
    }

    private Greeting greeting(Welcome welcome) {
        return new Greeting(
                game,
                player,
                welcome.rules(),
                welcome.token(),
                welcome.resume().text(),
                welcome.head().seq(),
                properties.pingInterval().toMillis(),
                new Outbound.Limits(
                        properties.maxMessage().toBytes(),
                        PlayerSession.MAX_IN_FLIGHT,
                        properties.messagesPerSecond()));
    }

    @Override
    public void show(Shown event) {
        Cursor at = event.at();
        // The gateway's names are for telling commands apart, and no client knows them
        Optional<String> command = event.command().filter(id -> !CommandId.isGateways(id));
        event.body()
                .ifPresentOrElse(body -> voice.say(body.numbered(event.prev(), command), at), () -> voice.passed(at));
    }

    @Override
    public void present(Map<String, Presence> players) {
        var texts = new TreeMap<String, String>();
        players.forEach((player, presence) -> texts.put(player, presence.text()));
        voice.say(Outbound.presence(texts));
    }

    @Override
    public void decided(Optional<CommandId> id, Outcome outcome) {
        switch (outcome) {
            case Outcome.Refused(Problem problem) -> problem(id, problem);
            case Outcome.Applied(long seq, boolean duplicate, Optional<Cursor> passed) ->
                id.ifPresent(
                        named -> voice.say(Outbound.ack(named.text(), seq, duplicate, passed.map(Cursor::toString))));
        }
    }

    @Override
    public void problem(Optional<CommandId> id, Problem problem) {
        voice.say(id.map(named -> Outbound.nack(named.text(), problem))
                .orElseGet(() -> JsonText.write(problem.asMessage())));
    }

    @Override
    public void bye(CloseCode code, String reason) {
        voice.say(Outbound.bye(code.code(), reason));
    }
}
