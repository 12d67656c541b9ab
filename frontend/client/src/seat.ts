import { stored, type Environment } from "./environment.ts";

/** How long a page waits for the lock of its seat: a page that is being reloaded gives its own up a moment late. */
const PATIENCE_MILLIS = 1_000;

/** The token that a seat needs once it is claimed. The client makes it up, so that a lost welcome locks nobody out. */
export function seatToken(env: Environment, key: string): string {
  const token = read(env, key) ?? base64url(env.secret(16));
  keepToken(env, key, token);
  return token;
}

export function keepToken(env: Environment, key: string, token: string): void {
  try {
    env.browser?.setItem(key, token);
  } catch {
    // Without storage the seat is this page's only.
  }
}

function read(env: Environment, key: string): string | undefined {
  const token = stored(env.browser, key);
  return token && /^[A-Za-z0-9_-]{22,64}$/.test(token) ? token : undefined;
}

export function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/**
 * One tab of a browser plays a seat: a duplicated tab would send the same commands. Where there are no Web Locks, which
 * need https or localhost and a page that may store, the server alone decides: the newest connection has the seat.
 */
export class SeatLock {
  readonly #env: Environment;
  readonly #name: string;
  #release: (() => void) | undefined;
  /** What waits for the lock, or has it. */
  #holder: object | undefined;

  constructor(env: Environment, name: string) {
    this.#env = env;
    this.#name = name;
  }

  /**
   * @param steal whether to take it from another tab
   * @param taken called when this tab has it
   * @param lost called when another tab has it, with whether this one had it before
   */
  take(steal: boolean, taken: () => void, lost: (hadIt: boolean) => void): void {
    const withoutLocks = () => {
      this.#release ??= () => {};
      taken();
    };
    if (!this.#env.locks || this.#release) {
      queueMicrotask(withoutLocks);
      return;
    }
    const impatience = new AbortController();
    this.#holder = impatience;
    const calm = this.#env.after(PATIENCE_MILLIS, () => impatience.abort());
    const hold = () => {
      calm();
      if (this.#holder !== impatience) {
        return Promise.resolve();
      }
      // Not here and now, where an error would only end the lock.
      queueMicrotask(taken);
      return new Promise<void>((resolve) => (this.#release = resolve));
    };
    // A lock that is stolen cannot have a signal; it is there at once anyway.
    this.#env.locks.request(this.#name, steal ? { steal } : { signal: impatience.signal }, hold).catch(({ name }) => {
      if (this.#holder !== impatience) {
        return;
      }
      if (name === "AbortError") {
        const hadIt = this.#release !== undefined;
        this.#release = undefined;
        lost(hadIt);
      } else {
        withoutLocks();
      }
    });
  }

  get isHeld(): boolean {
    return this.#release !== undefined;
  }

  /** Gives it up, or the wait for it. */
  release(): void {
    this.#holder = undefined;
    this.#release?.();
    this.#release = undefined;
  }
}
