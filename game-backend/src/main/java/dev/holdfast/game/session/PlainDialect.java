package dev.holdfast.game.session;

import dev.holdfast.game.table.Outcome;
import dev.holdfast.game.table.Presence;
import dev.holdfast.game.table.Resume;
import dev.holdfast.game.table.Shown;
import dev.holdfast.game.table.Welcome;
import dev.holdfast.game.wire.CommandId;
import dev.holdfast.game.wire.JsonText;
import dev.holdfast.game.wire.Outbound;
import dev.holdfast.game.wire.Problem;
import java.util.Map;
import java.util.Optional;

/// Nothing but the rules' own messages and errors (docs/protocol.md, section 1).
final class PlainDialect implements Dialect {
    private final Voice voice;

    PlainDialect(Voice voice) {
        this.voice = voice;
    }

    @Override
    public boolean isV1() {
        return false;
    }

    /// A client without a cursor has just come: it has missed nothing.
    @Override
    public boolean canGoOn(Welcome welcome) {
        return switch (welcome.resume()) {
            case FRESH, REPLAY -> true;
            case SNAPSHOT, RESET -> !welcome.view().isEmpty();
        };
    }

    @Override
    public void welcome(Welcome welcome) {
        if (welcome.resume() == Resume.REPLAY) {
            welcome.replay().forEach(this::show);
            voice.here(welcome.head());
        } else if (welcome.view().isEmpty()) {
            voice.here(welcome.head());
        } else {
            voice.say(Outbound.state(welcome.view()), welcome.head());
        }
    }

    @Override
    public void show(Shown event) {
        event.body().ifPresentOrElse(body -> voice.say(body.plain(), event.at()), () -> voice.passed(event.at()));
    }

    @Override
    public void present(Map<String, Presence> players) {}

    @Override
    public void decided(Optional<CommandId> id, Outcome outcome) {
        if (outcome instanceof Outcome.Refused(Problem problem)) {
            problem(id, problem);
        }
    }

    @Override
    public void problem(Optional<CommandId> id, Problem problem) {
        voice.say(JsonText.write(problem.asMessage()));
    }

    @Override
    public void bye(CloseCode code, String reason) {}
}
