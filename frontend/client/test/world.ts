import type { Environment, Locks, Signal, Socket, Store } from "../src/index.ts";
import { Clock } from "./clock.ts";

/** A network between pages and one server, with faults. Frames take a while, and stay in order. */
export class World {
  readonly clock = new Clock();
  readonly sockets: FakeSocket[] = [];
  /** What has answered a page's socket, once it is open. */
  serve: (socket: FakeSocket) => void = () => {};
  isReachable = true;
  /** What opening a socket throws, if it does. */
  openFailure: Error | undefined;
  latencyMillis = 5;
  /** How fast each way of a connection is; a frame is there when all of it is. */
  bytesPerMilli = Infinity;
  pages = 0;
  /** How long the devices have slept. */
  sleptMillis = 0;
  #random: () => number;

  constructor(random: () => number = () => 0.5) {
    this.#random = random;
  }

  /** A page of its own; storage and locks may be shared with others. */
  page(shared: { tab?: Store; browser?: Store; locks?: Locks | undefined } = {}): Page {
    return new Page(this, shared, this.#random);
  }

  /** Sockets that a page still believes in. */
  get open(): FakeSocket[] {
    return this.sockets.filter((socket) => !socket.isGone);
  }
}

export class Page {
  readonly environment: Environment;
  readonly reported: unknown[] = [];
  isOnline = true;
  isDead = false;
  #prerendered: (() => void)[] | undefined;
  #listeners: ((signal: Signal) => void)[] = [];

  constructor(world: World, shared: { tab?: Store; browser?: Store; locks?: Locks | undefined }, random: () => number) {
    const alive = (run: () => void) => () => this.isDead || run();
    let secrets = 0;
    const seed = world.pages++ + Math.floor(random() * 2 ** 30);
    this.environment = {
      open: (url) => new FakeSocket(world, this, url),
      now: () => world.clock.now,
      date: () => world.clock.now + world.sleptMillis,
      after: (millis, callback) => world.clock.after(millis, alive(callback)),
      random,
      secret: (bytes) => {
        secrets++;
        return Uint8Array.from({ length: bytes }, (_, i) => (seed >>> (8 * (i % 4))) ^ (i * 31) ^ (secrets * 7));
      },
      isOnline: () => this.isOnline,
      tab: shared.tab ?? new MemoryStore(),
      browser: shared.browser ?? new MemoryStore(),
      locks: shared.locks,
      report: (failure) => this.reported.push(failure),
      whenActive: (callback) => {
        if (this.#prerendered) {
          this.#prerendered.push(callback);
        } else {
          callback();
        }
      },
      listen: (callback) => {
        this.#listeners.push(callback);
        return () => {
          this.#listeners = this.#listeners.filter((other) => other !== callback);
        };
      },
    };
  }

  /** The browser makes the page ready before anybody asks for it. */
  prerender(): this {
    this.#prerendered = [];
    return this;
  }

  activate(): void {
    const waiting = this.#prerendered ?? [];
    this.#prerendered = undefined;
    waiting.forEach((callback) => callback());
  }

  signal(signal: Signal): void {
    if (signal === "online" || signal === "offline") {
      this.isOnline = signal === "online";
    }
    this.#listeners.forEach((listener) => listener(signal));
  }
}

export class FakeSocket implements Socket {
  onopen: Socket["onopen"] = null;
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  /** The server's ears. */
  hears: (text: string) => void = () => {};
  left: (code: number) => void = () => {};
  /** The code the page closed with. */
  closedWith: number | undefined;
  /** Whether frames vanish without a word, both ways. */
  isDead = false;
  isOpen = false;
  isGone = false;
  readonly url: string;
  readonly #world: World;
  readonly #page: Page;
  /** Until when each way is busy with earlier frames. */
  readonly #busyUntil = { up: 0, down: 0 };

