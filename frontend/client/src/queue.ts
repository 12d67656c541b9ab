import { stored, type Store } from "./environment.ts";
import { Refusal, type Applied } from "./refusal.ts";
import { isReadable } from "./wire.ts";

/** What a player wants done: a JSON object for the game's rules. */
export type Command = { readonly type: string } & { readonly [field: string]: unknown };

/** A command that the server has neither carried out nor refused, as far as we know. */
export interface Open {
  readonly id: string;
  readonly body: Command;
  /**
   * The last event that was known when the command was given, or else when it was first sent. With it the command may be
   * sent by two tabs and again by a later page: the server can tell.
   */
  seen: number | undefined;
  /** Whether it need not go out now. */
  isInFlight: boolean;
  /** How often it is under way on this connection: what is sent again after a hold, the gateway sends again as well. */
  copies: number;
  /** Whether the server has asked to have it again; and how often, not counting when it came too soon. */
  isPutOff?: boolean;
  retries: number;
  /** None if the page that gave it is gone. */
  readonly settle?: (outcome: Applied | Refusal) => void;
}

/** What was settled without a promise to tell, since its page is gone. */
export type Orphaned = (command: Command, outcome: Applied | Refusal) => void;

/** The server tells repetitions apart among a seat's last 256 commands. */
const CAPACITY = 256;

const NEW = { isInFlight: false, copies: 0, retries: 0 };

/** Commands in the order they were given, until each is settled. It survives a reload in the tab's own storage. */
export class Queue {
  readonly #key: string;
  readonly #orphaned: Orphaned;
  #store: Store | undefined;
  #open: Open[];

  constructor(key: string, store: Store | undefined, orphaned: Orphaned) {
    this.#key = key;
    this.#store = store;
    this.#orphaned = orphaned;
    this.#open = read(stored(store, key)).map(({ id, seen, body }) => ({ id, seen, body, ...NEW }));
  }

  get size(): number {
    return this.#open.length;
  }

  add(id: string, body: Command, seen: number | undefined): Promise<Applied> {
    if (this.size >= CAPACITY) {
      const message = `${this.size} commands wait to be sent (allowed: ${CAPACITY}); wait until some are settled.`;
      return Promise.reject(new Refusal("queue_full", message, true));
    }
    return new Promise((resolve, reject) => {
      const settle = (outcome: Applied | Refusal) =>
        outcome instanceof Refusal ? reject(outcome) : resolve(outcome);
      this.#open.push({ id, body, seen, ...NEW, settle });
      this.save();
    });
  }

  find(id: string): Open | undefined {
    return this.#open.find((open) => open.id === id);
  }

  /** Does nothing if it was settled before. */
  settle(id: string, outcome: Applied | Refusal): void {
    const found = this.find(id);
    if (found) {
      this.#open = this.#open.filter((open) => open !== found);
      this.save();
      this.#tell(found, outcome);
    }
  }

  /** Refuses all that is open, or a part. */
  refuse(refusal: Refusal, isRefused: (open: Open) => boolean = () => true): void {
    const refused = this.#open.filter(isRefused);
    this.#open = this.#open.filter((open) => !refused.includes(open));
    this.save();
    refused.forEach((open) => this.#tell(open, refusal));
  }

  /** Leaves all that is open to the tab's next page; false if that would not find it. */
  bequeath(): boolean {
    const isKept = this.save();
    if (isKept) {
      this.#store = undefined;
      this.#open = this.#open.filter(({ settle }) => settle);
    }
    return isKept;
  }

  /** Whatever is under way goes out again. */
  recall(): void {
    this.#open.forEach((open) => (open.isInFlight = false));
  }

  /** The connection is gone: nothing is under way on the next one. */
  forget(): void {
    this.recall();
    this.#open.forEach((open) => (open.copies = 0));
  }

  inFlight(): Open[] {
    return this.#open.filter((open) => open.isInFlight);
  }

  /** The oldest that is not under way. */
  next(): Open | undefined {
    return this.#open.find((open) => !open.isInFlight);
  }

  /** False without storage, or with a full one: commands still outlive the connection, only not the page. */
  save(): boolean {
    try {
      if (this.size === 0) {
        this.#store?.removeItem(this.#key);
      } else {
        this.#store?.setItem(this.#key, JSON.stringify(this.#open.map(({ id, seen, body }) => ({ id, seen, body }))));
      }
      return this.#store !== undefined;
    } catch {
      return false;
    }
  }

  #tell({ body, settle }: Open, outcome: Applied | Refusal): void {
    if (settle) {
      settle(outcome);
    } else {
      this.#orphaned(body, outcome);
    }
  }
}

/** Storage belongs to the whole origin: what does not look like ours, or no server reads, is nobody's command. */
function read(text = "[]"): { id: string; seen?: number; body: Command }[] {
  try {
    const saved: unknown = JSON.parse(text);
    return Array.isArray(saved)
      ? saved.filter((item) => typeof item?.id === "string" && typeof item?.body?.type === "string" && isReadable(item.body))
      : [];
  } catch {
    return [];
  }
}
