import { connect, createServer, type Server, type Socket } from "node:net";

/** A network between a browser and the gateway that can be cut. */
export class Proxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #outer = new Set<Socket>();
  #target = 0;
  #isCut = false;
  #isFickle = false;

  private constructor() {
    this.#server = createServer((socket) => this.#accept(socket));
  }

  static async start(): Promise<Proxy> {
    const proxy = new Proxy();
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  leadTo(port: number): void {
    this.#target = port;
  }

  /** Breaks every connection, and from then on every attempt. */
  cut(): void {
    this.#isCut = true;
    this.breakAll();
  }

  /** Lets each new connection in, and ends it behind the first answer. */
  letInForAMoment(): void {
    this.#isCut = false;
    this.#isFickle = true;
  }

  mend(): void {
    this.#isCut = this.#isFickle = false;
  }

  /** Breaks every connection once. */
  breakAll(): void {
    this.#sockets.forEach((socket) => socket.resetAndDestroy());
  }

  /** Nothing comes back any more over the connections that there are. */
  mute(): void {
    this.#outer.forEach((outer) => outer.unpipe().resume());
  }

  async stop(): Promise<void> {
    this.breakAll();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(inner: Socket): void {
    if (this.#isCut) {
      inner.on("error", () => {});
      inner.resetAndDestroy();
      return;
    }
    const outer = connect(this.#target, "127.0.0.1");
    this.#outer.add(outer);
    outer.on("close", () => this.#outer.delete(outer));
    for (const [socket, other] of [[inner, outer], [outer, inner]] as const) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      // What one side ends, however it does, ends for the other.
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
    if (this.#isFickle) {
      outer.once("data", () => inner.end());
    }
  }
}
