import { beforeEach, describe, expect, test } from "vitest";
import { connect, Refusal, type Applied } from "../src/index.ts";
import { Player } from "./player.ts";
import { FakeServer } from "./server.ts";
import { FakeLocks, MemoryStore, World, type FakeSocket } from "./world.ts";

let world: World;
let server: FakeServer;

beforeEach(() => {
  world = new World();
  server = new FakeServer(world.clock);
  world.serve = (socket) => server.serve(socket);
});

async function live(): Promise<Player> {
  const player = new Player(world.page());
  await world.clock.advance(100);
  expect(player.state).toBe("live");
  return player;
}

const lastStatus = (player: Player) => player.statuses.at(-1);

describe("connecting", () => {
  test("goes from connecting over syncing to live, and says hello first", async () => {
    const player = await live();

    expect(player.statuses.map(({ state }) => state)).toEqual(["connecting", "syncing", "live"]);
    expect(world.sockets[0]?.url).toBe("ws://gateway/ws/g1/p1?v=1");
    expect(player.frames[0]).toMatch(/^out {"type":"sys.hello","v":1,"seat":"[A-Za-z0-9_-]{22}","client":"[A-Za-z0-9_-]+","dial":1}$/);
    expect(player.caughtUp).toMatchObject([{ resume: "fresh", events: 0 }]);
  });

  test.each([
    ["game", { game: "a b" }],
    ["player", { player: "" }],
    ["url", { url: "https://gateway" }],
    ["url", { url: "wss://gateway:99999" }],
    ["url", { url: "wss://gateway?a=b" }],
    ["url", { url: "wss://gateway/#a" }],
  ])("refuses a bad %s at once and says what it expects", (name, bad) => {
    const options = { url: "ws://gateway", game: "g", player: "p", ...bad, environment: world.page().environment };
    expect(() => connect(options)).toThrow(new RegExp(`^${name}: ".*" \\(expected: `));
  });

  test("brings the same seat token each time, so that a lost welcome locks nobody out", async () => {
    const browser = new MemoryStore();
    const first = new Player(world.page({ browser }));
    first.page.isDead = true;
    const second = new Player(world.page({ browser }));
    await world.clock.advance(100);

    expect(second.connection.seat).toBe(first.connection.seat);
    expect(server.hellos.at(-1)).toMatchObject({ seat: first.connection.seat });
  });

  test("keeps a token that the server gives, and one that another device brings", async () => {
    const browser = new MemoryStore();
    const token = "0123456789abcdefABCDEF";
    const player = new Player(world.page({ browser }), new Map(), { seat: token });
    await world.clock.advance(100);
    expect(server.hellos.at(-1)).toMatchObject({ seat: token });

    const given = "the_server_gave_me_this";
    world.sockets[0]?.say({ type: "sys.welcome", resume: "replay", ping: 30_000, limits: server.limits, seat: given });
    await world.clock.advance(100);

    expect(player.connection.seat).toBe(given);
    expect(new Player(world.page({ browser })).connection.seat).toBe(given);
  });

  test("keeps a token that a link brings only when the server has accepted it", async () => {
    const browser = new MemoryStore();
    const page = () => Object.assign(world.page({ browser }), { isDead: true });
    const own = new Player(page()).connection.seat;
    const link = { seat: "AAAAAAAAAAAAAAAAAAAAAA" };
    const player = new Player(world.page({ browser }), new Map(), link);
    expect(new Player(page()).connection.seat).toBe(own);

    await world.clock.advance(100);
    expect(player.state).toBe("live");
    expect(new Player(page()).connection.seat).toBe(link.seat);
  });

  test("gives an attempt up after 10 s without an answer", async () => {
    world.latencyMillis = 1_000_000;
    const player = new Player(world.page());

    await world.clock.advance(9_999);
    expect(player.state).toBe("connecting");
    await world.clock.advance(1);
    expect(lastStatus(player)).toMatchObject({ state: "waiting", code: 4001, reason: "no connection in time" });
  });

  test.each([undefined, new FakeLocks()])("is over where the browser opens no socket, and says why", async (locks) => {
    world.openFailure = new DOMException("An insecure WebSocket may not be opened from a page served over HTTPS.", "SecurityError");
    const player = new Player(world.page({ locks }));
    await world.clock.advance(100_000);

    const { message } = world.openFailure;
    expect(player.statuses.slice(1)).toEqual([{ state: "closed", code: 1006, reason: message }]);
  });
});

describe("with tickets", () => {
  test("asks for one before each connection", async () => {
    let tickets = 0;
    const player = new Player(world.page(), new Map(), { ticket: async () => `${++tickets} of 2&` });
    await world.clock.advance(100);
    expect(player.state).toBe("live");
    server.socket?.end(1006, "");
    await world.clock.advance(1_000);

    expect(player.state).toBe("live");
    expect(world.sockets.map(({ url }) => url)).toEqual([
      "ws://gateway/ws/g1/p1?v=1&ticket=1%20of%202%26",
      "ws://gateway/ws/g1/p1?v=1&ticket=2%20of%202%26",
    ]);
  });

  test("opens no socket when it was closed, or has dialled again, before there was one", async () => {
    const given: ((ticket: string) => void)[] = [];
    const player = new Player(world.page(), new Map(), { ticket: () => new Promise((resolve) => given.push(resolve)) });
    await world.clock.advance(100);
    player.page.signal("online");
    expect(given.length).toBe(2);
    given[0]?.("a");
    await world.clock.advance(100);
    expect(world.sockets).toEqual([]);

    player.connection.close();
    given[1]?.("b");
    await world.clock.advance(100_000);
    expect(world.sockets).toEqual([]);
    expect(player.state).toBe("closed");
  });

  test("tries again, a little later, after one was not given, or not in 10 s", async () => {
    const asked: number[] = [];
    const player = new Player(world.page(), new Map(), {
      ticket: () => {
        asked.push(world.clock.now);
        return asked.length < 3 ? Promise.reject(new Error("Sign in again.")) : new Promise(() => {});
      },
    });
    await world.clock.advance(0);
    expect(lastStatus(player)).toEqual({ state: "waiting", code: 1006, reason: "Sign in again.", retryInMillis: 125 });
    await world.clock.advance(125 + 250 + 9_999);
    expect(asked).toEqual([0, 125, 375]);
    expect(player.state).toBe("connecting");
    await world.clock.advance(1);
    expect(lastStatus(player)).toMatchObject({ state: "waiting", code: 4001, reason: "no connection in time" });
    expect(world.sockets).toEqual([]);
  });
});

