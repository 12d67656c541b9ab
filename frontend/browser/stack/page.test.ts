import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Guest } from "../src/guest.ts";
import { startBrowser } from "../src/pages.ts";

// Where a stack serves the page that somebody else has started.
const PAGE = process.env["HOLDFAST_PAGE"] ?? "http://localhost:5173/";

let browser: Browser;

beforeAll(async () => {
  browser = await startBrowser();
});

afterAll(async () => {
  await browser?.close();
});

test("two players play a game of tic-tac-toe on the page as it is deployed", async () => {
  const ann = await Guest.arrive(browser, PAGE);
  const bob = await Guest.arrive(browser, await ann.makeGame("Tic-tac-toe", "ann"));
  await bob.join("bob");
  for (const [player, cell] of [[ann, 4], [bob, 0], [ann, 2], [bob, 8], [ann, 6]] as const) {
    await player.sees("Your turn.");
    await player.square(cell).click();
  }
  await ann.sees("You won!");
  await bob.sees("ann won.");
  expect(await ann.failures()).toEqual([]);
  expect(await bob.failures()).toEqual([]);
  await ann.screenshot("stack");
});
