import type { Clock } from "./clock.ts";
import type { FakeSocket } from "./world.ts";

/** One event of the log. Hidden ones are another player's secret. */
export interface Entry {
  readonly tag: string;
  readonly text: string;
  readonly isHidden: boolean;
  readonly command?: string;
}

type Message = { readonly type: string; readonly [field: string]: any };

/** The server's end of protocol v1 for one seat (docs/protocol.md, sections 2 to 5), strict with its client. */
export class FakeServer {
  log: Entry[] = [];
  /** Events before this one are no longer there to be replayed. */
  retainedFrom = 0;
  isBackendAway = false;
  /** What becomes of the next events and commands. */
  loseEvents = 0;
  doubleEvents = 0;
  deferCommands = 0;
  refuseCommands = 0;
  forgetAcks = 0;
  /** How many commands came sooner than the limits allow. */
  hasty = 0;
  readonly limits = { frame: 1_000, inflight: 4, rate: 20 };
  readonly hellos: Message[] = [];
  #socket: FakeSocket | undefined;
  #held: Message[] = [];
  #isPlaying = false;
  /** The last event shown on this connection, and what the gateway would resume from. */
  #lastShown = 0;
  #committed = "";
  #logs = 0;
  readonly #clock: Clock;
  /** The allowance of this connection to this game-backend, as the real one counts it. */
  #spentUpTo = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get shown(): string[] {
    return this.log.filter(({ isHidden }) => !isHidden).map(({ text }) => text);
  }

  get socket(): FakeSocket | undefined {
    return this.#socket;
  }

  serve(socket: FakeSocket): void {
    this.#socket?.say({ type: "sys.bye", code: 4500, reason: "replaced" });
    this.#socket?.end(4500, "replaced");
    this.#socket = socket;
    this.#held = [];
    this.#isPlaying = false;
    this.#spentUpTo = -Infinity;
    socket.hears = (text) => {
      if (isReadable(text)) {
        this.#hear(JSON.parse(text));
      } else {
        // It has no id that it could answer to.
        socket.say({ type: "error", code: "invalid_json", message: "The message is not valid JSON." });
      }
    };
    socket.left = () => {
      if (this.#socket === socket) {
        this.#socket = undefined;
      }
    };
  }

  /** Somebody else does something. */
  append(text: string, isHidden = false): void {
    this.#append({ text, isHidden });
  }

  /** The game begins anew under the same name; a gateway that holds the client lets it know when the game is back. */
  recreate(): void {
    this.#logs++;
    this.log = [];
    this.retainedFrom = 0;
    if (!this.isBackendAway) {
      this.#socket?.end(1012, "retry=100");
    }
  }

  /** The game-backend goes; the gateway stays, tells the client and keeps what it sends. */
  leaveBackend(): void {
    if (!this.isBackendAway) {
      this.isBackendAway = true;
      this.#socket?.say({ type: "sys.notice", state: "backend_away" });
    }
  }

  returnBackend(): void {
    if (this.isBackendAway) {
      this.isBackendAway = false;
      this.#spentUpTo = -Infinity;
      const held = this.#held;
      this.#held = [];
      // By the gateway, as soon as there is a leg; caught up is the client with `sys.live`.
      this.#socket?.say({ type: "sys.notice", state: "backend_back" });
      if (this.#isPlaying) {
        this.#bring(this.#committed, false);
      }
      held.forEach((message) => this.#hear(message));
    }
  }

  #hear(message: Message): void {
    switch (message.type) {
      case "ping":
        this.#socket?.say({ type: "pong" });
        return;
      case "pong":
        return;
    }
    if (this.isBackendAway) {
      this.#held.push(message);
      return;
    }
    switch (message.type) {
      case "sys.hello":
        this.hellos.push(message);
        this.#bring(message["since"], true);
        return;
      case "sys.resume":
        this.#bring(message["since"], false);
        return;
      case "sys.leave":
        return;
      default:
        this.#command(message);
    }
  }

  #bring(since: string | undefined, isHello: boolean): void {
    const socket = this.#socket;
    const [number, tag] = since?.split(".") ?? [];
    const from = Number(number);
    let resume = "fresh";
    if (since !== undefined) {
      const isOurs = from === 0 ? tag === this.#tag(0) : this.log[from - 1]?.tag === tag;
      resume = isOurs ? (from >= this.retainedFrom ? "replay" : "snapshot") : "reset";
    }
    if (isHello || resume === "reset") {
      socket?.say({
        type: "sys.welcome",
        v: 1,
        resume,
        head: this.log.length,
        ping: 30_000,
        limits: this.limits,
      });
    }
    let last = from;
    if (resume !== "replay") {
      last = this.log.length;
      socket?.say({ type: "sys.snapshot", state: this.shown, $: { seq: last, cur: this.#cursor(last) } });
    }
    this.log.forEach((entry, index) => {
      if (index + 1 > last && !entry.isHidden) {
        socket?.say(this.#event(entry, index + 1, last));
        last = index + 1;
      }
    });
    this.#lastShown = last;
    this.#committed = this.#cursor(this.log.length);
    socket?.say({ type: "sys.live", $: { cur: this.#cursor(this.log.length) } });
    this.#isPlaying = true;
  }

  #command(message: Message): void {
    const { $, text, then = [] } = message;
    if (JSON.stringify(message).length > this.limits.frame) {
      this.#socket?.end(1009, "too long");
      return;
    }
    const wait = this.#spend();
    if (wait > 0) {
      this.hasty++;
      this.#answer({ type: "sys.nack", id: $.id, code: "rate_limited", message: "Slower.", retry: true, retryAfter: wait + 1 });
      return;
    }
    const earlier = this.log.findIndex(({ command }) => command === $.id);
    if (earlier >= 0) {
      this.#answer({ type: "sys.ack", id: $.id, seq: earlier + 1, dup: true });
      return;
    }
    if (this.deferCommands > 0) {
      this.deferCommands--;
      this.#answer({ type: "sys.nack", id: $.id, code: "unavailable", message: "Later.", retry: true });
      return;
    }
    if (this.refuseCommands > 0) {
      this.refuseCommands--;
      this.#answer({ type: "sys.nack", id: $.id, code: "illegal_move", message: "No.", retry: false });
      return;
    }
    // The id goes with the last event, so that who has seen it has seen all of them.
    const texts = [text, ...then];
    texts.slice(0, -1).forEach((first) => this.#append({ text: first, isHidden: false }));
    this.#append({ text: texts.at(-1), isHidden: false, command: $.id });
    this.#answer({ type: "sys.ack", id: $.id, seq: this.log.length });
  }

  /** Four seconds' worth may be saved up. */
  #spend(): number {
    const millis = 1_000 / this.limits.rate;
    this.#spentUpTo = Math.max(this.#spentUpTo, this.#clock.now - 4_000);
    const wait = this.#spentUpTo + millis - this.#clock.now;
    if (wait <= 0) {
      this.#spentUpTo += millis;
    }
    return wait;
  }

  #answer(message: object): void {
    if (this.forgetAcks > 0) {
      this.forgetAcks--;
      this.#socket?.end(1006, "");
    } else {
      this.#socket?.say(message);
    }
  }

  #append(entry: Omit<Entry, "tag">): void {
    this.log.push({ ...entry, tag: this.#tag(this.log.length + 1) });
    const seq = this.log.length;
    if (entry.isHidden || this.isBackendAway || !this.#socket || !this.#isPlaying) {
      return;
    }
    const event = this.#event(this.log[seq - 1] as Entry, seq, this.#lastShown);
    this.#lastShown = seq;
    this.#committed = this.#cursor(seq);
    if (this.loseEvents > 0) {
      this.loseEvents--;
      return;
    }
    this.#socket.say(event);
    if (this.doubleEvents > 0) {
      this.doubleEvents--;
      this.#socket.say(event);
    }
  }

  #event(entry: Entry, seq: number, before: number): Message {
    return {
      type: "said",
      text: entry.text,
      $: {
        seq,
        cur: this.#cursor(seq),
        ...(before === seq - 1 ? {} : { prev: before }),
        ...(entry.command === undefined ? {} : { cmd: entry.command }),
      },
    };
  }

  #cursor(seq: number): string {
    return `${seq}.${this.#tag(seq)}`;
  }

  #tag(seq: number): string {
    return `t${this.#logs}-${seq}`;
  }
}

/** As the real one reads: 64 deep, and no halves of surrogate pairs. */
function isReadable(text: string): boolean {
  let depth = 0;
  let deepest = 0;
  for (const character of text) {
    depth += "[{".includes(character) ? 1 : "]}".includes(character) ? -1 : 0;
    deepest = Math.max(deepest, depth);
  }
  return deepest <= 64 && !/\\ud[89a-f]/.test(text);
}
