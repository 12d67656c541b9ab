import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Guest, PATIENCE } from "../src/guest.ts";
import { Site, buildPage, startBrowser } from "../src/pages.ts";
import { Proxy } from "../src/proxy.ts";
import { Services, until } from "../src/services.ts";
import { Tab } from "../src/tab.ts";

const PING_SECONDS = 1;
// Longer than a machine that is busy lets a page stand still
const PING_TIMEOUT_SECONDS = 15;

let browser: Browser;
let proxy: Proxy;
let site: Site;
let foreign: Site;
let services: Services;
let guests: Guest[] = [];

beforeAll(async () => {
  proxy = await Proxy.start();
  const page = await buildPage("demo", `ws://127.0.0.1:${proxy.port}`);
  site = await Site.serve(page);
  foreign = await Site.serve(page);
  services = await Services.start([site.origin], {
    // Only the page's own answers count: a browser answers WebSocket Pings even for a page that is dead.
    WS_PING_MODE: "json",
    WS_PING_INTERVAL: `${PING_SECONDS}`,
    WS_PING_TIMEOUT: `${PING_TIMEOUT_SECONDS}`,
  });
  proxy.leadTo(services.gateway.port);
  browser = await startBrowser();
});

afterAll(async () => {
  await browser?.close();
  await services?.stop();
  await Promise.all([site?.stop(), foreign?.stop(), proxy?.stop()]);
});

afterEach(async () => {
  proxy.mend();
  const leaving = guests;
  guests = [];
  try {
    await Promise.all(leaving.map((guest) => guest.leave()));
  } finally {
    await services.heal();
  }
});

async function arrive(url = `${site.origin}/`, options = {}): Promise<Guest> {
  const guest = await Guest.arrive(browser, url, options);
  guests.push(guest);
  return guest;
}

/** Ann and Bob at a board; it is Ann's turn. */
async function twoPlayers(game: "Tic-tac-toe" | "Connect four" = "Tic-tac-toe"): Promise<{ ann: Guest; bob: Guest }> {
  const ann = await arrive();
  const link = await ann.makeGame(game, "ann");
  const bob = await arrive(link);
  await bob.join("bob");
  await ann.sees("Your turn.");
  return { ann, bob };
}

/** How many marks the game-backend has on the board; a move that came twice is refused there, which the page tells. */
async function movesOf(guest: Guest): Promise<number> {
  const game = /#\/([\w-]+)/.exec(guest.page.url())?.[1];
  const answer = await fetch(`${services.backend.url}/api/games/${game}`);
  const { state } = (await answer.json()) as { state: { board: (string | null)[] } };
  return state.board.filter((cell) => cell !== null).length;
}

test("two players play a whole game of tic-tac-toe by a link, and another one after it", async () => {
  const ann = await arrive();
  await ann.isAccessible();
  await ann.screenshot("lobby");
  const link = await ann.makeGame("Tic-tac-toe", "ann");
  await ann.sees("Waiting for a friend");
  await ann.screenshot("waiting-for-a-friend");
  const bob = await arrive(link);
  await bob.sees("ann is there.");
  await bob.isAccessible();
  await bob.screenshot("join");
  await bob.join("bob");

  for (const [player, cell] of [[ann, 4], [bob, 0], [ann, 2], [bob, 8]] as const) {
    await player.sees("Your turn.");
    await player.square(cell).click();
    const other = player === ann ? bob : ann;
    await other.seesMark(cell, player === ann ? "X" : "O");
  }
  await expect.poll(() => ann.page.locator(".presence.online").count(), PATIENCE).toBe(2);
  await ann.sees(/^[\d.]+ ms$/);
  await ann.isAccessible();
  await ann.screenshot("tic-tac-toe");
  await ann.square(6).click();
  await ann.sees("You won!");
  await bob.sees("ann won.");
  await expect.poll(() => ann.page.locator(".square.won").count(), PATIENCE).toBe(3);
  await bob.isAccessible();
  await bob.screenshot("game-over");

  await bob.page.getByRole("button", { name: "Play again" }).click();
  await bob.sees("Waiting for a friend");
  await ann.page.getByRole("button", { name: "Play again" }).click();
  await bob.sees("Your turn.");
  expect(ann.page.url()).toBe(bob.page.url());
});

