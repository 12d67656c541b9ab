import type { Status } from "@holdfast/client";
import { useEffect, useState } from "preact/hooks";
import { Board } from "./board.tsx";
import { makeGame } from "./gateway.ts";
import { GAMES, hasStarted, rematchId, sideOf, turn, type Match } from "./match.ts";
import { memory } from "./memory.ts";
import { BreakIt, Happenings, Links } from "./panels.tsx";
import { Session, mayPlay, type View } from "./session.ts";

interface Props {
  readonly game: string;
  readonly player: string;
  readonly seat?: string;
  turnAway(why: string): void;
}

/** A game in play. */
export function Table({ game, player, seat, turnAway }: Props) {
  const [view, setView] = useState<View>();
  const [session, setSession] = useState<Session>();

  useEffect(() => {
    const opened = new Session(game, player, seat, setView);
    setSession(opened);
    return () => opened.close();
  }, [game, player, seat]);

  const status = view?.status;
  useEffect(() => {
    if (status?.state === "live") {
      memory.setPlayer(game, player);
      memory.forgetLink(game);
    }
  }, [status, game, player]);
  useEffect(() => {
    if (status?.state === "closed" && (status.code === 4501 || status.code === 4502)) {
      turnAway(`Somebody else plays as ${player} in this game. Choose another name.`);
    }
  }, [status, player, turnAway]);

  const match = view?.match;
  const now = match && turn(match);
  const title = match ? GAMES[match.kind].title : view?.isForeign ? "Not a game for this page" : "Connecting…";
  useEffect(() => {
    const whose = now === player ? "Your turn · " : "";
    document.title = `${whose}${title} · Holdfast`;
  }, [title, now, player]);

  if (!view || !session) {
    return null;
  }
  return (
    <div class="table">
      <section class="card play" aria-labelledby="title">
        <div class="headline">
          <h1 id="title">{title}</h1>
          <Line view={view} />
        </div>
        {match && <Players match={match} player={player} view={view} />}
        <p class="turn" role="status">
          {match && sentence(match, player, now)}
        </p>
        {match && (
          <Board
            match={match}
            side={sideOf(match, player)}
            pending={view.pending}
            mayPlay={mayPlay(view, player, now)}
            play={(cell) => void session.play(cell)}
          />
        )}
        <Notice view={view} session={session} />
        {view.isForeign && <p>This game's rules are none that this page can show.</p>}
        <p class="failure" role="alert">
          {view.refusal}
        </p>
        {match?.over && sideOf(match, player) !== undefined && <Rematch game={game} player={player} match={match} />}
        {match && <Watchers match={match} view={view} />}
      </section>
      <div class="side">
        <Links game={game} player={player} seat={session.connection.seat} />
        <Happenings happenings={view.happenings} />
        <BreakIt session={session} frames={view.frames} />
      </div>
    </div>
  );
}

const STATES: Record<Status["state"], string> = {
  connecting: "Connecting…",
  syncing: "Catching up…",
  live: "Live",
  waiting: "Reconnecting…",
  offline: "Offline",
  backend_away: "Game server away",
  replaced: "Playing elsewhere",
  closed: "Closed",
};

/** The state of the connection, and how long the way is. */
function Line({ view: { status, isInterrupted, roundTripMillis } }: { view: View }) {
  const isAttempt = isInterrupted && (status.state === "connecting" || status.state === "syncing");
  return (
    <p class="line">
      <span class={`lamp ${status.state}`} aria-hidden="true" />
      <span role="status" data-state={status.state}>
        {STATES[isAttempt ? "waiting" : status.state]}
      </span>
      {roundTripMillis !== undefined && (
        <span class="round-trip" title="Round trip to the gateway">
          {roundTripMillis < 10 ? roundTripMillis.toFixed(1) : Math.round(roundTripMillis)} ms
        </span>
      )}
    </p>
  );
}

/** What the player can do about it, if anything; below the board, which it must not move. */
function Notice({ view: { status, isInterrupted, match, pending }, session }: { view: View; session: Session }) {
  switch (status.state) {
    case "replaced":
      return (
        <div class="notice">
          <p>{status.reason === "another tab" ? "You play this game in another tab." : "You went on playing on another device."}</p>
          <button type="button" class="primary" onClick={() => session.connection.playHere()}>
            Play here
          </button>
        </div>
      );
    case "closed":
      return (
        <div class="notice">
          <p>
            The connection was closed ({status.code} {status.reason}).
          </p>
          <button type="button" class="primary" onClick={() => location.reload()}>
            Try again
          </button>
        </div>
      );
    default:
      return isInterrupted && match ? (
        <div class="notice">
          <p>{pending.length ? "Your move is kept, and goes out as soon as the game is back." : "Play on if it is your turn: your move is kept until the game is back."}</p>
        </div>
      ) : null;
  }
}

function Players({ match, player, view: { presence } }: { match: Match; player: string; view: View }) {
  const { marks } = GAMES[match.kind];
  return (
    <ul class={`players ${match.kind}`} aria-label="Players">
      {match.players.map((id, side) => (
        <li key={id} class={turn(match) === id ? "their-turn" : ""}>
          <span class={`token side-${side}`} aria-hidden="true" />
          <strong>{id}</strong>
          <span class="hint">
            {marks[side]}
            {id === player && ", you"}
          </span>
          <span class={`presence ${presence[id] ?? ""}`}>{presence[id] ?? "\u00a0"}</span>
        </li>
      ))}
      {!hasStarted(match) && <li class="hint">Waiting for a friend: send them the link.</li>}
    </ul>
  );
}

/** Below the board as well: they come and go while somebody plays. */
function Watchers({ match, view: { presence } }: { match: Match; view: View }) {
  const watchers = Object.keys(presence).filter((id) => presence[id] === "online" && !match.players.includes(id));
  return watchers.length > 0 ? <p class="hint watchers">Watching: {watchers.join(", ")}</p> : null;
}

function sentence(match: Match, player: string, now: string | undefined): string {
  if (match.over) {
    const draw = "A draw.";
    return match.winner === undefined ? draw : match.winner === player ? "You won!" : `${match.winner} won.`;
  }
  if (!hasStarted(match)) {
    return "";
  }
  const watching = sideOf(match, player) === undefined ? "You are watching. " : "";
  return now === player ? "Your turn." : `${watching}It is ${now}'s turn.`;
}

/** Both players find the same next game without having to tell each other. */
function Rematch({ game, player, match }: { game: string; player: string; match: Match }) {
  const [failure, setFailure] = useState("");
  const again = async () => {
    try {
      const { id } = await makeGame(match.kind, rematchId(game));
      memory.setPlayer(id, player);
      location.hash = `#/${id}`;
    } catch (refused) {
      setFailure((refused as Error).message);
    }
  };
  return (
    <div class="notice">
      <button type="button" class="primary" onClick={again}>
        Play again
      </button>
      <p class="failure" role="alert">
        {failure}
      </p>
    </div>
  );
}