describe("commands", () => {
  test("resolve with what the server says of them", async () => {
    const player = await live();
    player.send("a");
    await world.clock.advance(100);

    expect(player.outcomes.get("a")).toEqual({ seq: 1, dup: false });
    expect(player.shown).toEqual(["a"]);
    expect(player.connection.unsettled).toBe(0);
  });

  test("are settled before their event is told, which may be where the page leaves", async () => {
    const player: Player = new Player(world.page(), new Map(), { onEvent: () => player.connection.leave() });
    await world.clock.advance(100);
    player.send("a");
    await world.clock.advance(100);

    expect(player.state).toBe("closed");
    expect(player.outcomes.get("a")).toEqual({ seq: 1, dup: false });
  });

  test("with several events are settled by the last, the only one that is told as the player's own", async () => {
    const told: unknown[] = [];
    const player = new Player(world.page(), new Map(), { onEvent: ({ text }, meta) => told.push([text, meta]) });
    await world.clock.advance(100);
    const applied = player.connection.send({ type: "say", text: "a", then: ["b", "c"] });
    await world.clock.advance(100);

    await expect(applied).resolves.toEqual({ seq: 3, dup: false });
    expect(told).toEqual([
      ["a", { seq: 1, isOwn: false }],
      ["b", { seq: 2, isOwn: false }],
      ["c", { seq: 3, isOwn: true }],
    ]);
  });

  test("wait in order until there is a connection", async () => {
    world.isReachable = false;
    const player = new Player(world.page());
    ["a", "b", "c"].forEach((text) => player.send(text));
    await world.clock.advance(3_000);
    expect(player.connection.unsettled).toBe(3);

    world.isReachable = true;
    await world.clock.advance(10_000);
    expect(server.shown).toEqual(["a", "b", "c"]);
  });

  test("given while the page is shown one that goes out go after it", async () => {
    const player: Player = new Player(world.page(), new Map(), {
      onFrame: (direction, text) => direction === "out" && text.includes('"text":"a"') && player.send("b"),
    });
    await world.clock.advance(100);
    player.send("a");
    await world.clock.advance(100);

    expect(server.shown).toEqual(["a", "b"]);
  });

  test("whose answer was lost are sent again under the same id and carried out once", async () => {
    const player = await live();
    server.forgetAcks = 1;
    server.loseEvents = 1;
    player.send("a");
    await world.clock.advance(20_000);

    const ids = player.frames.flatMap((frame) => /^out .*"text":"a".*"id":"([^"]+)"/.exec(frame)?.[1] ?? []);
    expect(new Set(ids).size).toBe(1);
    expect(ids.length).toBe(1);
    expect(server.shown).toEqual(["a"]);
    expect(player.outcomes.get("a")).toEqual({ seq: 1, dup: false });
  });

  test("that the log no longer shows are settled by their repetition, as duplicates", async () => {
    const player = await live();
    server.forgetAcks = 1;
    server.loseEvents = 1;
    player.send("a");
    await world.clock.advance(20);
    server.append("b");
    server.retainedFrom = server.log.length;
    await world.clock.advance(20_000);

    expect(player.outcomes.get("a")).toEqual({ seq: 1, dup: true });
    expect(player.caughtUp.at(-1)).toMatchObject({ resume: "snapshot" });
    expect(server.shown).toEqual(["a", "b"]);
  });

  test("tell what was known when they were first sent, also when they are sent again", async () => {
    const player = await live();
    server.append("other");
    await world.clock.advance(100);
    server.isBackendAway = true;
    player.send("a");
    await world.clock.advance(100);
    server.isBackendAway = false;
    server.append("another");
    server.socket?.end(1006, "");
    await world.clock.advance(10_000);

    const seen = player.frames.flatMap((frame) => /^out .*"text":"a".*"seen":(\d+)/.exec(frame)?.[1] ?? []);
    expect(seen).toEqual(["1", "1"]);
  });

  test("know of numbers that only an ack has told, without counting the events as processed", async () => {
    const player = await live();
    world.sockets[0]?.say({ type: "sys.ack", id: "of an earlier page", seq: 7, $: { cur: "7.x" } });
    await world.clock.advance(100);
    player.send("a");
    server.socket?.end(1006, "");
    await world.clock.advance(10_000);

    expect(server.hellos.at(-1)).toMatchObject({ since: "0.t0-0" });
    expect(player.frames.find((frame) => frame.includes('"text":"a"'))).toContain('"seen":7');
  });

  test("that are refused reject with the server's code and sentence", async () => {
    const player = await live();
    server.refuseCommands = 1;
    player.send("a");
    await world.clock.advance(100);

    expect(player.outcomes.get("a")).toMatchObject({ code: "illegal_move", message: "No.", retry: false });
  });

  test.each([
    [1, ["a"], { seq: 1, dup: false }],
    [2, [], { code: "illegal_move" }],
  ])("of which the gateway sends a copy, too, and %i are refused, are refused if both are", async (times, shown, outcome) => {
    const player = await live();
    server.leaveBackend();
    player.send("a");
    await world.clock.advance(100);
    server.refuseCommands = times;
    server.returnBackend();
    await world.clock.advance(1_000);

    expect(server.shown).toEqual(shown);
    expect(player.outcomes.get("a")).toMatchObject(outcome);
    expect(server.refuseCommands).toBe(0);
  });

  test("that are put off are tried again under the same id, and refused after the eighth repetition", async () => {
    const player = await live();
    server.deferCommands = 3;
    player.send("a");
    await world.clock.advance(10_000);
    expect(player.outcomes.get("a")).toEqual({ seq: 1, dup: false });

    server.deferCommands = 100;
    player.send("b");
    await world.clock.advance(120_000);
    expect(player.outcomes.get("b")).toMatchObject({ code: "unavailable", retry: true });
    expect(100 - server.deferCommands).toBe(9);
  });

  test("wait as long as the server asks for", async () => {
    const player = await live();
    player.send("a");
    await world.clock.advance(1);
    const socket = world.sockets[0];
    const id = /"id":"([^"]+)"/.exec(player.frames.at(-1) ?? "")?.[1];
    if (socket) {
      socket.hears = () => {};
    }
    socket?.say({ type: "sys.nack", id, code: "rate_limited", message: "Slower.", retry: true, retryAfter: 3_000 });
    const sent = () => player.frames.filter((frame) => frame.startsWith("out ") && frame.includes('"text":"a"')).length;

    await world.clock.advance(2_900);
    expect(sent()).toBe(1);
    await world.clock.advance(200);
    expect(sent()).toBe(2);
  });

  test("that are more than may come at once go out at the server's pace, and in order", async () => {
    Object.assign(server.limits, { rate: 5, inflight: 32 });
    world.latencyMillis = 50;
    world.isReachable = false;
    const player = new Player(world.page());
    const texts = Array.from({ length: 60 }, (_, i) => `${i}`);
    texts.forEach((text) => player.send(text));
    await world.clock.advance(1_000);
    world.isReachable = true;
    player.page.signal("online");
    await world.clock.advance(8_500);

    expect(server.shown).toEqual(texts);
    expect([...player.outcomes.values()]).toEqual(texts.map((_, i) => ({ seq: i + 1, dup: false })));
    expect(server.hasty).toBe(0);
  });

  test("that the gateway has kept and the client sends again count twice", async () => {
    Object.assign(server.limits, { rate: 5, inflight: 32 });
    const player = await live();
    const texts = Array.from({ length: 40 }, (_, i) => `${i}`);
    server.isBackendAway = true;
    texts.forEach((text) => player.send(text));
    await world.clock.advance(20_000);
    server.returnBackend();
    await world.clock.advance(20_000);

    expect(server.shown).toEqual(texts);
    expect(server.hasty).toBe(0);
  });

  test("that are put off are overtaken by those that were under way, and by no others", async () => {
    world.isReachable = false;
    const player = new Player(world.page());
    ["a", "b", "c", "d", "e", "f"].forEach((text) => player.send(text));
    world.isReachable = true;
    let refused = 0;
    const serve = world.serve;
    world.serve = (socket) => {
      serve(socket);
      const hear = socket.hears;
      socket.hears = (text) => {
        server.deferCommands = /"text":"[ab]"/.test(text) && refused++ < 5 ? 1 : 0;
        hear(text);
      };
    };
    await world.clock.advance(20_000);

    expect(server.shown).toEqual(["c", "d", "a", "b", "e", "f"]);
    expect(refused).toBe(7);
  });

  test("that are too many for the server's pace are tried until it has time for them", async () => {
    const player = await live();
    let refused = 0;
    const socket = world.sockets[0] as FakeSocket;
    const hear = socket.hears;
    socket.hears = (text) => {
      const id = /"id":"([^"]+)"/.exec(text)?.[1];
      if (id && refused < 12) {
        refused++;
        socket.say({ type: "sys.nack", id, code: "rate_limited", message: "Slower.", retry: true, retryAfter: 1_000 });
      } else {
        hear(text);
      }
    };
    player.send("a");
    await world.clock.advance(13_000);

    expect(player.outcomes.get("a")).toEqual({ seq: 1, dup: false });
  });

  test("longer than the server takes are refused here, before they cost the connection", async () => {
    const player = await live();
    player.send("x".repeat(2_000));
    player.send("a");
    await world.clock.advance(100);

    expect([...player.outcomes.values()][0]).toMatchObject({ code: "too_large", retry: false });
    expect(server.shown).toEqual(["a"]);
    expect(world.sockets.length).toBe(1);
  });

  test("that the server finds too long after all are refused, and the others go on", async () => {
    const player = await live();
    const socket = world.sockets[0];
    if (socket) {
      socket.hears = () => socket.end(1009, "too long");
    }
    player.send("long, as it goes");
    player.send("a");
    await world.clock.advance(10_000);

    expect(player.outcomes.get("long, as it goes")).toMatchObject({ code: "too_large" });
    expect(player.outcomes.get("a")).toEqual({ seq: 1, dup: false });
  });

  test.each(["ping", "pong", "sys.leave"])("of the protocol's own type %s are refused", async (type) => {
    const player = await live();
    await expect(player.connection.send({ type })).rejects.toMatchObject({ code: "invalid_type" });
    await expect(player.connection.send({ type: "say", $: 1 })).rejects.toMatchObject({ code: "invalid_type" });
  });

  test.each([["null", null], ["an array", [{ type: "say" }]], ["text", "say"], ["a number", 7], ["a type that is none", { type: 7 }]])(
    "that are %s are refused",
    async (_, command) => {
      const player = await live();
      const sent = player.connection.send(command as never);
      await expect(sent).rejects.toMatchObject({ name: "Refusal", code: "invalid_type", retry: false });
    },
  );

  test("that cannot be written as JSON are refused, and the others go on", async () => {
    const player = await live();
    const cyclic: Record<string, unknown> & { type: string } = { type: "say" };
    cyclic["self"] = cyclic;
    for (const command of [cyclic, { type: "say", text: 1n }, undefined as never]) {
      await expect(player.connection.send(command)).rejects.toMatchObject({ name: "Refusal", code: "invalid_json", retry: false });
    }
    player.send("a");
    await world.clock.advance(100);
    expect(server.shown).toEqual(["a"]);
  });

  const nested = (depth: number): object => (depth === 1 ? {} : { in: nested(depth - 1) });
  test.each([
    ["half of a character", { text: "\ud83d" }],
    ["the other half", { text: "a\ude00" }],
    ["half of a character in a name", { in: [{ "\ud83d": 1 }] }],
    ["more inside each other than the server reads", { in: nested(64) }],
  ])("with %s are refused here, since the server could not answer them", async (_, fields) => {
    const player = await live();
    const sent = player.connection.send({ type: "say", ...fields });
    await expect(sent).rejects.toMatchObject({ name: "Refusal", code: "invalid_json", retry: false });
    player.send("a");
    await world.clock.advance(100);
    expect(server.shown).toEqual(["a"]);
  });

  test("with whole characters, and as much inside each other as the server reads, are carried out", async () => {
    const player = await live();
    void player.connection.send({ type: "say", text: "\ud83d\ude00", in: nested(63), "\ud83d\ude00": [] });
    await world.clock.advance(100);
    expect(server.shown).toEqual(["\ud83d\ude00"]);
  });

  test("that an earlier client has kept though no server reads them are dropped, and hold nobody up", async () => {
    const tab = new MemoryStore();
    const bodies = [{ type: "say", text: "\ud83d" }, { type: "say", in: nested(64) }, { type: "say", text: "a" }];
    tab.getItem = () => JSON.stringify(bodies.map((body, index) => ({ id: `x.${index}`, seen: 0, body })));
    const player = new Player(world.page({ tab }));
    expect(player.connection.unsettled).toBe(1);
    await world.clock.advance(100);

    expect([...player.outcomes]).toEqual([["a", { seq: 1, dup: false }]]);
  });

  test("are carried out as they were when they were given", async () => {
    world.isReachable = false;
    const player = new Player(world.page());
    const command = { type: "say", text: "a" };
    void player.connection.send(command);
    command.text = "b";
    world.isReachable = true;
    await world.clock.advance(10_000);
    expect(server.shown).toEqual(["a"]);
  });

  test("beyond 256 unsettled ones are refused, not dropped", async () => {
    world.isReachable = false;
    const player = new Player(world.page());
    for (let i = 0; i <= 256; i++) {
      player.send(`${i}`);
    }
    await world.clock.advance(0);

    expect([...player.outcomes]).toMatchObject([["256", { code: "queue_full", retry: true }]]);
    expect(player.connection.unsettled).toBe(256);
  });

  test("of an earlier page of the tab are settled by the next one", async () => {
    const tab = new MemoryStore();
    world.isReachable = false;
    const before = new Player(world.page({ tab }));
    before.send("a");
    await world.clock.advance(100);
    before.page.isDead = true;

    world.isReachable = true;
    const after = new Player(world.page({ tab }));
    after.send("b");
    await world.clock.advance(1_000);

    expect(after.outcomes.get("a")).toEqual({ seq: 1, dup: false });
    expect(server.shown).toEqual(["a", "b"]);
  });

  test("are kept when the page closes the connection, and told by the next page of the tab", async () => {
    const tab = new MemoryStore();
    world.isReachable = false;
    const before = new Player(world.page({ tab }));
    before.send("a");
    const told = new Map<string, Applied | Refusal>();
    const between = new Player(world.page({ tab }), told);
    between.send("b");
    await world.clock.advance(100);
    before.page.isDead = true;
    between.connection.close();
    await world.clock.advance(100);
    expect([...told]).toMatchObject([["b", { code: "closed", retry: false, message: expect.stringContaining("is kept") }]]);

    world.isReachable = true;
    const after = new Player(world.page({ tab }));
    await world.clock.advance(1_000);
    expect(server.shown).toEqual(["a", "b"]);
    expect([...after.outcomes]).toEqual([["a", { seq: 1, dup: false }], ["b", { seq: 2, dup: false }]]);
  });

  test("are given up when the player leaves", async () => {
    const tab = new MemoryStore();
    world.isReachable = false;
    const leaver = new Player(world.page({ tab }));
    leaver.send("a");
    leaver.connection.leave();
    await world.clock.advance(100);
    expect(leaver.outcomes.get("a")).toMatchObject({ code: "closed", message: expect.not.stringContaining("is kept") });

    expect(new Player(world.page({ tab })).connection.unsettled).toBe(0);
  });

  test("need no storage, nor does the seat: a damaged one is as good as none", async () => {
    const damaged = (): never => {
      throw new DOMException("", "NS_ERROR_FILE_CORRUPTED");
    };
    const store = { getItem: damaged, setItem: damaged, removeItem: damaged };
    const player = new Player(world.page({ tab: store, browser: store }));
    await world.clock.advance(100);
    player.send("a");
    await world.clock.advance(100);

    expect(player.outcomes.get("a")).toEqual({ seq: 1, dup: false });
    expect(player.page.reported).toEqual([]);
  });

  test("survive a storage that is full or holds somebody else's rubbish", async () => {
    const tab = new MemoryStore();
    tab.getItem = () => '[{"id":7},null,{"id":"x"},"y"]';
    tab.setItem = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
    const player = new Player(world.page({ tab }));
    player.send("a");
    await world.clock.advance(100);

    expect(server.shown).toEqual(["a"]);
  });
});