test("two players play connect four on a phone and in the dark, with the keyboard alone", async () => {
  const ann = await arrive(`${site.origin}/`, { colorScheme: "dark" });
  const link = await ann.makeGame("Connect four", "ann");
  const bob = await arrive(link, { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
  await bob.join("bob");

  for (let move = 0; move < 6; move++) {
    const [player, column] = move % 2 === 0 ? [ann, 2] : [bob, 3];
    await player.sees("Your turn.");
    if (player === ann) {
      await ann.mayPlay(ann.column(2));
      await ann.column(1).focus();
      await ann.page.keyboard.press("ArrowRight");
      await ann.page.keyboard.press("Enter");
    } else {
      await bob.column(column).tap();
    }
  }
  await ann.sees("Your turn.");
  await ann.isAccessible();
  await ann.screenshot("connect-four-dark");
  await bob.isAccessible();
  await bob.screenshot("connect-four-phone");
  const isWiderThanScreen = await bob.page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  expect(isWiderThanScreen).toBe(false);
  for (const player of [ann, bob]) {
    const lowest = await player.page.evaluate(() => {
      const bottom = (selector: string) =>
        Math.max(...[...document.querySelectorAll(selector)].map((element) => element.getBoundingClientRect().bottom));
      return bottom(".board .disc") - bottom(".board");
    });
    expect(lowest).toBeLessThanOrEqual(0);
  }
  await ann.mayPlay(ann.column(2));
  await ann.column(2).press("Enter");
  await bob.sees("ann won.");
  await ann.openBreakIt();
  await ann.isAccessible();
  await ann.screenshot("break-it-dark");
});

test("a third player watches, and a name that is taken is refused", async () => {
  const { ann, bob } = await twoPlayers();
  const carol = await arrive(ann.page.url());
  await carol.join("carol");
  await carol.sees("You are watching.");
  await carol.screenshot("watching");
  await expect.poll(() => carol.square(0).getAttribute("aria-disabled"), PATIENCE).toBe("true");

  const thief = await arrive(ann.page.url());
  thief.isRefused = true;
  await thief.page.getByLabel("Your name").fill("ann");
  await thief.page.getByRole("button", { name: "Join" }).click();
  await thief.sees("Somebody else plays as ann");
  await thief.screenshot("name-taken");
  await ann.isLive();

  for (const [player, cell] of [[ann, 0], [bob, 3], [ann, 1], [bob, 4], [ann, 2]] as const) {
    await player.sees("Your turn.");
    await player.square(cell).click();
  }
  await carol.sees("ann won.");
  await ann.page.getByRole("button", { name: "Play again" }).waitFor();
  expect(await carol.page.getByRole("button", { name: "Play again" }).count()).toBe(0);
});

test("a page of another origin is refused", async () => {
  const refused = () => services.gatewayMetric("holdfast_handshakes_total", 'outcome="origin_refused"');
  const before = await refused();
  const stranger = await arrive(`${foreign.origin}/`);
  const code = await stranger.page.evaluate(
    (url) =>
      new Promise((resolve) => {
        const socket = new WebSocket(url);
        socket.onopen = () => resolve("opened");
        socket.onclose = (event) => resolve(event.code);
      }),
    `ws://127.0.0.1:${proxy.port}/ws/g1/mallory?v=1`,
  );
  expect(code).toBe(1006);
  expect(await refused()).toBe(before + 1);

  stranger.isRefused = true;
  await stranger.page.getByLabel("Your name").fill("mallory");
  await stranger.page.getByRole("button", { name: "New game" }).click();
  await stranger.sees("cannot be reached");
  await stranger.screenshot("wrong-origin");
});

test("a link to a game that does not exist says so", async () => {
  const lost = await arrive(`${site.origin}/#/no-such-game`);
  await lost.sees("There is no game no-such-game");
});

test("a game that is gone is not begun anew by who is remembered there, or brings a link", async () => {
  const ann = await arrive();
  await ann.page.evaluate(() => {
    sessionStorage.setItem("player of gone", "ann");
    location.hash = "#/gone";
  });
  await ann.sees("There is no game gone");
  const bob = await arrive(`${site.origin}/#/gone/bob/${"B".repeat(22)}`);
  await bob.sees("There is no game gone");
  expect((await fetch(`${services.gateway.url}/api/games/gone`)).status).toBe(404);
});

test("a game that the server cannot read is told in the page's own words, also to who is remembered there", async () => {
  const ann = await arrive();
  const game = { method: "POST", headers: { "Content-Type": "application/json" }, body: '{"rules":"tictactoe","id":"of-later"}' };
  expect((await fetch(`${services.gateway.url}/api/games`, game)).status).toBe(201);
  // As the game-backend answers after a rollback
  const message = "game of-later cannot be followed by this release: unknown event; another release may, or choose another id";
  const json = { code: "game_unreadable", message };
  const headers = { "Access-Control-Allow-Origin": "*" };
  await ann.page.route("**/api/games/of-later", (route) => route.fulfill({ status: 409, headers, json }));

  await ann.page.evaluate(() => {
    location.hash = "#/of-later";
  });
  await ann.page.getByRole("heading", { name: "This game cannot be opened" }).waitFor();
  await ann.sees("try again later, or make a new game");
  expect(await ann.page.locator("main").innerText()).not.toContain("release");
  await ann.isAccessible();
  await ann.screenshot("unreadable");

  await ann.page.evaluate(() => sessionStorage.setItem("player of of-later", "ann"));
  await ann.page.reload();
  await ann.page.getByRole("heading", { name: "This game cannot be opened" }).waitFor();
  await ann.page.unroute("**/api/games/of-later");
  await ann.page.getByRole("button", { name: "Try again" }).click();
  await ann.isLive();
});

test("a game of other rules than the page knows is told, not connected to for ever", async () => {
  const game = { method: "POST", headers: { "Content-Type": "application/json" }, body: '{"rules":"relay","id":"foreign"}' };
  expect((await fetch(`${services.gateway.url}/api/games`, game)).status).toBe(201);
  const ann = await arrive(`${site.origin}/#/foreign/ann/${"A".repeat(22)}`);
  await ann.page.getByRole("heading", { name: "Not a game for this page" }).waitFor();
  await ann.isLive();
});

test("offline and back: the move made meanwhile is kept, and the friend's are caught up", async () => {
  const { ann, bob } = await twoPlayers();
  await ann.square(4).click();
  await bob.seesMark(4, "X");
  // Else her own move is caught up as well
  await ann.seesMark(4, "X");

  await ann.context.setOffline(true);
  proxy.breakAll();
  await ann.isIn("offline");
  await expect.poll(() => bob.page.locator(".presence.away").count(), PATIENCE).toBe(1);
  await ann.isAccessible();
  await ann.screenshot("offline");
  await bob.screenshot("friend-away");
  await bob.square(0).click();
  await expect.poll(() => movesOf(bob), PATIENCE).toBe(2);

  await ann.context.setOffline(false);
  await ann.isLive();
  await expect.poll(() => bob.page.locator(".presence.online").count(), PATIENCE).toBe(2);
  await ann.seesMark(0, "O");
  await ann.sees(/Reconnected after [\d.]+ s, 1 move caught up\./);
  await ann.screenshot("caught-up");
});

test.each([360, 412])("a network that is gone for long moves nothing under the finger on a phone of %i pixels, and is read out once", async (width) => {
  const ann = await arrive();
  const link = await ann.makeGame("Tic-tac-toe", "ann-in-a-tunnel");
  const bob = await arrive(link, { viewport: { width, height: 740 }, hasTouch: true, isMobile: true });
  await bob.join("bob-in-a-deep-tunnel");
  const carol = await arrive(link);
  await carol.join("carol");
  await bob.sees("Watching: carol");
  await bob.sees(/^[\d.]+ ms$/);
  await expect.poll(() => bob.page.locator(".presence.online").count(), PATIENCE).toBe(2);

  const watched = await bob.watch();
  proxy.cut();
  const attempts = async (state: string) => (await watched()).states.filter((each) => each === state).length;
  await expect.poll(() => attempts("connecting"), PATIENCE).toBeGreaterThanOrEqual(3);
  proxy.letInForAMoment();
  await expect.poll(() => attempts("syncing"), PATIENCE).toBeGreaterThanOrEqual(2);
  await bob.sees("Play on if it is your turn");
  await bob.isAccessible();
  await bob.screenshot(`network-gone-${width}`);
  proxy.mend();
  await bob.isLive();
  await bob.sees(/Reconnected after [\d.]+ s/);
  await expect.poll(() => bob.page.locator(".presence.online").count(), PATIENCE).toBe(2);
  await bob.sees("Watching: carol");
  await bob.sees(/^[\d.]+ ms$/);

  expect(await bob.page.getByText("Play on if it is your turn").count()).toBe(0);
  const { places, said, logged } = await watched();
  expect(places).toEqual([places[0]]);
  expect(said).toEqual(["Reconnecting…", "Live"]);
  expect(logged).toEqual([expect.stringContaining("Connection lost"), expect.stringContaining("Reconnected")]);
});

test("the network cut during a move: the move waits, is shown as waiting, and arrives once", async () => {
  const { ann, bob } = await twoPlayers();
  proxy.cut();
  await ann.isIn("waiting", "connecting");
  await ann.square(4).click();
  await ann.sees(/Your move is kept, and goes out/);
  expect(await ann.square(4).getAttribute("aria-label")).toContain("on its way");
  await ann.screenshot("waiting-with-a-move");

  proxy.mend();
  await bob.seesMark(4, "X");
  await ann.seesMark(4, "X");
  expect(await movesOf(ann)).toBe(1);
});

test("reload: the board is there again, and a move given before it is carried out once", async () => {
  const { ann, bob } = await twoPlayers();
  proxy.cut();
  await ann.isIn("waiting", "connecting");
  await ann.square(4).click();
  await ann.sees(/Your move is kept, and goes out/);
  await ann.page.reload();
  proxy.mend();

  await ann.isLive();
  await ann.seesMark(4, "X");
  await bob.seesMark(4, "X");
  await ann.sees("A move that was kept has been carried out.");
  expect(await movesOf(ann)).toBe(1);
  await bob.square(0).click();
  await ann.seesMark(0, "O");
  expect(await ann.happenings()).not.toContain("was not carried out");
});

test("a move given before the player turns back to the lobby is kept, and carried out once when she returns", async () => {
  const { ann, bob } = await twoPlayers();
  proxy.cut();
  await ann.isIn("waiting", "connecting");
  await ann.square(4).click();
  await ann.sees(/Your move is kept, and goes out/);
  await ann.page.goBack();
  await ann.sees("Play with a friend");
  proxy.mend();
  await ann.page.goForward();

  await ann.isLive();
  await bob.seesMark(4, "X");
  await ann.sees("A move that was kept has been carried out.");
  expect(await movesOf(ann)).toBe(1);
  await bob.square(0).click();
  await ann.seesMark(0, "O");
  expect(await ann.happenings()).not.toContain("was not carried out");
});

test("a player who comes back to a page that the browser has kept plays on", async () => {
  const { ann, bob } = await twoPlayers();
  await ann.page.evaluate(() => addEventListener("pageshow", ({ persisted }) => persisted && (document.title = "Kept")));
  await ann.page.goto(`${foreign.origin}/`);
  await bob.sees("away");
  await ann.page.evaluate(() => history.back());

  await ann.page.waitForFunction(() => document.title === "Kept");
  await ann.isLive();
  await ann.square(4).click();
  await bob.seesMark(4, "X");
});

test("a duplicated tab leaves the seat alone until asked, and then has it", async () => {
  const { ann, bob } = await twoPlayers();
  const opened = ann.context.waitForEvent("page");
  await ann.page.evaluate(() => void window.open(location.href));
  const copy = new Guest(await opened);

  await copy.isIn("replaced");
  await copy.sees("You play this game in another tab.");
  await ann.isLive();
  await copy.screenshot("duplicated-tab");
  await ann.square(4).click();
  await bob.seesMark(4, "X");

  await copy.page.getByRole("button", { name: "Play here" }).click();
  await copy.isLive();
  await ann.isIn("replaced");
  await copy.seesMark(4, "X");
  await bob.square(0).click();
  await copy.seesMark(0, "O");
  await copy.square(8).click();
  await bob.seesMark(8, "X");
});

test("a second device takes the seat over by its own link, and the first can take it back", async () => {
  const { ann, bob } = await twoPlayers();
  await ann.page.getByText("Continue on another device").click();
  const own = await ann.page.getByLabel("Your own link").inputValue();
  const phone = await arrive(own);

  await phone.isLive();
  await ann.isIn("replaced");
  await ann.sees("You went on playing on another device.");
  await ann.isAccessible();
  await ann.screenshot("replaced");
  expect(phone.page.url()).not.toContain(own.split("/").at(-1));
  await phone.square(4).click();
  await bob.seesMark(4, "X");

  await ann.page.getByRole("button", { name: "Play here" }).click();
  await ann.isLive();
  await phone.isIn("replaced");
  await ann.seesMark(4, "X");
});

test("one's own link survives a reload before there was a connection", async () => {
  const { ann, bob } = await twoPlayers();
  await ann.page.getByText("Continue on another device").click();
  const own = await ann.page.getByLabel("Your own link").inputValue();
  const game = ann.page.url();
  proxy.cut();
  const phone = await arrive(own);
  await phone.isIn("waiting", "connecting");
  expect(phone.page.url()).toBe(game);
  await phone.page.reload();
  await phone.isIn("waiting", "connecting");
  await ann.page.close();
  proxy.mend();

  await phone.isLive();
  await phone.square(4).click();
  await bob.seesMark(4, "X");
  await phone.page.reload();
  await phone.isLive();
  expect(await phone.page.evaluate(() => Object.values(sessionStorage).join())).not.toContain(own.split("/").at(-1));
});

test("a wrong link for one's own name is turned away, and takes nothing from who has the seat", async () => {
  const { ann, bob } = await twoPlayers();
  const page = await ann.context.newPage();
  await page.goto(`${ann.page.url()}/ann/${"A".repeat(22)}`);
  const copy = new Guest(page);
  await copy.isIn("replaced");
  await copy.page.getByRole("button", { name: "Play here" }).click();
  await copy.sees("Somebody else plays as ann");
  await copy.join("carol");
  await copy.sees("You are watching.");
  await copy.page.close();

  await ann.page.reload();
  await ann.isLive();
  await ann.square(4).click();
  await bob.seesMark(4, "X");
});

test("one's own link works in a tab that is at the game already, each time it is pasted, and leaves no trace", async () => {
  const { ann, bob } = await twoPlayers();
  const game = ann.page.url();
  await ann.page.getByText("Continue on another device").click();
  const own = await ann.page.getByLabel("Your own link").inputValue();
  const phone = await arrive(game);
  await phone.sees("ann and bob are there.");

  for (const move of [{ cell: 4, answer: 0 }, { cell: 8, answer: 1 }]) {
    await phone.page.evaluate((link) => void (location.href = link), own);
    await phone.isLive();
    await ann.isIn("replaced");
    expect(phone.page.url()).toBe(game);
    await phone.square(move.cell).click();
    await bob.seesMark(move.cell, "X");
    await bob.square(move.answer).click();
    await phone.seesMark(move.answer, "O");
    await ann.page.getByRole("button", { name: "Play here" }).click();
    await ann.isLive();
    await phone.isIn("replaced");
  }
});

test("the gateway killed during a move and back: the move arrives exactly once", async () => {
  const { ann, bob } = await twoPlayers();
  await bob.openBreakIt();
  proxy.mute();
  await ann.square(4).click();
  await expect.poll(() => movesOf(ann), PATIENCE).toBe(1);
  await services.gateway.kill();
  await ann.isIn("waiting", "connecting");
  await ann.screenshot("gateway-away");
  await services.gateway.start();

  await ann.isLive();
  await bob.isLive();
  await bob.seesMark(4, "X");
  await ann.seesMark(4, "X");
  expect(await movesOf(ann)).toBe(1);
  await ann.sees(/Reconnected after [\d.]+ s/);
  await bob.square(0).click();
  await ann.seesMark(0, "O");
  const seen = (await bob.frames("in")).filter((frame) => frame.includes('"moved","cell":4'));
  expect(seen.length).toBe(1);
});

test("the game-backend killed during a move and back: the connections hold, the move arrives exactly once", async () => {
  const { ann, bob } = await twoPlayers();
  await bob.openBreakIt();
  const killed = services.backend.kill();
  await ann.square(4).click();
  await killed;
  await ann.isIn("backend_away");
  await bob.isIn("backend_away");
  await bob.isAccessible();
  await ann.screenshot("backend-away");
  await services.backend.start();

  await ann.isLive();
  await bob.isLive();
  await bob.seesMark(4, "X");
  await ann.seesMark(4, "X");
  expect(await movesOf(ann)).toBe(1);
  expect(await ann.happenings()).not.toContain("Connection lost");
  expect(await bob.happenings()).not.toContain("Connection lost");
  await bob.square(0).click();
  await ann.seesMark(0, "O");
  const seen = (await bob.frames("in")).filter((frame) => frame.includes('"moved","cell":4'));
  expect(seen.length).toBe(1);
});

test("a tab hidden for longer than the ping timeout stays connected and misses nothing", async () => {
  const bob = await arrive();
  const link = await bob.makeGame("Tic-tac-toe", "bob");
  const ann = await Tab.open(browser, `${link}/ann/a-token-that-ann-made-up`);
  try {
    await ann.shows("document.querySelector('[data-state]')?.dataset.state", "live");
    await ann.evaluate("document.querySelector('.break-it input').click()");
    await ann.hide();
    const pongs = () => ann.evaluate(`[...document.querySelectorAll(".frames .out")].filter((frame) => frame.textContent.includes('"pong"')).length`);
    const before = (await pongs()) as number;
    const enough = before + Math.ceil((PING_SECONDS * 1.1 + PING_TIMEOUT_SECONDS) / (PING_SECONDS * 0.9)) + 1;
    await expect.poll(pongs, PATIENCE).toBeGreaterThanOrEqual(enough);
    expect(await ann.evaluate("document.visibilityState")).toBe("hidden");
    await bob.square(0).click();
    await ann.shows("document.querySelector('.square').getAttribute('aria-label')", "Row 1, column 1: X");

    await ann.show();
    const happened = await ann.evaluate("document.querySelector('.happenings').textContent");
    expect(happened).toMatch(/Connected\.$/);
    await ann.evaluate("document.querySelectorAll('.square')[4].click()");
    await bob.seesMark(4, "O");
  } finally {
    await ann.close();
  }
});

test("a page that sleeps for longer than the ping timeout is closed with 4001, and catches up when it wakes", async () => {
  const { ann, bob } = await twoPlayers();
  await ann.square(4).click();
  await bob.seesMark(4, "X");
  const closed = () => services.gatewayMetric("holdfast_closes_total", 'code="4001"');
  const before = await closed();
  const wake = await ann.sleep();
  try {
    await until(60_000, () => "the sleeping page was not closed", async () => (await closed()) > before);
    await bob.square(0).click();
    await expect.poll(() => movesOf(bob), PATIENCE).toBe(2);
  } finally {
    await wake();
  }
  await ann.isLive();
  await ann.seesMark(0, "O");
});

test("the break-it panel cuts the network, loses messages and shows the frames", async () => {
  const { ann, bob } = await twoPlayers();
  await ann.openBreakIt();
  await expect.poll(() => ann.frames("in"), PATIENCE).toContainEqual('{"type":"ping"}');

  await ann.page.getByRole("button", { name: "Cut my network" }).click();
  await ann.isIn("offline");
  await ann.square(4).click();
  await ann.sees(/Your move is kept, and goes out/);
  await ann.screenshot("break-it");
  await ann.page.getByRole("button", { name: "Cut my network" }).click();
  await bob.seesMark(4, "X");
  await ann.isLive();

  // Else that is what gets lost
  await ann.seesMark(4, "X");
  await ann.page.getByRole("button", { name: "Lose the next message" }).click();
  await bob.square(0).click();
  await expect.poll(() => movesOf(bob), PATIENCE).toBe(2);
  const carol = await arrive(bob.page.url());
  await carol.join("carol");
  await ann.page.getByRole("button", { name: "Drop the connection once" }).click();
  await ann.seesMark(0, "O");
  await ann.sees(/Reconnected after [\d.]+ s, 1 move caught up\./);
});
