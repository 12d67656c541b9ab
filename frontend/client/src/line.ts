import type { Environment, Socket } from "./environment.ts";
import { Code, read, type Frame, type GameFrame } from "./wire.ts";

/** What is heard on the line. */
export interface Ears {
  opened(): void;
  received(frame: Frame | GameFrame): void;
  /** The socket is gone; told once. */
  ended(code: number, reason: string): void;
  /** How long the answer to a ping may take. */
  patience(): number;
  /** The browser opens no socket, and never will. */
  failed(reason: string): void;
  roundTrip(millis: number): void;
  frame(direction: "in" | "out", text: string): void;
}

const CONNECT_MILLIS = 10_000;
/** Pings come early or late by a tenth; a quarter late is silence. */
const SILENCE_IN_INTERVALS = 1.25;

/** One socket at a time, and the doubt whether it still lives. What an abandoned socket still says is not heard. */
export class Line {
  readonly #env: Environment;
  readonly #url: string;
  readonly #ticket: (() => Promise<string>) | undefined;
  readonly #ears: Ears;
  #socket: Socket | undefined;
  #generation = 0;
  #isOpen = false;
  #silenceMillis = CONNECT_MILLIS;
  #probedAt: number | undefined;
  #cancelWatch: () => void = () => {};

  constructor(env: Environment, url: string, ticket: (() => Promise<string>) | undefined, ears: Ears) {
    this.#env = env;
    this.#url = url;
    this.#ticket = ticket;
    this.#ears = ears;
  }

  /** Opens a socket, in place of the one there may be; at once, unless it takes a ticket. */
  async dial(): Promise<void> {
    this.hangUp(Code.AWAY, "");
    const mine = this.#generation;
    this.#silenceMillis = CONNECT_MILLIS;
    this.#watch();
    if (!this.#ticket) {
      this.#open(this.#url, mine);
      return;
    }
    try {
      const ticket = await this.#ticket();
      this.#open(`${this.#url}&ticket=${encodeURIComponent(ticket)}`, mine);
    } catch (failure) {
      if (mine === this.#generation) {
        this.#end(Code.BROKEN, failure instanceof Error ? failure.message : String(failure));
      }
    }
  }

  #open(url: string, mine: number): void {
    if (mine !== this.#generation) {
      return;
    }
    let socket: Socket;
    try {
      socket = this.#env.open(url);
    } catch (failure) {
      this.#ears.failed((failure as Error).message);
      return;
    }
    this.#socket = socket;
    socket.onopen = () => {
      if (mine === this.#generation) {
        this.#isOpen = true;
        this.#ears.opened();
      }
    };
    socket.onmessage = ({ data }) => {
      if (mine === this.#generation) {
        this.#ears.frame("in", String(data));
      }
      // Whoever saw it may have hung up.
      if (mine === this.#generation) {
        this.#receive(data);
      }
    };
    socket.onclose = ({ code, reason }) => {
      if (mine === this.#generation) {
        this.#end(code, reason);
      }
    };
  }

  /** Gives the socket up, without a word from it any more. */
  hangUp(code: number, reason: string): void {
    const socket = this.#socket;
    this.#generation++;
    this.#socket = undefined;
    this.#isOpen = false;
    this.#probedAt = undefined;
    this.#cancelWatch();
    socket?.close(code, reason);
  }

  send(message: object): void {
    if (this.#isOpen) {
      const text = JSON.stringify(message);
      this.#socket?.send(text);
      // After it, since whoever is told may send something.
      this.#ears.frame("out", text);
    }
  }

  /** The gateway pings so often; longer silence makes us ask. */
  expectPings(intervalMillis: number): void {
    this.#silenceMillis = intervalMillis * SILENCE_IN_INTERVALS;
    // The next message may be a long one, of which nothing is heard before its end.
    this.#watch();
  }

  /** Asks whether there is still somebody. */
  probe(): void {
    if (this.#isOpen && this.#probedAt === undefined) {
      this.#probedAt = this.#env.now();
      this.#watch();
      this.send({ type: "ping" });
    }
  }

  #receive(data: unknown): void {
    const frame = read(data);
    if (!frame) {
      this.hangUp(Code.AWAY, "");
      this.#ears.ended(Code.BROKEN, "a frame that makes no sense");
      return;
    }
    const probedAt = this.#probedAt;
    if (frame.type === "pong") {
      this.#probedAt = undefined;
    }
    this.#watch();
    if (frame.type === "ping") {
      this.send({ type: "pong" });
    } else if (frame.type !== "pong") {
      this.#ears.received(frame);
    } else if (probedAt !== undefined) {
      this.#ears.roundTrip(this.#env.now() - probedAt);
    }
  }

  /** Whatever comes is life, but only a pong ends the question. */
  #watch(): void {
    const millis = this.#probedAt === undefined ? this.#silenceMillis : this.#ears.patience();
    this.#cancelWatch();
    this.#cancelWatch = this.#env.after(millis, () => {
      if (this.#isOpen && this.#probedAt === undefined) {
        this.probe();
      } else {
        this.#end(Code.SILENT, this.#isOpen ? "no answer to a ping" : "no connection in time");
      }
    });
  }

  #end(code: number, reason: string): void {
    this.hangUp(Code.SILENT, "");
    this.#ears.ended(code, reason);
  }
}
