import type { At } from "./wire.ts";

/** Where a client stands in the game's log (docs/protocol.md, section 3). */
export class Place {
  /** The number of the last event that was processed. Only events and snapshots move it. */
  #last = 0;
  #cursor: string | undefined;
  #seen: number | undefined;

  /** What to resume from; none before the first snapshot. */
  get cursor(): string | undefined {
    return this.#cursor;
  }

  /** The newest number heard of, from acks too; none before the first snapshot. */
  get seen(): number | undefined {
    return this.#seen;
  }

  heardOf(seq: number): void {
    this.#seen = Math.max(this.#seen ?? 0, seq);
  }

  /** Moves to a snapshot, which may be of another, shorter log. */
  base(at: At): void {
    this.#last = this.#seen = at.seq;
    this.#cursor = at.cur;
  }

  /** Moves to an event, if it is the next one. */
  advance(at: At): "next" | "duplicate" | "gap" {
    if (at.seq <= this.#last) {
      return "duplicate";
    }
    if ((at.prev ?? at.seq - 1) > this.#last) {
      return "gap";
    }
    this.#last = at.seq;
    this.#cursor = at.cur;
    this.heardOf(at.seq);
    return "next";
  }
}
