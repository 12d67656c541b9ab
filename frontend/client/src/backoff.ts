const BASE_MILLIS = 250;
/** A server that is overloaded, or whose backend is away, is left alone for longer. */
const OVERLOADED_STEP = 3;

/** Full jitter: each delay is anything up to a limit that doubles, so that clients cut together come back spread. */
export class Backoff {
  static readonly MAX_MILLIS = 5_000;
  /** A server may ask for any delay up to this. */
  static readonly MAX_CHOSEN_MILLIS = 60_000;

  #step = 0;
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  reset(): void {
    this.#step = 0;
  }

  /** @returns the delay, and whether the server chose it: then nothing may cut it short */
  delay(code: number, reason: string): { millis: number; isChosen: boolean } {
    const chosen = code === 1012 || code === 4003 ? /^retry=(\d{1,9})$/.exec(reason) : null;
    if (chosen) {
      return { millis: Math.min(Number(chosen[1]), Backoff.MAX_CHOSEN_MILLIS), isChosen: true };
    }
    if (code === 1013) {
      this.#step = Math.max(this.#step, OVERLOADED_STEP);
    }
    const limit = Math.min(Backoff.MAX_MILLIS, BASE_MILLIS * 2 ** this.#step);
    this.#step = Math.min(this.#step + 1, 16);
    return { millis: Math.floor(this.#random() * (limit + 1)), isChosen: false };
  }
}
