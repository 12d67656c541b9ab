import { Backoff } from "./backoff.ts";
import { page, type Environment, type Signal } from "./environment.ts";
import { Line } from "./line.ts";
import { Place } from "./place.ts";
import { Queue, type Command, type Open } from "./queue.ts";
import { Refusal, type Applied } from "./refusal.ts";
import { SeatLock, base64url, keepToken, seatToken } from "./seat.ts";
import type { CaughtUp, GameEvent, Options, Status } from "./types.ts";
import { Code, KEY, MAX_DEPTH, isReadable, type At, type Frame, type GameFrame, type Welcome } from "./wire.ts";

const STABLE_MILLIS = 5_000;
const ANSWER_MILLIS = 4_000;
const MAX_ANSWER_MILLIS = 60_000;
/** A slow line carries 32 kbit/s, and a command twice: it comes back as an event. */
const SLOW_BYTES_PER_MILLI = 2;
const NACK_PAUSE_MILLIS = 200;
const MAX_NACK_PAUSE_MILLIS = 60_000;
const MAX_RETRIES = 8;
/** What the server lets a connection save up of its rate (docs/protocol.md, section 4). */
const SAVED_MILLIS = 4_000;

/** One player's connection to one game. It reconnects and resumes by itself until it is closed or replaced. */
export class Connection {
  readonly #options: Options;
  readonly #env: Environment;
  readonly #key: string;
  readonly #line: Line;
  readonly #lock: SeatLock;
  readonly #queue: Queue;
  readonly #backoff: Backoff;
  readonly #place = new Place();
  readonly #idPrefix: string;
  readonly #unlisten: () => void;
  #seat: string;
  #status: Status = { state: "connecting" };
  #commands = 0;
  #dials = 0;
  #limits: Welcome["limits"] = { frame: 65_536, inflight: 32, rate: 20 };
  #spentUpTo = -Infinity;

  #isWelcome = false;
  #isResuming = false;
  #resume: CaughtUp["resume"] = "replay";
  #caughtUp = 0;
  #awaySince: number;

  #isRetryChosen = false;
  #retryAt = 0;
  #cancelRetry = () => {};
  #cancelStable = () => {};
  #cancelPause: (() => void) | undefined;

