import { exec } from "node:child_process";
import { promisify } from "node:util";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Guest } from "../src/guest.ts";
import { startBrowser } from "../src/pages.ts";

// Where a stack serves the page that somebody else has started.
const PAGE = process.env["HOLDFAST_PAGE"] ?? "http://localhost:5173/";
// What is done to it in the middle of the game, as a command.
const MEANWHILE = process.env["HOLDFAST_MEANWHILE"];
// A stack of one's own signs its certificate itself.
const PROFILE = { ignoreHTTPSErrors: true };

let browser: Browser;

beforeAll(async () => {
  browser = await startBrowser();
});

afterAll(async () => {
  await browser?.close();
});

test("two players play a game of tic-tac-toe on the page as it is deployed", async () => {
  const ann = await Guest.arrive(browser, PAGE, PROFILE);
  const bob = await Guest.arrive(browser, await ann.makeGame("Tic-tac-toe", "ann"), PROFILE);
  await bob.join("bob");
  await play([[ann, 4], [bob, 0]]);
  if (MEANWHILE) {
    await promisify(exec)(MEANWHILE);
  }
  await play([[ann, 2], [bob, 8], [ann, 6]]);
  await ann.sees("You won!");
  await bob.sees("ann won.");
  expect(await ann.failures()).toEqual([]);
  expect(await bob.failures()).toEqual([]);
  await ann.screenshot("stack");
});

async function play(moves: [Guest, number][]): Promise<void> {
  for (const [player, cell] of moves) {
    await player.sees("Your turn.");
    await player.square(cell).click();
  }
}
