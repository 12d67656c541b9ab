import { page, type Environment, type Signal, type Socket } from "@holdfast/client";

/** A page's network, with a hand on the cable: for demonstrations. */
export class Breaker {
  readonly environment: Environment;
  #isCut = false;
  #toLose = 0;
  #sockets = new Set<Cable>();
  #listeners = new Set<(signal: Signal) => void>();

  constructor() {
    const real = page();
    this.environment = {
      ...real,
      isOnline: () => !this.#isCut && real.isOnline(),
      open: (url) => {
        const cable = new Cable(this.#isCut ? undefined : real.open(url), this);
        this.#sockets.add(cable);
        return cable;
      },
      listen: (callback) => {
        const stop = real.listen(callback);
        this.#listeners.add(callback);
        return () => {
          stop();
          this.#listeners.delete(callback);
        };
      },
    };
  }

  get isCut(): boolean {
    return this.#isCut;
  }

  /** From now on nothing passes, in silence, as behind a dead access point. */
  cut(): void {
    this.#isCut = true;
    this.#tell("offline");
  }

  mend(): void {
    this.#isCut = false;
    this.#tell("online");
  }

  /** Ends the connection once, as a proxy's restart does. */
  reset(): void {
    this.#sockets.forEach((cable) => cable.end());
  }

  /** Loses the next message of the game, and nothing else. */
  loseOne(): void {
    this.#toLose = 1;
  }

  /** Whether a message gets lost. */
  swallows(data: unknown): boolean {
    if (this.#isCut) {
      return true;
    }
    const isEvent = this.#toLose > 0 && /"\$":\{[^}]*"seq"/.test(String(data)) && !String(data).includes('"sys.');
    if (isEvent) {
      this.#toLose--;
    }
    return isEvent;
  }

  forget(cable: Cable): void {
    this.#sockets.delete(cable);
  }

  #tell(signal: Signal): void {
    this.#listeners.forEach((listener) => listener(signal));
  }
}

/** A socket whose words may not arrive, in either direction. */
class Cable implements Socket {
  onopen: Socket["onopen"] = null;
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  readonly #socket: Socket | undefined;
  readonly #breaker: Breaker;

  /** @param socket none if there is no network: then it fails, as a browser's own does */
  constructor(socket: Socket | undefined, breaker: Breaker) {
    this.#socket = socket;
    this.#breaker = breaker;
    if (!socket) {
      setTimeout(() => this.#ended(1006, ""));
      return;
    }
    socket.onopen = (event) => {
      if (!breaker.isCut) {
        this.onopen?.(event);
      }
    };
    socket.onmessage = (event) => {
      if (!breaker.swallows(event.data)) {
        this.onmessage?.(event);
      }
    };
    socket.onclose = ({ code, reason }) => {
      if (!breaker.isCut) {
        this.#ended(code, reason);
      }
    };
  }

  send(text: string): void {
    if (!this.#breaker.isCut) {
      this.#socket?.send(text);
    }
  }

  close(code: number, reason?: string): void {
    this.#breaker.forget(this);
    this.#socket?.close(code, reason);
  }

  end(): void {
    this.close(4001, "");
    this.#ended(1006, "");
  }

  #ended(code: number, reason: string): void {
    this.#breaker.forget(this);
    this.onclose?.({ code, reason } as CloseEvent);
    this.onclose = null;
  }
}