describe("coming back", () => {
  test("says since when, and counts what was missed", async () => {
    const player = await live();
    server.append("a");
    await world.clock.advance(100);
    world.isReachable = false;
    server.socket?.end(1006, "");
    ["b", "c", "d"].forEach((text) => server.append(text));
    await world.clock.advance(2_000);
    world.isReachable = true;
    await world.clock.advance(10_000);

    expect(server.hellos.at(-1)).toMatchObject({ since: "1.t0-1", client: server.hellos[0]?.client, dial: 2 });
    expect(player.shown).toEqual(["a", "b", "c", "d"]);
    expect(player.caughtUp.at(-1)).toMatchObject({ resume: "replay", events: 3 });
    expect(player.caughtUp.at(-1)?.awayMillis).toBeGreaterThan(2_000);
  });

  test.each([
    [1012, 700, "retry=700"],
    [4003, 1_500, "retry=1500"],
    [1012, 60_000, "retry=999999999"],
  ])("after %i waits the %i ms that the server has chosen, whatever the page does", async (code, millis, reason) => {
    const player = await live();
    server.socket?.end(code, reason);
    player.page.signal("visible");
    player.page.signal("online");
    expect(lastStatus(player)).toMatchObject({ state: "waiting", code, retryInMillis: millis });

    await world.clock.advance(millis - 1);
    expect(world.sockets.length).toBe(1);
    await world.clock.advance(100);
    expect(player.state).toBe("live");
  });

  test("after a sleep of the device, in which timers stand still, is at once, and says how long it really was", async () => {
    const player = await live();
    server.socket?.end(1012, "retry=30000");
    await world.clock.advance(1_000);
    world.sleptMillis += 1_200_000;
    player.page.signal("visible");
    await world.clock.advance(50);

    expect(player.state).toBe("live");
    expect(player.caughtUp.at(-1)?.awayMillis).toBe(1_201_015);

    server.socket?.end(1006, "");
    // Somebody sets the clock back.
    world.sleptMillis = 0;
    await world.clock.advance(500);
    expect(player.caughtUp.at(-1)?.awayMillis).toBe(0);
  });

  test("tells of what is left of the delay, and stays offline when the page is seen without a network", async () => {
    const player = await live();
    server.socket?.end(1012, "retry=3000");
    const told = () => [player.state, lastStatus(player)?.retryInMillis];
    await world.clock.advance(1_000);
    player.page.signal("visible");
    expect(told()).toEqual(["waiting", 2_000]);
    await world.clock.advance(500);
    player.page.signal("offline");
    expect(told()).toEqual(["offline", 1_500]);
    await world.clock.advance(500);
    player.page.signal("visible");
    expect(told()).toEqual(["offline", 1_000]);
    await world.clock.advance(500);
    player.page.signal("online");
    expect(told()).toEqual(["waiting", 500]);

    player.page.signal("offline");
    await world.clock.advance(500);
    player.page.signal("offline");
    expect(told()).toEqual(["offline", undefined]);
  });

  test("backs off in doubling steps up to 5 s, from the fourth when overloaded", async () => {
    const player = await live();
    world.isReachable = false;
    const delays = async (code: number, count: number) => {
      server.socket?.end(code, "");
      for (let i = 1; i < count; i++) {
        await world.clock.advance((lastStatus(player)?.retryInMillis ?? 0) + 10);
      }
      return player.statuses.flatMap(({ retryInMillis }) => retryInMillis ?? []).slice(-count);
    };

    expect(await delays(1006, 7)).toEqual([125, 250, 500, 1_000, 2_000, 2_500, 2_500]);
    world.isReachable = true;
    await world.clock.advance(20_000);
    expect(await delays(1013, 1)).toEqual([1_000]);
  });

  test("begins with short delays again only after 5 s live", async () => {
    const player = await live();
    const endAfter = async (millis: number) => {
      await world.clock.advance(millis);
      server.socket?.end(1006, "");
      const delay = lastStatus(player)?.retryInMillis ?? 0;
      await world.clock.advance(delay + 14);
      expect(player.state).toBe("syncing");
      await world.clock.advance(5);
      expect(player.state).toBe("live");
      return delay;
    };

    expect(await endAfter(4_000)).toBe(125);
    expect(await endAfter(4_900)).toBe(250);
    expect(await endAfter(4_900)).toBe(500);
    expect(await endAfter(5_100)).toBe(125);
  });

  test.each([1000, 4501, 4502, 4506, 4507, 4999])("does not happen after %i, and what was open is refused", async (code) => {
    const player = await live();
    server.isBackendAway = true;
    player.send("a");
    await world.clock.advance(100);
    server.socket?.end(code, "why");
    await world.clock.advance(100_000);

    expect(lastStatus(player)).toEqual({ state: "closed", code, reason: "why" });
    expect(world.sockets.length).toBe(1);
    expect(player.outcomes.get("a")).toMatchObject({ code: "closed" });
    await expect(player.connection.send({ type: "say" })).rejects.toBeInstanceOf(Refusal);
  });

  test("a game that is not the one shown before drops the state, and what was meant for the old one", async () => {
    const player = await live();
    ["a", "b"].forEach((text) => server.append(text));
    await world.clock.advance(100);
    expect(player.shown).toEqual(["a", "b"]);
    server.recreate();
    player.send("c");
    await world.clock.advance(1_000);

    expect(player.shown).toEqual([]);
    expect(player.caughtUp.at(-1)).toMatchObject({ resume: "reset" });
    expect(player.outcomes.get("c")).toMatchObject({ code: "reset" });
  });

  test("to another game during a hold says of which commands it is not known whether that one carries them out", async () => {
    const player = await live();
    server.append("a");
    await world.clock.advance(100);
    player.send("kept by the gateway");
    server.leaveBackend();
    await world.clock.advance(100);
    player.send("never sent");
    server.recreate();
    server.returnBackend();
    await world.clock.advance(100);

    expect(player.state).toBe("live");
    expect(server.shown).toEqual(["kept by the gateway"]);
    expect(player.shown).toEqual(server.shown);
    expect(player.outcomes.get("kept by the gateway")).toMatchObject({ code: "reset", retry: false });
    expect(player.outcomes.get("never sent")).toMatchObject({ code: "reset", retry: true });
  });
});

