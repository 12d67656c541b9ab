import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Stage } from "../scenario/main.ts";
import { PATIENCE } from "../src/guest.ts";
import { Site, buildPage, startBrowser } from "../src/pages.ts";
import { Proxy } from "../src/proxy.ts";
import { Services, type Name } from "../src/services.ts";

declare const stage: Stage;

interface Step {
  readonly connect?: string;
  readonly send?: { readonly type: string };
  readonly sees?: object;
  readonly applied?: string;
  readonly refused?: string;
  readonly cut?: string;
  readonly kill?: Name;
  readonly start?: Name;
  readonly by?: string;
  readonly as?: string;
  readonly code?: string;
}

const { scenarios } = JSON.parse(
  readFileSync(new URL("../../../docs/vectors/client-scenarios.json", import.meta.url), "utf8"),
) as { scenarios: { name: string; rules: string; steps: Step[] }[] };

let browser: Browser;
let site: Site;
let services: Services;
let proxies = new Map<string, Proxy>();

beforeAll(async () => {
  // Each player's connection is led through a proxy of its own, so the page is told where; it is built for nowhere.
  site = await Site.serve(await buildPage("browser/scenario", "ws://127.0.0.1:9"));
  services = await Services.start([site.origin]);
  browser = await startBrowser();
});

afterAll(async () => {
  await browser?.close();
  await services?.stop();
  await site?.stop();
});

afterEach(async () => {
  await Promise.all([...proxies.values()].map((proxy) => proxy.stop()));
  proxies = new Map();
  await services.heal();
});

test.each(scenarios)("the client in a browser plays $name", async ({ name, rules, steps }) => {
  const game = name.replace(/\W+/g, "-").slice(0, 64);
  const made = await fetch(`${services.gateway.url}/api/games`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ rules, id: game }),
  });
  expect(made.status).toBe(201);
  const page = await browser.newPage();
  await page.goto(`${site.origin}/`);
  const seen = new Map<string, number>();
  for (const step of steps) {
    await take(page, game, step, seen);
  }

  for (const player of proxies.keys()) {
    const unsettled = () => page.evaluate((id) => stage.players[id]?.connection.unsettled, player);
    await expect.poll(unsettled, PATIENCE).toBe(0);
    await isLive(page, player);
    expect((await eventsOf(page, player)).slice(seen.get(player) ?? 0)).toEqual([]);
  }
  await page.close();
});

test("a callback of the page that throws once is told as the page's own error, and the player is live", async () => {
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on("pageerror", ({ message }) => errors.push(message));
  await page.goto(`${site.origin}/`);
  await page.evaluate((url) => stage.connect(url, "broken", "ann", undefined, "connecting"), `ws://127.0.0.1:${services.gateway.port}`);

  await isLive(page, "ann");
  expect(errors).toEqual(["the page's own bug at connecting"]);
  await page.close();
});

async function take(page: Page, game: string, step: Step, seen: Map<string, number>): Promise<void> {
  const { by = "", as = "" } = step;
  if (step.connect) {
    const proxy = await Proxy.start();
    proxy.leadTo(services.gateway.port);
    proxies.set(step.connect, proxy);
    await page.evaluate(([url, id, player]) => stage.connect(url, id, player), [`ws://127.0.0.1:${proxy.port}`, game, step.connect] as const);
    await isLive(page, step.connect);
  } else if (step.send) {
    await page.evaluate(([player, name, command]) => stage.send(player, name, command), [by, as, step.send] as const);
  } else if (step.sees) {
    const index = seen.get(by) ?? 0;
    seen.set(by, index + 1);
    await expect.poll(async () => (await eventsOf(page, by)).length, PATIENCE).toBeGreaterThan(index);
    expect((await eventsOf(page, by))[index]).toEqual(step.sees);
  } else if (step.applied ?? step.refused) {
    const outcome = () => page.evaluate((name) => stage.outcomes[name], step.applied ?? step.refused ?? "");
    await expect.poll(outcome, PATIENCE).toBe(step.applied ? "applied" : step.code);
  } else if (step.cut) {
    proxies.get(step.cut)?.breakAll();
  } else if (step.kill) {
    await service(step.kill).kill();
  } else if (step.start) {
    await service(step.start).start();
  } else {
    throw new Error(`a step that nobody knows: ${JSON.stringify(step)}`);
  }
}

async function isLive(page: Page, player: string): Promise<void> {
  const state = () => page.evaluate((id) => stage.players[id]?.connection.status.state, player);
  await expect.poll(state, PATIENCE).toBe("live");
}

async function eventsOf(page: Page, player: string): Promise<object[]> {
  return page.evaluate((id) => stage.players[id]?.events ?? [], player);
}

function service(name: Name) {
  return name === "gateway" ? services.gateway : services.backend;
}
