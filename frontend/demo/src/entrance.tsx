import { useEffect, useState } from "preact/hooks";
import { findGame, Unreadable, type Game } from "./gateway.ts";
import { GAMES, type Kind } from "./match.ts";
import { memory } from "./memory.ts";
import { NameField } from "./name.tsx";

interface Props {
  readonly game: string;
  /** Who is known already, and goes in unless there is no such game. */
  readonly player?: string;
  /** Why the player was sent back here, if so. */
  readonly refusal: string;
  enter(name: string): void;
  goIn(): void;
}

/** The door of a game that somebody has sent the link of. */
export function Entrance({ game, player, refusal, enter, goIn }: Props) {
  const [name, setName] = useState(refusal ? "" : memory.name());
  const [found, setFound] = useState<Game | "none">();
  const [failure, setFailure] = useState<Error>();
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    document.title = "Join a game · Holdfast";
    let isHere = true;
    setFailure(undefined);
    findGame(game).then(
      (answer) => isHere && (player && answer ? goIn() : setFound(answer ?? "none")),
      (why: Error) => isHere && (player && !(why instanceof Unreadable) ? goIn() : setFailure(why)),
    );
    return () => {
      isHere = false;
    };
  }, [game, player, goIn, attempt]);

  if (failure) {
    const isUnreadable = failure instanceof Unreadable;
    return (
      <section class="card narrow">
        <h1>{isUnreadable ? "This game cannot be opened" : "No answer"}</h1>
        <p role="alert">{failure.message}</p>
        <button class="primary" onClick={() => setAttempt(attempt + 1)}>
          Try again
        </button>
        {isUnreadable && (
          <a class="button" href="#/">
            Make a new game
          </a>
        )}
      </section>
    );
  }
  if (found === "none") {
    return (
      <section class="card narrow">
        <h1>There is no game {game}</h1>
        <p>Perhaps the link was cut short.</p>
        <a class="button primary" href="#/">
          Make a new game
        </a>
      </section>
    );
  }
  if (player) {
    return (
      <section class="card narrow">
        <h1>Looking for the game…</h1>
      </section>
    );
  }
  const title = found && GAMES[found.rules.split("/")[0] as Kind]?.title;
  if (found && !title) {
    return (
      <section class="card narrow">
        <h1>Not a game for this page</h1>
        <p>
          {game} is played by the rules {found.rules}; this page knows tic-tac-toe and connect four.
        </p>
        <a class="button primary" href="#/">
          Make a new game
        </a>
      </section>
    );
  }
  return (
    <section class="card narrow">
      <h1>{title ? `Join ${title.toLowerCase()}` : "Looking for the game…"}</h1>
      {found && <p class="lead">{found.here.length ? `${found.here.join(" and ")} ${found.here.length > 1 ? "are" : "is"} there.` : "Nobody is there yet."}</p>}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          enter(name);
        }}
      >
        <p class="failure" role="alert">
          {refusal}
        </p>
        <NameField name={name} setName={setName} />
        <button class="primary" disabled={!found}>
          Join
        </button>
      </form>
    </section>
  );
}
