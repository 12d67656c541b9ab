import type { Store } from "./environment.ts";
import { Refusal, type Applied } from "./refusal.ts";

/** What a player wants done: a JSON object for the game's rules. */
export type Command = { readonly type: string } & { readonly [field: string]: unknown };

/** A command that the server has neither carried out nor refused, as far as we know. */
export interface Open {
  readonly id: string;
  readonly body: Command;
  /** The last event that was known when the command was first sent; none before that. */
  seen?: number;
  isInFlight: boolean;
  /** How often the server has asked to have it again. */
  retries: number;
  readonly settle: (outcome: Applied | Refusal) => void;
}

/** What was settled without a promise to tell, since its page is gone: it was sent before a reload. */
export type Orphaned = (command: Command, outcome: Applied | Refusal) => void;

/** Commands in the order they were given, until each is settled. It survives a reload in the tab's own storage. */
export class Queue {
  /** The server tells repetitions apart among a seat's last 256 commands. */
  static readonly CAPACITY = 256;

  readonly #key: string;
  readonly #store: Store | undefined;
  #open: Open[];

  constructor(key: string, store: Store | undefined, orphaned: Orphaned) {
    this.#key = key;
    this.#store = store;
    this.#open = read(store?.getItem(key)).map(({ id, seen, body }) => ({
      id,
      body,
      ...(seen === undefined ? {} : { seen }),
      isInFlight: false,
      retries: 0,
      settle: (outcome: Applied | Refusal) => orphaned(body, outcome),
    }));
  }

  get size(): number {
    return this.#open.length;
  }

  add(id: string, body: Command): Promise<Applied> {
    if (this.size >= Queue.CAPACITY) {
      const message = `${this.size} commands wait to be sent (allowed: ${Queue.CAPACITY}); wait until some are settled.`;
      return Promise.reject(new Refusal("queue_full", message, true));
    }
    return new Promise((resolve, reject) => {
      const settle = (outcome: Applied | Refusal) =>
        outcome instanceof Refusal ? reject(outcome) : resolve(outcome);
      this.#open.push({ id, body, isInFlight: false, retries: 0, settle });
      this.save();
    });
  }

  find(id: string): Open | undefined {
    return this.#open.find((open) => open.id === id);
  }

  /** False if it was settled before. */
  settle(id: string, outcome: Applied | Refusal): boolean {
    const found = this.find(id);
    if (found) {
      this.#open = this.#open.filter((open) => open !== found);
      this.save();
      found.settle(outcome);
    }
    return found !== undefined;
  }

  /** Refuses all that is open, or all that some page before this one had sent. */
  refuse(refusal: Refusal): void {
    const refused = this.#open;
    this.#open = [];
    this.save();
    refused.forEach((open) => open.settle(refusal));
  }

  /** The connection is gone: whatever was under way goes out again on the next one. */
  recall(): void {
    this.#open.forEach((open) => (open.isInFlight = false));
  }

  inFlight(): Open[] {
    return this.#open.filter((open) => open.isInFlight);
  }

  /** The oldest that is not under way. */
  next(): Open | undefined {
    return this.#open.find((open) => !open.isInFlight);
  }

  /** Without storage, or with a full one, commands still outlive the connection, only not the page. */
  save(): void {
    try {
      if (this.size === 0) {
        this.#store?.removeItem(this.#key);
      } else {
        this.#store?.setItem(this.#key, JSON.stringify(this.#open.map(({ id, seen, body }) => ({ id, seen, body }))));
      }
    } catch {
      // Said above.
    }
  }
}

/** Storage belongs to the whole origin: what does not look like ours is nobody's command. */
function read(text: string | null | undefined): { id: string; seen?: number; body: Command }[] {
  try {
    const saved: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(saved)
      ? saved.filter((item) => typeof item?.id === "string" && typeof item?.body?.type === "string")
      : [];
  } catch {
    return [];
  }
}
