/** The protocol's own key in commands and events (docs/protocol.md, section 2). */
export const KEY = "$";

/** Arrays and objects inside each other, as far as the server reads them. */
export const MAX_DEPTH = 64;

/** Close codes of docs/protocol.md, section 6. From 4500 on they are final. */
export const Code = {
  LEFT: 1000,
  BROKEN: 1006,
  TOO_BIG: 1009,
  /** The page ends the connection and means to come back: the seat is away, not left. */
  AWAY: 4000,
  SILENT: 4001,
  REPLACED: 4500,
  isFinal: (code: number) => code === 1000 || (code >= 4500 && code <= 4999),
} as const;

/** Where an event or a snapshot stands in the game's log. */
export interface At {
  readonly seq: number;
  readonly cur: string;
  /** The event before it that this seat was shown, if not the one numbered `seq - 1`. */
  readonly prev?: number;
  /** The command whose last event it is, told to its author only. */
  readonly cmd?: string;
}

export interface Welcome {
  readonly type: "sys.welcome";
  readonly seat?: string;
  readonly resume: "replay" | "snapshot" | "fresh" | "reset";
  readonly ping: number;
  readonly limits: { readonly frame: number; readonly inflight: number; readonly rate: number };
}

/** What the server says, the game's own messages apart. */
export type Frame =
  | { readonly type: "ping" | "pong" | "sys.live" }
  | Welcome
  | { readonly type: "sys.snapshot"; readonly state: unknown; readonly $: At }
  | { readonly type: "sys.ack"; readonly id: string; readonly seq: number; readonly dup?: boolean }
  | {
      readonly type: "sys.nack";
      readonly id: string;
      readonly code: string;
      readonly message: string;
      readonly retry: boolean;
      readonly retryAfter?: number;
    }
  | { readonly type: "sys.notice"; readonly state: string }
  | { readonly type: "sys.presence"; readonly players: Readonly<Record<string, "online" | "away" | "gone">> }
  | { readonly type: "sys.bye"; readonly code: number; readonly reason: string };

/** A message of the game: an event, with its place in the log, or an ephemeral one, without. */
export interface GameFrame {
  readonly type?: string;
  readonly $?: At;
  readonly [field: string]: unknown;
}

/** Whether the server can read it. One that it cannot read it answers without an id, so that nobody learns of which. */
export function isReadable(value: unknown, depth = MAX_DEPTH): boolean {
  return typeof value === "string"
    ? !/\p{Cs}/u.test(value)
    : typeof value !== "object" ||
        value === null ||
        (depth > 0 && Object.entries(value).flat().every((part) => isReadable(part, depth - 1)));
}

/** Reads a frame; none if it is not one that a server of this protocol sends. */
export function read(data: unknown): Frame | GameFrame | undefined {
  try {
    const frame = JSON.parse(data as string);
    return typeof frame === "object" && !Array.isArray(frame) && isSound(frame) ? frame : undefined;
  } catch {
    return undefined;
  }
}

function isSound(frame: any): boolean {
  switch (frame.type) {
    case "sys.welcome":
      return (
        frame.ping > 0 &&
        frame.limits.frame > 0 &&
        frame.limits.inflight > 0 &&
        frame.limits.rate >= 1 &&
        typeof frame.resume === "string"
      );
    case "sys.snapshot":
      return isAt(frame[KEY]);
    case "sys.ack":
      return typeof frame.id === "string" && Number.isSafeInteger(frame.seq);
    case "sys.nack":
      return typeof frame.id === "string" && typeof frame.code === "string";
    default:
      // What is in the log is never nonsense: it would be shown again on each connection, for ever.
      return frame[KEY]?.seq === undefined ? typeof (frame.type ?? "") === "string" : isAt(frame[KEY]);
  }
}

function isAt(at: any): boolean {
  return Number.isSafeInteger(at.seq) && typeof at.cur === "string" && (at.prev === undefined || Number.isSafeInteger(at.prev));
}
