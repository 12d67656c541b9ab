import type { Environment } from "./environment.ts";
import type { Command } from "./queue.ts";
import type { Applied, Refusal } from "./refusal.ts";

/**
 * - `connecting`: a socket is being opened, or the browser's other tabs are asked for the seat
 * - `syncing`: connected, and being shown what has happened
 * - `live`: caught up; commands go out
 * - `waiting`: the connection broke; the next attempt has its time
 * - `offline`: the connection broke or never came, and the browser knows that there is no network
 * - `backend_away`: the gateway is there and holds the connection, the game is not
 * - `replaced`: the seat is played elsewhere; only `playHere()` goes on
 * - `closed`: over, for the reason in the status
 */
export type State =
  | "connecting"
  | "syncing"
  | "live"
  | "waiting"
  | "offline"
  | "backend_away"
  | "replaced"
  | "closed";

export interface Status {
  readonly state: State;
  /** Why the last connection ended: a close code of docs/protocol.md, section 6; 1006 for none. */
  readonly code?: number;
  readonly reason?: string;
  /** When `waiting` or `offline`, unless an attempt is under way: milliseconds from this status to the next one. */
  readonly retryInMillis?: number;
}

/** An event, or an ephemeral message, of the game. In `relay`, what plain clients send may have no type. */
export interface GameEvent {
  readonly type?: string;
  readonly [field: string]: unknown;
}

export interface Meta {
  /** The event's number; none if it is ephemeral. */
  readonly seq?: number;
  /**
   * Whether it is the last of what one of this player's own commands caused. The others are not marked, so whose an event is
   * the rules say in the event itself.
   */
  readonly isOwn: boolean;
}

/** How the game that is shown was brought up to date. */
export interface CaughtUp {
  /**
   * - `replay`: every event since then was shown
   * - `snapshot`: too many had happened; the state was replaced
   * - `fresh`: the first time
   * - `reset`: the game that was shown before is not this one
   */
  readonly resume: "replay" | "snapshot" | "fresh" | "reset";
  /** Events shown since the game was last live. */
  readonly events: number;
  /** How long it was not live. */
  readonly awayMillis: number;
}

export interface Options {
  /** The gateway, like `wss://gateway.example`. */
  readonly url: string;
  /** 1 to 64 of `A-Z a-z 0-9 _ -`. */
  readonly game: string;
  /** 1 to 64 of `A-Z a-z 0-9 _ -`. */
  readonly player: string;
  /** The seat's token, 22 to 64 of the same, to continue what was begun on another device; else the browser's own. */
  readonly seat?: string;
  /**
   * Asks for a one-time ticket, before each connection (docs/authentication.md). Nothing is opened until it is there; if it
   * is refused, or takes more than 10 s, the next attempt asks again.
   */
  ticket?(): Promise<string>;
  onStatus?(status: Status): void;
  /** The state of the game, in place of all that was known. */
  onSnapshot?(state: unknown): void;
  /** Each event exactly once and in order; ephemeral messages at most once. */
  onEvent?(event: GameEvent, meta: Meta): void;
  /** Who is there: after each `live` all who are not gone, in place of what was known; later those of whom there is news. */
  onPresence?(players: Readonly<Record<string, "online" | "away" | "gone">>): void;
  onCaughtUp?(caughtUp: CaughtUp): void;
  /** The outcome of a command that a page or connection before this one was given, so that no promise is left to tell. */
  onOrphan?(command: Command, outcome: Applied | Refusal): void;
  /** A round trip to the gateway, as measured by a `probe()`. */
  onRoundTrip?(millis: number): void;
  /** Everything on the wire, for the curious. */
  onFrame?(direction: "in" | "out", text: string): void;
  /** For tests and demonstrations. */
  readonly environment?: Environment;
}
