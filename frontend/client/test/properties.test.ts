import fc from "fast-check";
import { expect, test } from "vitest";
import { Backoff } from "../src/backoff.ts";
import { Refusal, type Applied } from "../src/index.ts";
import { Player } from "./player.ts";
import { FakeServer } from "./server.ts";
import { MemoryStore, World } from "./world.ts";

const RUNS = Number(process.env["RUNS"] ?? 300);

/** One thing that happens, to one player whose network, server and browser all misbehave. */
type Step =
  | { readonly do: Plain }
  | { readonly do: "lose" | "double" | "defer" | "refuse" | "forgetAck"; readonly count: number }
  | { readonly do: "wait"; readonly millis: number }
  | { readonly do: "end"; readonly code: number; readonly reason: string };
type Plain =
  | ("send" | "other" | "secret" | "blackhole" | "reload" | "offline" | "online" | "visible" | "probe")
  | ("backendAway" | "backendBack" | "refuseKept" | "truncate" | "stale" | "unreachable" | "reachable");

const simple = (...names: Plain[]) => fc.constantFrom(...names).map((name): Step => ({ do: name }));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: simple("send") },
  { weight: 4, arbitrary: simple("other", "secret") },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("wait" as const), millis: fc.nat(4_000) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("end" as const),
      code: fc.constantFrom(1001, 1006, 1011, 1012, 1013, 4001, 4002, 4003),
      reason: fc.constantFrom("", "retry=700", "retry=nonsense"),
    }),
  },
  { weight: 2, arbitrary: simple("blackhole", "reload", "stale", "truncate") },
  { weight: 2, arbitrary: simple("refuseKept") },
  { weight: 2, arbitrary: simple("offline", "online", "visible", "probe") },
  { weight: 2, arbitrary: simple("backendAway", "backendBack", "unreachable", "reachable") },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom("lose" as const, "double" as const, "defer" as const, "refuse" as const, "forgetAck" as const),
      count: fc.integer({ min: 1, max: 3 }),
    }),
  },
);

class Story {
  readonly world: World;
  readonly server: FakeServer;
  readonly tab = new MemoryStore();
  readonly browser = new MemoryStore();
  readonly outcomes = new Map<string, Applied | Refusal>();
  readonly sent: string[] = [];
  player: Player;
  mostInFlight = 0;
  #others = 0;

  constructor(seed: number) {
    this.world = new World(random(seed));
    this.server = new FakeServer(this.world.clock);
    // Fewer under way than the rate lets out at once, so that both limits are met.
    Object.assign(this.server.limits, { rate: 1, inflight: 2 });
    this.world.serve = (socket) => this.server.serve(socket);
    this.player = this.#open();
  }

  #open(): Player {
    return new Player(this.world.page({ tab: this.tab, browser: this.browser }), this.outcomes);
  }

  async take(step: Step): Promise<void> {
    const { server, world, player } = this;
    switch (step.do) {
      case "send":
        this.#send();
        break;
      case "other":
        server.append(`other ${this.#others++}`);
        break;
      case "secret":
        server.append(`secret ${this.#others++}`, true);
        break;
      case "wait":
        await world.clock.advance(step.millis);
        break;
      case "end":
        server.socket?.end(step.code, step.reason);
        break;
      case "blackhole":
        world.open.forEach((socket) => (socket.isDead = true));
        break;
      case "reload":
        this.#keep(player);
        player.page.isDead = true;
        world.open.forEach((socket) => socket.end(1001, ""));
        this.player = this.#open();
        break;
      case "offline":
      case "online":
      case "visible":
        player.page.signal(step.do);
        break;
      case "probe":
        player.connection.probe();
        break;
      case "backendAway":
        server.leaveBackend();
        break;
      case "backendBack":
        server.returnBackend();
        break;
      case "refuseKept":
        server.leaveBackend();
        this.#send();
        await world.clock.advance(20);
        server.refuseCommands++;
        server.returnBackend();
        break;
      case "unreachable":
        world.isReachable = false;
        break;
      case "reachable":
        world.isReachable = true;
        break;
      case "truncate":
        server.retainedFrom = server.log.length;
        break;
      case "stale":
        world.sockets
          .filter((socket) => socket.closedWith !== undefined)
          .forEach((socket) => {
            socket.deliver('{"type":"said","text":"from the past","$":{"seq":1000,"cur":"1000.x","prev":0}}');
            socket.closeEvent(4507, "from the past");
          });
        break;
      case "lose":
        server.loseEvents += step.count;
        break;
      case "double":
        server.doubleEvents += step.count;
        break;
      case "defer":
        server.deferCommands += step.count;
        break;
      case "refuse":
        server.refuseCommands += step.count;
        break;
      case "forgetAck":
        server.forgetAcks += step.count;
        break;
    }
    this.#check();
  }

  #send(): void {
    const text = `own ${this.sent.length}`;
    this.sent.push(text);
    this.player.send(text);
  }

  /** What must hold at every moment. */
  #check(): void {
    const shown = this.server.shown;
    expect(this.player.shown).toEqual(shown.slice(0, this.player.shown.length));
    const believed = this.world.open.filter((socket) => socket.closedWith === undefined && !socket.isDead);
    expect(believed.length).toBeLessThanOrEqual(1);
  }

  #keep(player: Player): void {
    this.mostInFlight = Math.max(this.mostInFlight, player.mostInFlight);
    expect(player.page.reported).toEqual([]);
  }

  /** All faults end; one more event shows any that was lost before. */
  async heal(): Promise<void> {
    const { server, world } = this;
    Object.assign(server, { loseEvents: 0, doubleEvents: 0, deferCommands: 0, refuseCommands: 0, forgetAcks: 0 });
    world.isReachable = true;
    if (!this.player.page.isOnline) {
      this.player.page.signal("online");
    }
    server.returnBackend();
    await world.clock.advance(120_000);
    server.append("the end");
    await world.clock.advance(1_000);
    this.#keep(this.player);
  }
}