describe("a gap", () => {
  test("is asked for once, from the last event processed, and shown in order", async () => {
    const player = await live();
    server.loseEvents = 1;
    ["a", "b", "c"].forEach((text) => server.append(text));
    await world.clock.advance(100);

    expect(player.frames.filter((frame) => frame.startsWith('out {"type":"sys.resume","since":"0.t0-0"')).length).toBe(1);
    expect(player.shown).toEqual(["a", "b", "c"]);
    expect(player.statuses.map(({ state }) => state).slice(-2)).toEqual(["syncing", "live"]);
  });

  test("of events that are hidden from this seat is none", async () => {
    const player = await live();
    server.append("secret", true);
    server.append("a");
    await world.clock.advance(100);

    expect(player.shown).toEqual(["a"]);
    expect(player.frames.some((frame) => frame.includes("sys.resume"))).toBe(false);
  });
});

describe("the connection's life", () => {
  test("pings are answered at once, with no timer in between", async () => {
    const player = await live();
    world.sockets[0]?.deliver('{"type":"ping"}');

    expect(player.frames.at(-1)).toBe('out {"type":"pong"}');
  });

  test("a silent socket is asked, and given up 4 s later with a code that keeps the seat", async () => {
    const player = await live();
    world.open.forEach((socket) => (socket.isDead = true));

    await world.clock.advance(37_400);
    expect(player.frames.at(-1)).not.toContain("ping");
    await world.clock.advance(100);
    expect(player.frames.at(-1)).toBe('out {"type":"ping"}');
    await world.clock.advance(4_000);
    expect(lastStatus(player)).toMatchObject({ state: "waiting", code: 4001 });
    expect(world.sockets[0]?.closedWith).toBe(4001);
    await world.clock.advance(1_000);
    expect(player.state).toBe("live");
  });

  test("a socket on which pings come is never asked", async () => {
    const player = await live();
    for (let i = 0; i < 20; i++) {
      await world.clock.advance(33_000);
      world.sockets[0]?.say({ type: "ping" });
    }
    expect(player.frames.filter((frame) => frame === 'out {"type":"ping"}')).toEqual([]);
  });

  test("a slow line is given as long for the first snapshot as for any silence", async () => {
    world.bytesPerMilli = 6;
    server.append("x".repeat(200_000));
    const player = new Player(world.page());
    await world.clock.advance(33_000);
    expect(player.state).toBe("syncing");
    await world.clock.advance(1_000);

    expect(player.state).toBe("live");
    expect(player.shown).toEqual(server.shown);
    expect(world.sockets.length).toBe(1);
  });

  test.each(["visible", "online"] as const)("%s during a download that goes well does not end it", async (signal) => {
    world.bytesPerMilli = 6;
    server.append("x".repeat(300_000));
    const player = new Player(world.page());
    await world.clock.advance(10_000);
    player.page.signal(signal);
    await world.clock.advance(41_000);

    expect(player.state).toBe("live");
    expect(world.sockets.length).toBe(1);
  });

  test("a long command on a slow line is waited for when the page asks meanwhile, a dead line behind it a minute at most", async () => {
    Object.assign(server.limits, { frame: 65_536, inflight: 32 });
    const player = await live();
    world.bytesPerMilli = 6;
    player.send("x".repeat(60_000));
    player.connection.probe();
    await world.clock.advance(21_000);
    expect([...player.outcomes.values()]).toEqual([{ seq: 1, dup: false }]);
    expect(player.roundTrips.length).toBe(1);
    expect(world.sockets.length).toBe(1);

    world.open.forEach((socket) => (socket.isDead = true));
    Array.from({ length: 8 }, (_, i) => player.send(`${i}`.repeat(60_000)));
    player.connection.probe();
    await world.clock.advance(59_999);
    expect(player.state).toBe("live");
    await world.clock.advance(1);
    expect(lastStatus(player)).toMatchObject({ state: "waiting", code: 4001 });
  });

  test.each([
    ["before the welcome", 7, "visible"],
    ["during a download, as the browser knows", 10_000, "offline"],
  ] as const)("a line that dies %s is given up as soon as any other", async (_, millis, signal) => {
    world.bytesPerMilli = 2;
    server.append("x".repeat(40_000));
    const player = new Player(world.page());
    await world.clock.advance(millis);
    expect(player.state).toBe("syncing");
    world.open.forEach((socket) => (socket.isDead = true));
    player.page.signal(signal);
    await world.clock.advance(4_000);

    expect(lastStatus(player)).toMatchObject({ state: signal === "offline" ? "offline" : "waiting", code: 4001 });
  });

  test.each(["visible", "online"] as const)("%s asks at once, and measures the way", async (signal) => {
    const player = await live();
    player.page.signal(signal);
    await world.clock.advance(100);

    expect(player.roundTrips).toEqual([10]);
  });

  test.each(["visible", "online"] as const)("%s gives up an attempt from before, which may have no network any more", async (signal) => {
    world.latencyMillis = 1_000_000;
    const player = new Player(world.page());
    await world.clock.advance(1_000);
    world.latencyMillis = 5;
    player.page.signal(signal);
    await world.clock.advance(50);

    expect(player.state).toBe("live");
    expect(world.sockets.map(({ closedWith }) => closedWith)).toEqual([4000, undefined]);
  });

  test.each(["visible", "online"] as const)("%s ends the waiting at once", async (signal) => {
    const player = await live();
    world.isReachable = false;
    server.socket?.end(1006, "");
    await world.clock.advance(20_000);
    world.isReachable = true;
    player.page.signal(signal);
    await world.clock.advance(50);

    expect(player.state).toBe("live");
  });

  test("without a network it says offline, and comes back as soon as there is one", async () => {
    const player = await live();
    player.page.signal("offline");
    world.open.forEach((socket) => (socket.isDead = true));
    await world.clock.advance(4_100);
    expect(player.state).toBe("offline");

    player.page.signal("online");
    await world.clock.advance(50);
    expect(player.state).toBe("live");
  });

  test("what an abandoned socket still says is not heard", async () => {
    const player = await live();
    const [old] = world.sockets;
    if (old) {
      old.isDead = true;
    }
    await world.clock.advance(45_000);
    expect(player.state).toBe("live");
    old?.deliver('{"type":"said","text":"from the past","$":{"seq":1,"cur":"1.x"}}');
    old?.closeEvent(4507, "from the past");

    expect(player.shown).toEqual([]);
    expect(player.state).toBe("live");
  });

  test.each(["nonsense", "[]", "null", "7", '"said"', '{"type":7}', '{"type":"sys.snapshot","state":{}}', '{"type":"said","$":{"seq":"1"}}'])(
    "a frame like %s ends the connection, which then comes back",
    async (frame) => {
      const player = await live();
      world.sockets[0]?.deliver(frame);
      expect(lastStatus(player)).toMatchObject({ state: "waiting", reason: "a frame that makes no sense" });
      await world.clock.advance(1_000);
      expect(player.state).toBe("live");
    },
  );

  test.each(['{"text":"a","$":{"seq":1,"cur":"1.x"}}', '{"type":7,"text":"a","$":{"seq":1,"cur":"1.x"}}', '{"text":"a"}'])(
    "an event like %s is told, since it may be in the log and would come again on each connection",
    async (frame) => {
      const player = await live();
      world.sockets[0]?.deliver(frame);
      await world.clock.advance(1_000);

      expect(player.shown).toEqual(["a"]);
      expect(player.state).toBe("live");
      expect(world.sockets.length).toBe(1);
    },
  );

  test.each(["", ',"$":{"seq":1,"cur":"1.x"}'])("what a newer server says of its own is no event of the game", async (at) => {
    const player = await live();
    world.sockets[0]?.deliver(`{"type":"sys.weather","text":"sunny"${at}}`);
    server.append("a");
    await world.clock.advance(100);

    expect(player.shown).toEqual(["a"]);
    expect(world.sockets.length).toBe(1);
  });

  test("the backend being away is told, commands wait, and go out once when it is back", async () => {
    const player = await live();
    server.leaveBackend();
    await world.clock.advance(100);
    expect(player.state).toBe("backend_away");
    server.append("b");
    player.send("a");
    await world.clock.advance(60_000);
    server.returnBackend();
    await world.clock.advance(100);

    expect(player.state).toBe("live");
    expect(player.caughtUp.at(-1)).toMatchObject({ resume: "replay", events: 1 });
    expect(server.shown).toEqual(["b", "a"]);
    expect(world.sockets.length).toBe(1);
  });

  test("who is there is passed on, and is no event", async () => {
    const told: unknown[] = [];
    const player = new Player(world.page(), new Map(), { onPresence: (players) => told.push(players) });
    await world.clock.advance(100);
    world.sockets[0]?.say({ type: "sys.presence", players: { p1: "online", p2: "away" } });
    await world.clock.advance(100);

    expect(told).toEqual([{ p1: "online", p2: "away" }]);
    expect(player.shown).toEqual([]);
  });

  test("a callback of the page that throws is reported and stops nothing", async () => {
    const page = world.page();
    const player = new Player(page, new Map(), {
      onEvent: () => {
        throw new Error("the page's own bug");
      },
    });
    await world.clock.advance(100);
    player.send("a");
    await world.clock.advance(100);

    expect(page.reported).toEqual([new Error("the page's own bug")]);
    expect(player.outcomes.get("a")).toEqual({ seq: 1, dup: false });
  });

  test.each(["connecting", "syncing", "live", "waiting", "replaced"])("closing from onStatus at %s is the end", async (state) => {
    const after: string[] = [];
    const player: Player = new Player(world.page(), new Map(), {
      onStatus: (status) => {
        after.push(status.state);
        if (status.state === state && world.clock.now > 0) {
          player.connection.close();
        }
      },
      onCaughtUp: () => after.push("caught up"),
    });
    await world.clock.advance(1);
    if (state === "connecting" || state === "replaced") {
      await world.clock.advance(100);
      server.socket?.end(state === "replaced" ? 4500 : 1006, "");
    } else if (state === "waiting") {
      server.socket?.end(1006, "");
      world.sockets[0]?.end(1006, "");
    }
    await world.clock.advance(100_000);

    expect(after.slice(after.lastIndexOf(state))).toEqual([state, "closed"]);
    expect(world.sockets.length).toBe(1);
    expect(world.open).toEqual([]);
  });

  test("closing from onStatus when the player wants to play here takes the seat from nobody", async () => {
    const locks = new FakeLocks();
    const first = new Player(world.page({ locks }));
    await world.clock.advance(100);
    const second: Player = new Player(world.page({ locks }), new Map(), {
      onStatus: ({ state }) => state === "connecting" && second.connection.close(),
    });
    await world.clock.advance(2_000);
    second.connection.playHere();
    await world.clock.advance(100);

    expect(second.state).toBe("closed");
    expect(first.state).toBe("live");
  });

  test.each(["onFrame", "onRoundTrip"] as const)("closing from %s is the end", async (callback) => {
    const player: Player = new Player(world.page(), new Map(), {
      [callback]: () => world.clock.now >= 100 && player.connection.close(),
    });
    await world.clock.advance(100);
    player.connection.probe();
    await world.clock.advance(100_000);

    expect(player.statuses.at(-1)).toMatchObject({ state: "closed" });
    expect(world.sockets.length).toBe(1);
  });

  test("leaving says so; closing keeps the seat", async () => {
    const leaver = await live();
    leaver.connection.leave();
    expect(leaver.frames.at(-1)).toBe('out {"type":"sys.leave"}');
    expect(world.sockets[0]?.closedWith).toBe(1000);

    const closer = await live();
    closer.connection.close();
    expect(closer.frames.at(-1)).not.toContain("sys.leave");
    expect(world.sockets[1]?.closedWith).toBe(4000);
    await world.clock.advance(100_000);
    expect(world.sockets.length).toBe(2);
  });
});

