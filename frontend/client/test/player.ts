import { connect, Refusal, type Applied, type CaughtUp, type Connection, type Options, type Status } from "../src/index.ts";
import type { Page } from "./world.ts";

/** A page that plays: what it shows, and what has become of what it sent. */
export class Player {
  readonly page: Page;
  readonly connection: Connection;
  shown: string[] = [];
  readonly statuses: Status[] = [];
  readonly caughtUp: CaughtUp[] = [];
  readonly roundTrips: number[] = [];
  readonly frames: string[] = [];
  readonly outcomes: Map<string, Applied | Refusal>;
  /** The most commands that were ever under way at once. */
  mostInFlight = 0;
  #sent = 0;
  #inFlight = new Set<string>();

  /** @param outcomes shared by the pages of one player, since a later one tells what became of an earlier one's */
  constructor(page: Page, outcomes = new Map<string, Applied | Refusal>(), options: Partial<Options> = {}) {
    this.page = page;
    this.outcomes = outcomes;
    this.connection = connect({
      url: "ws://gateway",
      game: "g1",
      player: "p1",
      environment: page.environment,
      onStatus: (status) => this.statuses.push(status),
      onSnapshot: (state) => {
        this.shown = [...(state as string[])];
      },
      onEvent: (event) => this.shown.push(event["text"] as string),
      onCaughtUp: (caughtUp) => this.caughtUp.push(caughtUp),
      onRoundTrip: (millis) => this.roundTrips.push(millis),
      onOrphan: (command, outcome) => this.#settled(command["text"] as string, outcome),
      onFrame: (direction, text) => this.#framed(direction, text),
      ...options,
    });
  }

  get state(): string {
    return this.connection.status.state;
  }

  send(text: string): void {
    this.#sent++;
    this.connection.send({ type: "say", text }).then(
      (applied) => this.#settled(text, applied),
      (refusal) => this.#settled(text, refusal),
    );
  }

  #settled(text: string, outcome: Applied | Refusal): void {
    if (this.outcomes.has(text)) {
      throw new Error(`${text} was settled twice`);
    }
    this.outcomes.set(text, outcome);
  }

  #framed(direction: "in" | "out", text: string): void {
    this.frames.push(`${direction} ${text}`);
    const { type, id, $ } = JSON.parse(text);
    if (type === "sys.hello" || type === "sys.live") {
      this.#inFlight.clear();
    } else if (direction === "out" && $?.id) {
      this.#inFlight.add($.id);
      this.mostInFlight = Math.max(this.mostInFlight, this.#inFlight.size);
    } else if (direction === "in") {
      this.#inFlight.delete(id ?? $?.cmd);
    }
  }
}