/** Mulberry32: the same seed gives the same story again. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

async function tell(steps: Step[], seed: number): Promise<Story> {
  const story = new Story(seed);
  for (const step of steps) {
    await story.take(step);
  }
  await story.heal();
  return story;
}

const stories = fc.tuple(fc.array(step, { maxLength: 60 }), fc.nat());

test("whatever happens, every event is shown once and in order, and the player ends live", async () => {
  await fc.assert(
    fc.asyncProperty(stories, async ([steps, seed]) => {
      const story = await tell(steps, seed);
      expect(story.player.state).toBe("live");
      expect(story.player.shown).toEqual(story.server.shown);
    }),
    { numRuns: RUNS },
  );
});

test("whatever happens, every command is settled once, and carried out once if it was not refused, else never", async () => {
  await fc.assert(
    fc.asyncProperty(stories, async ([steps, seed]) => {
      const story = await tell(steps, seed);
      expect(story.player.connection.unsettled).toBe(0);
      expect([...story.outcomes.keys()].sort()).toEqual([...story.sent].sort());
      const expected = story.sent.map((text) => (story.outcomes.get(text) instanceof Refusal ? 0 : 1));
      const found = story.sent.map((text) => story.server.shown.filter((other) => other === text).length);
      expect(found).toEqual(expected);
      for (const [text, outcome] of story.outcomes) {
        if (!(outcome instanceof Refusal)) {
          expect(story.server.log[outcome.seq - 1]?.text).toBe(text);
        }
      }
    }),
    { numRuns: RUNS },
  );
});

test("whatever happens, commands are carried out in the order they were given, unless the server puts one off or refuses a copy of one", async () => {
  await fc.assert(
    fc.asyncProperty(stories, async ([steps, seed]) => {
      // One that is put off, or refused where the gateway has kept it, may be carried out after those behind it.
      const story = await tell(
        steps.filter((step) => !["defer", "refuse", "refuseKept"].includes(step.do)),
        seed,
      );
      const own = story.server.shown.filter((text) => text.startsWith("own "));
      expect(own).toEqual(story.sent.filter((text) => own.includes(text)));
    }),
    { numRuns: RUNS },
  );
});

test("whatever happens, no more commands are under way than the server allows", async () => {
  await fc.assert(
    fc.asyncProperty(stories, async ([steps, seed]) => {
      const story = await tell(steps, seed);
      expect(story.mostInFlight).toBeLessThanOrEqual(story.server.limits.inflight);
    }),
    { numRuns: RUNS },
  );
});

test("whatever happens while the game-backend stays, no command comes sooner than it allows", async () => {
  await fc.assert(
    fc.asyncProperty(stories, async ([steps, seed]) => {
      // One that goes twice within a round trip is given more copies of a command than the client can know of.
      const story = await tell(
        steps.filter((step) => step.do !== "backendAway" && step.do !== "refuseKept"),
        seed,
      );
      expect(story.server.hasty).toBe(0);
    }),
    { numRuns: RUNS },
  );
});

test("a game that was lost and made anew is never mixed with the old one", async () => {
  await fc.assert(
    fc.asyncProperty(stories, stories, async ([before, seed], [after]) => {
      const story = new Story(seed);
      const tame = (steps: Step[]) => steps.filter(({ do: name }) => name === "send" || name === "other" || name === "wait");
      for (const step of tame(before)) {
        await story.take(step);
      }
      await story.world.clock.advance(1_000);
      story.server.recreate();
      for (const step of tame(after)) {
        await story.world.clock.advance(500);
        await story.take(step);
      }
      await story.heal();
      expect(story.player.shown).toEqual(story.server.shown);
      expect(story.player.connection.unsettled).toBe(0);
      expect(story.player.caughtUp.some(({ resume }) => resume === "reset")).toBe(true);
    }),
    { numRuns: RUNS },
  );
});

test("every delay is within its limit, whatever the server says", () => {
  const ends = fc.array(fc.tuple(fc.constantFrom(1006, 1012, 1013, 4003), fc.string(), fc.nat(100_000)));
  fc.assert(
    fc.property(ends, fc.nat(), (all, seed) => {
      const backoff = new Backoff(random(seed));
      all.forEach(([code, text, millis], index) => {
        const reason = index % 2 === 0 ? text : `retry=${millis}`;
        const delay = backoff.delay(code, reason);
        expect(delay.millis).toBeGreaterThanOrEqual(0);
        const isChosen = index % 2 === 1 && (code === 1012 || code === 4003);
        if (isChosen) {
          expect(delay.millis).toBe(Math.min(millis, Backoff.MAX_CHOSEN_MILLIS));
        } else {
          expect(delay.millis).toBeLessThanOrEqual(Backoff.MAX_MILLIS);
        }
      });
    }),
  );
});