describe("in the back-forward cache", () => {
  test("the page has no socket and no lock, and is back with all it was given when it is shown again", async () => {
    const locks = new FakeLocks();
    const player = new Player(world.page({ locks }));
    await world.clock.advance(100);
    player.send("a");
    player.page.signal("cached");
    player.send("b");
    await world.clock.advance(10_000);
    expect(world.sockets[0]?.closedWith).toBe(4000);
    expect(locks.held).toEqual([]);
    expect(world.open).toEqual([]);

    // Some browsers tell of the one before the other
    player.page.signal("visible");
    player.page.signal("restored");
    await world.clock.advance(100);
    expect(player.state).toBe("live");
    expect(world.sockets.length).toBe(2);
    expect(player.shown).toEqual(["a", "b"]);
    expect(player.outcomes.get("b")).toMatchObject({ seq: 2 });
  });

  test("the page keeps the seat from nobody, and finds it taken", async () => {
    const locks = new FakeLocks();
    const cached = new Player(world.page({ locks }));
    await world.clock.advance(100);
    cached.page.signal("cached");
    const next = new Player(world.page({ locks }));
    await world.clock.advance(100);
    expect(next.state).toBe("live");

    cached.page.signal("restored");
    await world.clock.advance(2_000);
    expect(lastStatus(cached)).toMatchObject({ state: "replaced", reason: "another tab" });
    cached.page.signal("cached");
    cached.page.signal("restored");
    await world.clock.advance(2_000);
    expect(cached.state).toBe("replaced");
    expect(next.state).toBe("live");
  });

  test("the page that was waiting for the lock waits no more", async () => {
    const locks = new FakeLocks();
    const first = new Player(world.page({ locks }));
    await world.clock.advance(100);
    const cached = new Player(world.page({ locks }));
    await world.clock.advance(10);
    cached.page.signal("cached");
    await world.clock.advance(2_000);
    expect(cached.statuses.map(({ state }) => state)).not.toContain("replaced");
    cached.page.signal("restored");
    await world.clock.advance(10);
    cached.page.signal("cached");
    first.connection.close();
    await world.clock.advance(100);
    expect(locks.held).toEqual([]);

    cached.page.signal("restored");
    await world.clock.advance(100);
    expect(cached.state).toBe("live");
    expect(world.sockets.length).toBe(2);
  });

  test("the page that has been closed stays so", async () => {
    const player = await live();
    player.connection.close();
    player.page.signal("cached");
    player.page.signal("restored");
    await world.clock.advance(2_000);

    expect(player.state).toBe("closed");
    expect(world.sockets.length).toBe(1);
  });
});

