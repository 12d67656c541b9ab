import { connect, Refusal, type Applied, type CaughtUp, type Connection, type GameEvent, type Status } from "@holdfast/client";
import { Breaker } from "./breaker.ts";
import { WS_URL } from "./gateway.ts";
import { after, fromSnapshot, GAMES, landing, sideOf, type Match } from "./match.ts";

const PROBE_MILLIS = 5_000;
const MAX_HAPPENINGS = 50;
const MAX_FRAMES = 200;

/** Everything that the table shows. */
export interface View {
  readonly status: Status;
  /** The connection broke, and is not back: all attempts until then are one state to the player. */
  readonly isInterrupted: boolean;
  readonly match?: Match;
  /** Set if the game is none that this page can show. */
  readonly isForeign?: boolean;
  readonly roundTripMillis?: number;
  /** Who is there, as far as it is known. */
  readonly presence: Readonly<Record<string, "online" | "away" | "gone">>;
  /** Cells whose moves are sent and not carried out yet. */
  readonly pending: readonly number[];
  /** What the network did, newest last. */
  readonly happenings: readonly Happening[];
  readonly frames: readonly Frame[];
  /** Why the last move was not carried out. */
  readonly refusal?: string;
}

export interface Happening {
  readonly number: number;
  readonly at: Date;
  readonly text: string;
}

export interface Frame {
  readonly number: number;
  readonly direction: "in" | "out";
  readonly text: string;
}

/** One player at one table, from the page's side. */
export class Session {
  readonly breaker = new Breaker();
  readonly connection: Connection;
  readonly #changed: (view: View) => void;
  readonly #timer: ReturnType<typeof setInterval>;
  #view: View = { status: { state: "connecting" }, isInterrupted: false, presence: {}, pending: [], happenings: [], frames: [] };
  #numbers = 0;
  #isClosed = false;

  constructor(game: string, player: string, seat: string | undefined, changed: (view: View) => void) {
    this.#changed = changed;
    this.connection = connect({
      url: WS_URL,
      game,
      player,
      ...(seat && { seat }),
      environment: this.breaker.environment,
      onStatus: (status) => this.#became(status),
      onSnapshot: (state) => this.#based(state),
      onEvent: (event) => this.#happened(event),
      onPresence: (players) => this.#show({ presence: { ...this.#view.presence, ...players } }),
      onCaughtUp: (caughtUp) => this.#caughtUp(caughtUp),
      onOrphan: (_, outcome) => this.#orphaned(outcome),
      onRoundTrip: (roundTripMillis) => this.#show({ roundTripMillis }),
      onFrame: (direction, text) => {
        const frame = { number: this.#numbers++, direction, text };
        this.#show({ frames: [...this.#view.frames, frame].slice(-MAX_FRAMES) });
      },
    });
    this.#timer = setInterval(() => this.#refresh(), PROBE_MILLIS);
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.connection.close();
  }

  /** Plays a cell, or in connect four its column. */
  async play(cell: number): Promise<void> {
    const { match } = this.#view;
    if (!match) {
      return;
    }
    const column = cell % GAMES[match.kind].columns;
    const target = match.kind === "tictactoe" ? cell : (landing(match, column) ?? cell);
    this.#show({ pending: [...this.#view.pending, target], refusal: undefined });
    try {
      await this.connection.send(match.kind === "tictactoe" ? { type: "move", cell } : { type: "drop", column });
    } catch (refusal) {
      this.#show({ refusal: (refusal as Refusal).message });
    }
    const rest = [...this.#view.pending];
    rest.splice(rest.indexOf(target), 1);
    this.#show({ pending: rest });
  }

  /** Only while the page is seen: a hidden one has nobody to tell. */
  #refresh(): void {
    if (document.visibilityState === "visible" && this.connection.status.state === "live") {
      this.connection.probe();
    }
  }

  #became(status: Status): void {
    const { state, code, reason } = status;
    const { status: before, isInterrupted: wasInterrupted } = this.#view;
    const isBroken = state === "waiting" || state === "offline" || state === "backend_away";
    const isAttempt = state === "connecting" || state === "syncing";
    this.#show({ status, isInterrupted: isBroken || (isAttempt && wasInterrupted) });
    if (state === "backend_away") {
      this.#tell("The game's server went away; the gateway holds your connection.");
    } else if (state === "replaced") {
      this.#tell(reason === "another tab" ? "Another tab of this browser plays your seat." : "You went on playing on another device.");
    } else if (isBroken && before.state !== "connecting" && (!wasInterrupted || before.state === "backend_away")) {
      this.#tell(`Connection lost (${code}${reason && `, ${reason}`}).`);
    }
    if (state !== "live") {
      this.#show({ presence: {}, roundTripMillis: undefined });
    }
  }

  #caughtUp({ resume, events, awayMillis }: CaughtUp): void {
    const seconds = (awayMillis / 1000).toFixed(1);
    const moves = `${events} ${events === 1 ? "move" : "moves"} caught up`;
    this.#tell(
      {
        fresh: "Connected.",
        replay: `Reconnected after ${seconds} s, ${moves}.`,
        snapshot: `Reconnected after ${seconds} s; so much had happened that the board was replaced.`,
        reset: "This is not the game you saw before: the server has lost that one. The board shows the new one.",
      }[resume],
    );
    this.connection.probe();
  }

  #orphaned(outcome: Applied | Refusal): void {
    this.#tell(
      outcome instanceof Refusal
        ? `A move that was kept was not carried out: ${outcome.message}`
        : "A move that was kept has been carried out.",
    );
  }

  #based(state: unknown): void {
    const match = fromSnapshot(state);
    this.#show({ match, isForeign: match === undefined });
  }

  #happened(event: GameEvent): void {
    const { match } = this.#view;
    if (match) {
      this.#show({ match: after(match, event) });
    }
  }

  #tell(text: string): void {
    const happening = { number: this.#numbers++, at: new Date(), text };
    this.#show({ happenings: [...this.#view.happenings, happening].slice(-MAX_HAPPENINGS) });
  }

  #show(change: { [Key in keyof View]?: View[Key] | undefined }): void {
    if (!this.#isClosed) {
      this.#view = { ...this.#view, ...change } as View;
      this.#changed(this.#view);
    }
  }
}

/** Whether a player may set a mark now, as far as the page knows; the server decides. */
export function mayPlay({ match, status, pending }: View, player: string, turn: string | undefined): boolean {
  const isConnected = status.state !== "replaced" && status.state !== "closed";
  return match !== undefined && isConnected && sideOf(match, player) !== undefined && turn === player && pending.length === 0;
}
