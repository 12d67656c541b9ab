import { afterEach, expect, test, vi } from "vitest";
import { Unreadable, findGame, makeGame } from "../src/gateway.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

/** Has the server answer so; a body that is none is cut off after the head. */
function answers(status: number, body?: string): void {
  const json = async () => {
    if (body === undefined) {
      throw new TypeError("network error");
    }
    return JSON.parse(body);
  };
  vi.stubGlobal("fetch", async () => ({ ok: status < 300, status, json }));
}

test("a game that is made or found is told, and one that is not there is none", async () => {
  const game = { id: "g1", rules: "tictactoe/1", here: [] };
  answers(201, JSON.stringify(game));
  expect(await makeGame("tictactoe")).toEqual(game);
  expect(await findGame("g1")).toEqual(game);

  answers(404, "{}");
  expect(await findGame("g1")).toBeUndefined();
});

test("an answer that is cut off after its head is none", async () => {
  answers(200);
  await expect(makeGame("tictactoe")).rejects.toThrow("cannot be reached");
  await expect(findGame("g1")).rejects.toThrow("cannot be reached");
});

test("a refusal is told in the server's words, or by its number if it is somebody else's or cut off", async () => {
  const message = "Over 20 calls a second from your address; try again in a moment.";
  answers(429, JSON.stringify({ error: "too_many_requests", message }));
  await expect(findGame("g1")).rejects.toThrow(message);

  answers(502, "<html>Bad gateway</html>");
  await expect(findGame("g1")).rejects.toThrow("answered 502");
  answers(503);
  await expect(findGame("g1")).rejects.toThrow("answered 503");
});

test.each([
  ["game_unreadable", "game g1 cannot be followed by this release: unknown event; another release may, or choose another id"],
  ["history_lost", "The store has lost a part of this game; if it does not come back, choose another id."],
])("a game that the server cannot read is told in words for a player: %s", async (code, message) => {
  answers(409, JSON.stringify({ code, message }));
  await expect(findGame("g1")).rejects.toThrow("make a new game");
  await expect(makeGame("tictactoe", "g1")).rejects.toThrow(Unreadable);
});
