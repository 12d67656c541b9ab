/** What the client needs of the world: every clock, die, store and socket it uses comes through here. */
export interface Environment {
  /** Opens a WebSocket. */
  open(url: string): Socket;
  /** Milliseconds on a clock that never goes back. */
  now(): number;
  /** Milliseconds since 1970. The other clock, and timers, may stand still while the device sleeps; this one may be set. */
  date(): number;
  /** Calls back once after so many milliseconds; the result takes it back. */
  after(millis: number, callback: () => void): () => void;
  /** At least 0, below 1. */
  random(): number;
  /** So many unguessable bytes. */
  secret(bytes: number): Uint8Array;
  /** False only if the browser knows that there is no network. */
  isOnline(): boolean;
  /** Where unacknowledged commands survive a reload: one tab's own. */
  readonly tab: Store | undefined;
  /** Where seat tokens survive the tab. */
  readonly browser: Store | undefined;
  /** What keeps two tabs of one browser from playing the same seat. */
  readonly locks: Locks | undefined;
  /** Calls back at once, or when somebody looks at the page that the browser has only prerendered. */
  whenActive(callback: () => void): void;
  /** Takes an error that the page's own callbacks threw. */
  report(failure: unknown): void;
  /** Tells what happens to the network and the page; the result stops it. */
  listen(callback: (signal: Signal) => void): () => void;
}

/**
 * The browser has a network again, or none; the page can be seen again; it is put into the back-forward cache, or comes out of
 * it.
 */
export type Signal = "online" | "offline" | "visible" | "cached" | "restored";

/** The part of `WebSocket` that is used. */
export interface Socket {
  onopen: ((event: never) => unknown) | null;
  onmessage: ((event: MessageEvent) => unknown) | null;
  onclose: ((event: CloseEvent) => unknown) | null;
  send(text: string): void;
  close(code: number, reason?: string): void;
}

export type Store = Pick<Storage, "getItem" | "setItem" | "removeItem">;
export type Locks = Pick<LockManager, "request">;

/** The page's own world. Nothing is touched before it is called, so that the module loads anywhere. */
export function page(): Environment {
  return {
    open: (url) => new WebSocket(url),
    now: () => performance.now(),
    date: Date.now,
    after(millis, callback) {
      const timer = setTimeout(callback, millis);
      return () => clearTimeout(timer);
    },
    random: Math.random,
    secret: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
    isOnline: () => navigator.onLine !== false,
    tab: store(() => sessionStorage),
    browser: store(() => localStorage),
    locks: navigator.locks,
    whenActive(callback) {
      if ("prerendering" in document && document.prerendering) {
        document.addEventListener("prerenderingchange", callback, { once: true });
      } else {
        callback();
      }
    },
    // Not as a method of this object: a function of the window's throws then.
    report: (failure) => reportError(failure),
    listen(callback) {
      const stop = new AbortController();
      const { signal } = stop;
      const visible = () => document.visibilityState === "visible" && callback("visible");
      addEventListener("online", () => callback("online"), { signal });
      addEventListener("offline", () => callback("offline"), { signal });
      addEventListener("pagehide", ({ persisted }) => persisted && callback("cached"), { signal });
      addEventListener("pageshow", ({ persisted }) => persisted && callback("restored"), { signal });
      document.addEventListener("visibilitychange", visible, { signal });
      return () => stop.abort();
    },
  };
}

/**
 * Reading the property throws where the user has forbidden storage, and gives null in an Android WebView without it; a full one
 * throws when it is written to.
 */
function store(find: () => Storage | null): Store | undefined {
  try {
    return find() ?? undefined;
  } catch {
    return undefined;
  }
}

/** What is kept under a key; none either where the browser's file is damaged, which throws. */
export function stored(store: Store | undefined, key: string): string | undefined {
  try {
    return store?.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}
