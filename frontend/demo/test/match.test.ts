import { expect, test } from "vitest";
import { after, fromSnapshot, landing, rematchId, turn, winningCells, type Match } from "../src/match.ts";

const empty = { players: ["ann", "bob"], over: false, winner: null };

function play(match: Match | undefined, ...events: { type: string; [field: string]: unknown }[]): Match {
  if (!match) {
    throw new Error("no match");
  }
  return events.reduce(after, match);
}

test("a board from events is the board of a snapshot", () => {
  const start = fromSnapshot({ ...empty, board: Array(9).fill(null) });
  const played = play(start, { type: "moved", cell: 4, by: "ann" }, { type: "moved", cell: 0, by: "bob" });

  const { newest, ...rest } = played;
  expect(newest).toBe(0);
  expect(rest).toEqual(fromSnapshot({ ...empty, board: ["O", null, null, null, "X", null, null, null, null] }));
  expect(turn(played)).toBe("ann");
});

test("discs fall on each other, and four in a row are found", () => {
  let match = play(fromSnapshot({ ...empty, rows: Array(6).fill(".......") }));
  for (const column of [0, 1, 1, 2, 2, 3, 2, 3, 3, 6, 3]) {
    const cell = landing(match, column) ?? -1;
    match = play(match, { type: "dropped", column, row: Math.floor(cell / 7), by: turn(match) });
  }

  expect([...winningCells(match)].sort((a, b) => a - b)).toEqual([17, 23, 29, 35]);
});

test("a full column takes no more", () => {
  const match = play(fromSnapshot({ ...empty, rows: ["R......", "Y......", "R......", "Y......", "R......", "Y......"] }));
  expect(landing(match, 0)).toBeUndefined();
  expect(landing(match, 1)).toBe(36);
});

test("who leaves before the game has started makes room; after that the other has won", () => {
  const waiting = play(fromSnapshot({ ...empty, players: ["ann"], board: Array(9).fill(null) }), { type: "left", player: "ann" });
  expect(waiting.players).toEqual([]);

  const left = play(
    fromSnapshot({ ...empty, board: Array(9).fill(null) }),
    { type: "left", player: "ann" },
    { type: "over", winner: "bob", reason: "left" },
  );
  expect(left).toMatchObject({ players: ["ann", "bob"], over: true, winner: "bob" });
  expect(turn(left)).toBeUndefined();
});

test("the state of another game is none of ours", () => {
  expect(fromSnapshot({})).toBeUndefined();
  expect(fromSnapshot(null)).toBeUndefined();
});

test("both players find the same next game", () => {
  expect(rematchId("abc")).toBe("abc_2");
  expect(rematchId("abc_2")).toBe("abc_3");
  expect(rematchId("x".repeat(64)).length).toBeLessThanOrEqual(64);
});