  constructor(options: Options) {
    const url = address(options);
    this.#options = options;
    this.#env = options.environment ?? page();
    this.#key = `holdfast ${options.url} ${options.game} ${options.player}`;
    this.#seat = options.seat ?? seatToken(this.#env, this.#key);
    this.#queue = new Queue(this.#key, this.#env.tab, (command, outcome) =>
      this.#tell(() => options.onOrphan?.(command, outcome)),
    );
    this.#backoff = new Backoff(this.#env.random);
    this.#idPrefix = base64url(this.#env.secret(6));
    this.#awaySince = this.#env.date();
    this.#line = new Line(this.#env, url, options.ticket?.bind(options), {
      opened: () => this.#hello(),
      received: (frame) => this.#received(frame as Frame),
      ended: (code, reason) => this.#ended(code, reason),
      patience: () => this.#patience(),
      failed: (reason) => this.#finish(Code.BROKEN, reason),
      roundTrip: (millis) => this.#tell(() => options.onRoundTrip?.(millis)),
      frame: (direction, text) => this.#tell(() => options.onFrame?.(direction, text)),
    });
    this.#unlisten = this.#env.listen((signal) => this.#signalled(signal));
    this.#lock = new SeatLock(this.#env, this.#key);
    // Chrome keeps a prerendered page waiting for the lock, which would look like another tab's; and many are never seen.
    this.#env.whenActive(() => this.#takeSeat(false));
  }

  get status(): Status {
    return this.#status;
  }

  /** The seat's token: who has it can continue on another device. */
  get seat(): string {
    return this.#seat;
  }

  /** How many commands are not settled yet. */
  get unsettled(): number {
    return this.#queue.size;
  }

  /**
   * Has a command carried out exactly once, now or as soon as there is a connection, and after all that were given
   * before it. The exception: when the server puts one off, as it does while its store fails (`unavailable`),
   * those that are already on their way behind it (at most 31) cannot be called back and may be carried out first. So may
   * they when the gateway has kept it while the game was away, and of its two copies the server refuses only the first.
   * Whoever cannot have that awaits each before the next.
   *
   * @throws Refusal if it was not carried out, or, with `unavailable`, `closed` and a `reset` without `retry`, if it is not
   *     known whether it was; nothing is ever dropped in silence
   */
  async send(command: Command): Promise<Applied> {
    const { state } = this.#status;
    if (this.#isStopped()) {
      throw new Refusal(state, `The connection is ${state}; the command was not sent.`, state === "replaced");
    }
    // A copy, since what waits must not change any more.
    let copy: any;
    try {
      copy = JSON.parse(JSON.stringify(command));
    } catch (failure) {
      throw new Refusal("invalid_json", `The command cannot be written as JSON: ${(failure as Error).message}`, false);
    }
    if (!isReadable(copy)) {
      const what = `The server reads no half of a surrogate pair, and nothing over ${MAX_DEPTH} deep; send another command.`;
      throw new Refusal("invalid_json", what, false);
    }
    if (!isCommand(copy)) {
      const what = `type: ${JSON.stringify(copy?.type)} (expected: a string, not "ping", "pong" or "sys.…"; and no "$")`;
      throw new Refusal("invalid_type", what, false);
    }
    const outcome = this.#queue.add(`${this.#idPrefix}.${++this.#commands}`, copy, this.#place.seen);
    this.#pump();
    return outcome;
  }

  /** Asks whether the connection still lives, and how long the way is; a dead one is replaced within seconds. */
  probe(): void {
    this.#line.probe();
  }

  /** Takes the seat back after `replaced`. */
  playHere(): void {
    if (this.#status.state === "replaced") {
      if (this.#become({ state: "connecting" })) {
        this.#takeSeat(true);
      }
    }
  }

  /** Leaves the game for good: the others are told at once, or without a connection when the server's grace is over. */
  leave(): void {
    this.#line.send({ type: "sys.leave" });
    this.#finish(Code.LEFT, "left");
  }

  /**
   * Ends the connection, not the game: the seat is kept for the server's grace, and commands for the tab's next connection,
   * whose `onOrphan` tells what became of them.
   */
  close(): void {
    this.#finish(Code.AWAY, "closed here");
  }

  #takeSeat(steal: boolean): void {
    this.#lock.take(
      steal,
      () => this.#dial(),
      (hadIt) => this.#elsewhere(hadIt),
    );
  }

  #dial(): void {
    if (this.#status.state === "closed") {
      this.#lock.release();
      return;
    }
    this.#cancelRetry();
    const { retryInMillis: _, ...why } = this.#status;
    // An attempt without a network is worth making, since the browser may be wrong, but not worth telling.
    if (this.#become({ ...why, state: this.#env.isOnline() ? "connecting" : "offline" })) {
      void this.#line.dial();
    }
  }

  #hello(): void {
    this.#queue.forget();
    this.#spentUpTo = -Infinity;
    this.#isWelcome = false;
    this.#become({ ...this.#status, state: "syncing" });
    const [since, seat, client, dial] = [this.#place.cursor, this.#seat, this.#idPrefix, ++this.#dials];
    this.#line.send({ type: "sys.hello", v: 1, since, seat, client, dial });
  }

  #received(frame: Frame): void {
    switch (frame.type) {
      case "sys.welcome":
        this.#welcomed(frame);
        break;
      case "sys.snapshot":
        this.#based(frame[KEY], frame.state);
        break;
      case "sys.live":
        this.#live();
        break;
      case "sys.ack":
        this.#place.heardOf(frame.seq);
        this.#answered(frame.id);
        this.#queue.settle(frame.id, { seq: frame.seq, dup: frame.dup === true });
        this.#pump();
        break;
      case "sys.nack":
        this.#nacked(frame);
        break;
      case "sys.notice":
        if (frame.state === "backend_away") {
          this.#lose();
          this.#become({ state: "backend_away" });
        }
        break;
      case "sys.presence":
        this.#tell(() => this.#options.onPresence?.(frame.players));
        break;
      case "sys.bye":
        // The close frame that follows may never arrive.
        if (Code.isFinal(frame.code)) {
          this.#line.hangUp(Code.AWAY, "");
          this.#ended(frame.code, frame.reason);
        }
        break;
      default:
        // A newer server may say more than this client knows.
        if (!`${(frame as GameFrame).type}`.startsWith("sys.")) {
          this.#event(frame as unknown as GameFrame);
        }
    }
  }

  #welcomed(welcome: Welcome): void {
    this.#seat = welcome.seat ?? this.#seat;
    // Not before: a wrong one, out of a link, must not take the place of the right one.
    keepToken(this.#env, this.#key, this.#seat);
    this.#limits = welcome.limits;
    this.#isWelcome = true;
    this.#line.expectPings(welcome.ping);
    if (welcome.resume === "reset") {
      const what = "The game is not the one that the command was meant for";
      this.#queue.refuse(new Refusal("reset", `${what}; look at it again.`, true), ({ copies }) => !copies);
      // These are under way: the gateway may have kept them for the game that is there now.
      this.#queue.refuse(new Refusal("reset", `${what}, and may carry it out yet; look at it again.`, false));
    }
    if (welcome.resume !== "replay") {
      this.#resume = welcome.resume;
    }
  }

  #based(at: At, state: unknown): void {
    this.#place.base(at);
    if (this.#resume === "replay") {
      this.#resume = "snapshot";
    }
    this.#tell(() => this.#options.onSnapshot?.(state));
  }

  /** Caught up: what is not settled goes out again. The place stays, since an event lost just before is still missing. */
  #live(): void {
    const awayMillis = Math.max(0, this.#env.date() - this.#awaySince);
    const caughtUp = { resume: this.#resume, events: this.#caughtUp, awayMillis };
    this.#isResuming = false;
    this.#resume = "replay";
    // The server counts what was under way: now, or when it had it from the gateway.
    this.#spentUpTo = this.#spent(this.#queue.inFlight().length);
    this.#queue.recall();
    if (this.#status.state !== "live") {
      this.#cancelStable();
      this.#cancelStable = this.#env.after(STABLE_MILLIS, () => this.#backoff.reset());
      if (this.#become({ state: "live" })) {
        this.#tell(() => this.#options.onCaughtUp?.(caughtUp));
      }
    }
    this.#pump();
  }

  #event({ [KEY]: at, ...event }: GameFrame): void {
    if (at?.seq === undefined) {
      this.#tell(() => this.#options.onEvent?.(event as GameEvent, { isOwn: false }));
      return;
    }
    const step = this.#place.advance(at);
    if (step === "gap") {
      this.#gap();
    } else if (step === "next") {
      this.#caughtUp++;
      const isOwn = at.cmd !== undefined;
      // First, since the page may close the connection when it sees the event.
      if (isOwn) {
        this.#answered(at.cmd);
        this.#queue.settle(at.cmd, { seq: at.seq, dup: false });
      }
      this.#tell(() => this.#options.onEvent?.(event as GameEvent, { seq: at.seq, isOwn }));
      this.#pump();
    }
  }

  #gap(): void {
    if (!this.#isResuming) {
      this.#isResuming = true;
      if (this.#status.state === "live") {
        this.#lose();
        this.#become({ state: "syncing" });
      }
      this.#line.send({ type: "sys.resume", since: this.#place.cursor });
    }
  }

  /** Sends what is open, oldest first, as much as the server wants at once; what it has put off goes alone. */
  #pump(): void {
    while (this.#status.state === "live" && !this.#cancelPause) {
      const next = this.#queue.next();
      const inFlight = this.#queue.inFlight();
      const most = next?.isPutOff || inFlight[0]?.isPutOff ? 1 : this.#limits.inflight;
      if (!next || inFlight.length >= most) {
        return;
      }
      const wait = this.#spent(inFlight.length + 1) - this.#env.now();
      if (wait > 0) {
        this.#pause(Math.ceil(wait));
        return;
      }
      const isFirst = next.seen === undefined;
      next.seen ??= this.#place.seen;
      const message = { ...next.body, [KEY]: { id: next.id, seen: next.seen } };
      const bytes = new TextEncoder().encode(JSON.stringify(message)).length;
      if (bytes > this.#limits.frame) {
        const what = `The command has ${bytes} bytes (allowed: ${this.#limits.frame}); send less.`;
        this.#queue.settle(next.id, new Refusal("too_large", what, false));
        continue;
      }
      next.isInFlight = true;
      next.copies++;
      if (isFirst) {
        this.#queue.save();
      }
      this.#line.send(message);
    }
  }

  /** What the server wants again goes out again under its own id, since it may have been carried out. */
  #nacked(nack: Extract<Frame, { type: "sys.nack" }>): void {
    const open = this.#answered(nack.id);
    if (!open) {
      return;
    }
    // Being too quick is no failure of the command's.
    if (!nack.retry || (nack.code !== "rate_limited" && ++open.retries > MAX_RETRIES)) {
      // Another copy may be carried out yet; its answer is the one that counts.
      if (!open.copies) {
        this.#queue.settle(open.id, new Refusal(nack.code, nack.message, nack.retry));
      }
      this.#pump();
      return;
    }
    open.isPutOff = true;
    const pause = Math.max(nack.retryAfter ?? 0, NACK_PAUSE_MILLIS * 2 ** (open.retries - 1));
    this.#pause(Math.min(pause, MAX_NACK_PAUSE_MILLIS));
  }

  /** The server has counted a command against its rate at some time before it answers. */
  #answered(id: string): Open | undefined {
    const open = this.#queue.find(id);
    if (open?.copies) {
      open.isInFlight = --open.copies > 0;
      this.#spentUpTo = this.#spent(1);
    }
    return open;
  }

  /**
   * Up to when the allowance is spent, with so many commands more. What is under way counts from its answer on, later than
   * the server counts it: so it never finds us too quick, whatever the network does to the times between commands.
   */
  #spent(commands: number): number {
    return Math.max(this.#spentUpTo, this.#env.now() - SAVED_MILLIS) + (commands * 1_000) / this.#limits.rate;
  }

  /** A pong comes behind a snapshot, of which nothing is heard before its end; the ping goes behind what is under way. */
  #patience(): number {
    if (this.#isWelcome && this.#status.state === "syncing" && this.#env.isOnline()) {
      return MAX_ANSWER_MILLIS;
    }
    const bytes = this.#queue.inFlight().reduce((sum, open) => sum + length(open), 0);
    return Math.min(ANSWER_MILLIS + bytes / SLOW_BYTES_PER_MILLI, MAX_ANSWER_MILLIS);
  }

  #pause(millis: number): void {
    this.#cancelPause?.();
    this.#cancelPause = this.#env.after(millis, () => {
      this.#cancelPause = undefined;
      this.#pump();
    });
  }

  #ended(code: number, reason: string): void {
    this.#rest();
    if (code === Code.REPLACED) {
      // A new tab of this browser must not be told that this one plays.
      this.#lock.release();
      this.#become({ state: "replaced", code, reason });
    } else if (Code.isFinal(code)) {
      this.#finish(code, reason);
    } else {
      const { millis, isChosen } = this.#backoff.delay(code, reason);
      this.#isRetryChosen = isChosen;
      this.#cancelRetry = this.#env.after(millis, () => this.#dial());
      this.#retryAt = this.#env.date() + millis;
      this.#wait({ code, reason });
      if (code === Code.TOO_BIG) {
        this.#refuseLongest();
      }
    }
  }

  #wait(why: Pick<Status, "code" | "reason">): void {
    const state = this.#env.isOnline() ? "waiting" : "offline";
    this.#become({ ...why, state, retryInMillis: Math.max(0, Math.round(this.#retryAt - this.#env.date())) });
  }

  /** 1009 does not say which command was too long: the longest, since the limit is on each. */
  #refuseLongest(): void {
    const [longest] = this.#queue.inFlight().sort((a, b) => length(b) - length(a));
    if (longest) {
      this.#queue.settle(longest.id, new Refusal("too_large", "The server found the command too long; send less.", false));
    }
  }

  /** @param hadIt whether another tab has taken the seat from this one; else it was here first */
  #elsewhere(hadIt: boolean): void {
    if (this.#isStopped()) {
      return;
    }
    this.#cancelRetry();
    this.#line.hangUp(Code.AWAY, "");
    this.#rest();
    this.#become({ state: "replaced", code: Code.REPLACED, reason: "another tab" });
    if (!hadIt) {
      // This tab may be a copy of the other, and the server cannot tell these from what that one sends of them.
      const what = "Another tab plays this seat, and may send the command; this one did not.";
      this.#queue.refuse(new Refusal("replaced", what, false), ({ seen }) => seen === undefined);
    }
  }

  /** Whether nothing goes on unless somebody asks for it, if then. */
  #isStopped(): boolean {
    const { state } = this.#status;
    return state === "closed" || state === "replaced";
  }

  #finish(code: number, reason: string): void {
    if (this.#status.state !== "closed") {
      this.#cancelRetry();
      this.#line.hangUp(code, reason);
      this.#rest();
      this.#unlisten();
      this.#lock.release();
      this.#become({ state: "closed", code, reason });
      const what =
        !Code.isFinal(code) && this.#queue.bequeath()
          ? "; the command is kept, and goes out when this tab plays the game again"
          : " before the command was settled";
      this.#queue.refuse(new Refusal("closed", `The connection was closed (${code} ${reason})${what}.`, false));
    }
  }

  /** Without a connection nothing is live, asked for or put off. */
  #rest(): void {
    this.#lose();
    this.#isResuming = false;
    this.#cancelPause?.();
    this.#cancelPause = undefined;
  }

  #lose(): void {
    this.#cancelStable();
    if (this.#status.state === "live") {
      this.#awaySince = this.#env.date();
      this.#caughtUp = 0;
    }
  }

  /** The network or the page is back: no reason to wait any longer, nor to believe an old socket. */
  #signalled(signal: Signal): void {
    const { state } = this.#status;
    if (signal === "cached" || signal === "restored") {
      this.#turned(signal);
    } else if (state === "waiting" || state === "offline") {
      // Not while an attempt is under way, which is made offline as well.
      const isWaiting = this.#status.retryInMillis !== undefined;
      if (signal !== "offline" && !(isWaiting && this.#isRetryChosen && this.#env.date() < this.#retryAt)) {
        this.#dial();
      } else if (isWaiting) {
        this.#wait(this.#status);
      }
    } else if (state === "connecting" && signal !== "offline" && this.#lock.isHeld) {
      this.#dial();
    } else {
      this.#line.probe();
    }
  }

  /**
   * A page that is put away gives up its socket and the seat's lock itself: Safari takes both, the lock as another tab would,
   * or keeps the lock from pages that can be seen.
   */
  #turned(signal: "cached" | "restored"): void {
    if (this.#isStopped()) {
      return;
    }
    if (signal === "restored") {
      this.#takeSeat(false);
      return;
    }
    this.#cancelRetry();
    this.#line.hangUp(Code.AWAY, "");
    this.#rest();
    this.#lock.release();
    this.#become({ state: "connecting" });
  }

  /** False if the page did something about it at once, such as to close: then it is so no more. */
  #become(status: Status): boolean {
    this.#status = status;
    this.#tell(() => this.#options.onStatus?.(status));
    return this.#status === status;
  }

  /** A failure of the page's own code is the page's, and must not stop ours. */
  #tell(callback: () => void): void {
    try {
      callback();
    } catch (failure) {
      this.#env.report(failure);
    }
  }
}

function address({ url, game, player }: Options): string {
  for (const [name, value] of Object.entries({ game, player })) {
    if (!/^[A-Za-z0-9_-]{1,64}$/.test(value)) {
      throw new TypeError(`${name}: ${JSON.stringify(value)} (expected: 1 to 64 of A-Z a-z 0-9 _ -)`);
    }
  }
  if (!/^wss?:\/\/[^/?#][^?#]*$/.test(url) || !isUrl(url)) {
    throw new TypeError(`url: ${JSON.stringify(url)} (expected: one like wss://gateway.example)`);
  }
  return `${url.replace(/\/+$/, "")}/ws/${game}/${player}?v=1`;
}

/** As `URL.canParse`, which the oldest browsers of the README lack. */
function isUrl(text: string): boolean {
  try {
    return Boolean(new URL(text));
  } catch {
    return false;
  }
}

function length({ body }: Open): number {
  return JSON.stringify(body).length;
}

function isCommand(copy: any): copy is Command {
  const type = copy?.type;
  return typeof type === "string" && type !== "ping" && type !== "pong" && !type.startsWith("sys.") && !(KEY in copy);
}