  constructor(world: World, page: Page, url: string) {
    if (world.openFailure) {
      throw world.openFailure;
    }
    this.url = url;
    this.#world = world;
    this.#page = page;
    this.isGone = page.isDead;
    world.sockets.push(this);
    this.#later(() => {
      if (!world.isReachable || !page.isOnline) {
        this.end(1006, "");
      } else if (!this.isGone) {
        this.isOpen = true;
        this.onopen?.({} as never);
        world.serve(this);
      }
    });
  }

  send(text: string): void {
    this.#carry("up", text, () => this.isDead || this.isGone || this.hears(text));
  }

  close(code: number): void {
    if (!this.isGone) {
      this.isGone = true;
      this.closedWith = code;
      this.#later(() => this.isDead || this.left(code));
    }
  }

  /** The server says something. */
  say(message: object): void {
    const text = JSON.stringify(message);
    this.#carry("down", text, () => this.isDead || this.deliver(text));
  }

  /** Reaches the page even if it has given this socket up, as a real one's queued events may. */
  deliver(data: unknown): void {
    if (!this.#page.isDead) {
      this.onmessage?.({ data } as MessageEvent);
    }
  }

  /** The connection ends for both. */
  end(code: number, reason: string): void {
    if (!this.isGone) {
      this.isGone = true;
      this.left(code);
      this.closeEvent(code, reason);
    }
  }

  closeEvent(code: number, reason: string): void {
    if (!this.#page.isDead) {
      this.onclose?.({ code, reason } as CloseEvent);
    }
  }

  #carry(way: "up" | "down", text: string, run: () => void): void {
    const { bytesPerMilli, clock, latencyMillis } = this.#world;
    this.#busyUntil[way] = Math.max(this.#busyUntil[way], clock.now) + text.length / bytesPerMilli;
    clock.after(this.#busyUntil[way] - clock.now + latencyMillis, run);
  }

  #later(run: () => void): void {
    this.#world.clock.after(this.#world.latencyMillis, run);
  }
}

export class MemoryStore implements Store {
  readonly #items = new Map<string, string>();

  getItem(key: string): string | null {
    return this.#items.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.#items.set(key, value);
  }

  removeItem(key: string): void {
    this.#items.delete(key);
  }

  /** As the browser does for a duplicated tab. */
  copy(): MemoryStore {
    const copy = new MemoryStore();
    this.#items.forEach((value, key) => copy.setItem(key, value));
    return copy;
  }
}

/** One browser's Web Locks, as far as they are used. */
export class FakeLocks {
  #held = new Map<string, (reason: unknown) => void>();
  #waiting: { name: string; grant: () => void }[] = [];
  readonly #failure: DOMException | undefined;

  /** @param failure what every request is answered with, as where the user has forbidden site data */
  constructor(failure?: DOMException) {
    this.#failure = failure;
  }

  readonly request = ((name: string, options: LockOptions, callback: () => Promise<void>) =>
    new Promise<void>((resolve, reject) => {
      if (this.#failure) {
        reject(this.#failure);
        return;
      }
      const grant = () => {
        this.#held.get(name)?.(new DOMException("stolen", "AbortError"));
        this.#held.set(name, reject);
        void callback().then(() => {
          if (this.#held.get(name) === reject) {
            this.#held.delete(name);
            this.#next(name);
          }
          resolve();
        });
      };
      if (options.steal || !this.#held.has(name)) {
        queueMicrotask(grant);
        return;
      }
      const waiting = { name, grant };
      this.#waiting.push(waiting);
      options.signal?.addEventListener("abort", () => {
        if (this.#waiting.includes(waiting)) {
          this.#waiting = this.#waiting.filter((other) => other !== waiting);
          reject(new DOMException("aborted", "AbortError"));
        }
      });
    })) as Locks["request"];

  /** The locks that somebody has. */
  get held(): string[] {
    return [...this.#held.keys()];
  }

  #next(name: string): void {
    const next = this.#waiting.find((waiting) => waiting.name === name);
    this.#waiting = this.#waiting.filter((other) => other !== next);
    next?.grant();
  }
}
