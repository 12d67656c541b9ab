import type { Kind } from "./match.ts";

/** The page's only setting. A build without it fails; the development server talks to `bin/dev`. */
export const WS_URL: string = import.meta.env.VITE_WS_URL ?? "ws://localhost:8000";

const API_URL = WS_URL.replace(/^ws/, "http") + "/api/games";
const TIMEOUT_MILLIS = 8_000;

/** A game as `GET /api/games/{id}` shows it to everybody. */
export interface Game {
  readonly id: string;
  /** Name and version, like `tictactoe/1`. */
  readonly rules: string;
  /** The players who are connected at the moment. */
  readonly here: readonly string[];
}

/** Makes a game, or finds the one of that name. */
export async function makeGame(rules: Kind, id?: string): Promise<Game> {
  return ask(API_URL, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ rules, id }) });
}

/** @returns none if there is no such game */
export async function findGame(id: string): Promise<Game | undefined> {
  try {
    return await ask(`${API_URL}/${encodeURIComponent(id)}`);
  } catch (failure) {
    if (failure instanceof Refused && failure.status === 404) {
      return undefined;
    }
    throw failure;
  }
}

class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The game is there, but nothing that the server of now can read: after an update, or one that was taken back, or a loss. */
export class Unreadable extends Error {}

/** Why, for players: the server's own words are for who runs it. */
const UNREADABLE: Record<string, string> = {
  game_unreadable: "The server cannot read this game at the moment. Nothing of it is deleted: try again later, or make a new game.",
  history_lost: "The server has lost a part of this game. Unless it comes back, nobody can go on with it: make a new game.",
};

async function ask(url: string, request: RequestInit = {}): Promise<Game> {
  let response;
  let answer;
  try {
    response = await fetch(url, { ...request, signal: AbortSignal.timeout(TIMEOUT_MILLIS) });
    const body = response.json();
    // A refusal may be a proxy's page; an answer that was cut off is none.
    answer = await (response.ok ? body : body.catch(() => ({})));
  } catch {
    throw new Error(`The game server at ${WS_URL} cannot be reached. Check your network and try again.`);
  }
  const unreadable = UNREADABLE[answer.code];
  if (!response.ok && unreadable) {
    throw new Unreadable(unreadable);
  }
  if (!response.ok) {
    throw new Refused(response.status, answer.message ?? `The game server answered ${response.status}. Try again in a moment.`);
  }
  return answer;
}
