import { Connection } from "./connection.ts";
import type { Options } from "./types.ts";

export { Connection } from "./connection.ts";
export type { Environment, Locks, Signal, Socket, Store } from "./environment.ts";
export { page } from "./environment.ts";
export type { Command } from "./queue.ts";
export { Refusal, type Applied } from "./refusal.ts";
export type { CaughtUp, GameEvent, Meta, Options, State, Status } from "./types.ts";

/** Connects a player to a game, and keeps them connected (docs/protocol.md). */
export function connect(options: Options): Connection {
  return new Connection(options);
}