describe("a seat that is played elsewhere", () => {
  test("stays replaced until the player wants it back, and loses nothing", async () => {
    const player = await live();
    server.isBackendAway = true;
    player.send("a");
    await world.clock.advance(100);
    server.isBackendAway = false;
    const other = new Player(world.page());
    await world.clock.advance(100_000);
    expect(lastStatus(player)).toMatchObject({ state: "replaced", code: 4500 });
    expect(other.state).toBe("live");
    await expect(player.connection.send({ type: "say" })).rejects.toMatchObject({ code: "replaced", retry: true });

    player.connection.playHere();
    await world.clock.advance(100);
    expect(player.state).toBe("live");
    expect(other.state).toBe("replaced");
    expect(player.outcomes.get("a")).toEqual({ seq: 1, dup: false });
  });

  test("is known from sys.bye even if the close frame never comes", async () => {
    const player = await live();
    world.sockets[0]?.say({ type: "sys.bye", code: 4500, reason: "replaced" });
    await world.clock.advance(100_000);

    expect(player.state).toBe("replaced");
    expect(world.sockets.length).toBe(1);
  });

  test("by a tab that was there first is left alone, and what a duplicated tab holds of it is carried out once", async () => {
    const locks = new FakeLocks();
    const tab = new MemoryStore();
    const first = new Player(world.page({ tab, locks }));
    first.send("unseen");
    await world.clock.advance(1);
    const early = new Player(world.page({ tab: tab.copy(), locks }));
    await world.clock.advance(100);
    server.isBackendAway = true;
    first.send("a");
    await world.clock.advance(10);

    const duplicate = new Player(world.page({ tab: tab.copy(), locks }));
    await world.clock.advance(2_000);
    expect(lastStatus(duplicate)).toMatchObject({ state: "replaced", reason: "another tab" });
    expect(duplicate.connection.unsettled).toBe(1);
    expect(early.outcomes.get("unseen")).toMatchObject({ code: "replaced", retry: false });
    expect(first.state).toBe("live");
    expect(world.sockets.length).toBe(1);

    server.isBackendAway = false;
    duplicate.connection.playHere();
    await world.clock.advance(100);
    expect(duplicate.state).toBe("live");
    expect(duplicate.outcomes.get("a")).toEqual({ seq: 2, dup: false });
    expect(lastStatus(first)).toMatchObject({ state: "replaced", reason: "another tab" });
    expect(first.connection.unsettled).toBe(1);

    first.connection.playHere();
    await world.clock.advance(100);
    expect(first.state).toBe("live");
    expect(duplicate.state).toBe("replaced");
    expect(first.outcomes.get("a")).toEqual({ seq: 2, dup: false });
    expect(server.shown).toEqual(["unseen", "a"]);
  });

  test("by another tab leaves a reloaded one what it had given before, sent or not", async () => {
    const locks = new FakeLocks();
    const tab = new MemoryStore();
    const before = new Player(world.page({ tab, locks }));
    await world.clock.advance(100);
    server.leaveBackend();
    await world.clock.advance(100);
    before.send("a");
    const other = new Player(world.page({ locks }));
    await world.clock.advance(500);
    before.page.isDead = true;
    other.connection.playHere();
    await world.clock.advance(2_000);

    server.returnBackend();
    const after = new Player(world.page({ tab, locks }));
    await world.clock.advance(2_000);
    expect(after.state).toBe("replaced");
    expect(after.connection.unsettled).toBe(1);
    after.connection.playHere();
    await world.clock.advance(100);
    expect(after.outcomes.get("a")).toEqual({ seq: 1, dup: false });
  });

  test("by another device is not played in this browser any more: a new tab has it at once", async () => {
    const browser = { browser: new MemoryStore(), locks: new FakeLocks() };
    const first = new Player(world.page(browser));
    await world.clock.advance(100);
    const device = new Player(world.page());
    await world.clock.advance(100);
    expect(first.state).toBe("replaced");
    const tab = new Player(world.page(browser));
    await world.clock.advance(100);
    expect(tab.state).toBe("live");
    expect(device.state).toBe("replaced");

    first.connection.playHere();
    await world.clock.advance(100);
    expect(first.state).toBe("live");
    expect(lastStatus(tab)).toMatchObject({ state: "replaced", reason: "another tab" });
  });

  test("by another tab, of which the server tells before the browser does, loses nothing", async () => {
    const locks = new FakeLocks();
    server.isBackendAway = true;
    const first = new Player(world.page({ locks }));
    first.send("a");
    await world.clock.advance(100);
    const second = new Player(world.page({ locks }));
    await world.clock.advance(2_000);
    second.connection.playHere();
    world.sockets[0]?.deliver('{"type":"sys.bye","code":4500,"reason":"replaced"}');
    await world.clock.advance(100);

    expect(first.state).toBe("replaced");
    expect(first.connection.unsettled).toBe(1);
  });

  test("cannot be told where the browser has locks but refuses them; the server decides alone", async () => {
    const locks = new FakeLocks(new DOMException("Site data is blocked.", "SecurityError"));
    const first = new Player(world.page({ locks }));
    await world.clock.advance(100);
    expect(first.state).toBe("live");

    const second = new Player(world.page({ locks }));
    await world.clock.advance(100);
    expect(second.state).toBe("live");
    expect(lastStatus(first)).toMatchObject({ state: "replaced", reason: "replaced" });
    first.connection.playHere();
    await world.clock.advance(100);
    expect(first.state).toBe("live");
  });

  test("is not asked for by a page that is prerendered, until somebody looks at it", async () => {
    const locks = new FakeLocks();
    const first = new Player(world.page({ locks }));
    await world.clock.advance(100);
    const guess = new Player(world.page({ locks }).prerender());
    const never = new Player(world.page({ locks }).prerender());
    guess.send("a");
    await world.clock.advance(100_000);
    expect(guess.statuses).toEqual([]);
    expect(guess.state).toBe("connecting");

    never.connection.close();
    first.connection.close();
    await world.clock.advance(100);
    never.page.activate();
    guess.page.activate();
    await world.clock.advance(100);
    expect(guess.state).toBe("live");
    expect(server.shown).toEqual(["a"]);
    expect(never.state).toBe("closed");
    expect(world.sockets.length).toBe(2);
  });

  test("by a page that is being reloaded is waited for", async () => {
    const locks = new FakeLocks();
    const before = new Player(world.page({ locks }));
    await world.clock.advance(100);
    const after = new Player(world.page({ locks }));
    await world.clock.advance(500);
    expect(after.state).toBe("connecting");
    before.connection.close();
    await world.clock.advance(100);

    expect(after.state).toBe("live");
    expect(after.statuses.map(({ state }) => state)).not.toContain("replaced");
  });
});
