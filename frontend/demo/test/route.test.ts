import { beforeEach, expect, test, vi } from "vitest";
import { memory } from "../src/memory.ts";
import { read, take } from "../src/route.ts";

const own = { game: "g1", player: "ann", seat: "0123456789abcdefABCDEF" };
const ownHash = "#/g1/ann/0123456789abcdefABCDEF";

/** The address bar, as far as it is used. */
const location = { origin: "https://page.example", pathname: "/", hash: "" };
const history = { replaceState: (_state: null, _title: string, url: string) => (location.hash = new URL(url).hash) };

beforeEach(() => {
  const items = new Map<string, string>();
  vi.stubGlobal("location", location);
  vi.stubGlobal("history", history);
  vi.stubGlobal("sessionStorage", {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => items.set(key, value),
  });
});

test("a link names a game, and perhaps a seat", () => {
  expect(read("#/g1")).toEqual({ game: "g1" });
  expect(read(ownHash)).toEqual(own);
  expect(read("#/g1/ann")).toEqual({});
  expect(read("#/<script>")).toEqual({});
});

test("one's own link leaves the address at once, and a reload still goes by it until it has been used", () => {
  location.hash = ownHash;
  expect(take()).toEqual(own);
  expect(location.hash).toBe("#/g1");
  expect(take()).toEqual(own);

  location.hash = "#/g2";
  expect(take()).toEqual({ game: "g2" });
  location.hash = "#/g1";
  memory.forgetLink("g1");
  expect(take()).toEqual({ game: "g1" });
});

test("the newest link counts, also where nothing can be kept, and what somebody else has kept does not", () => {
  memory.setLink("g1", "bob/0123456789abcdefABCDEF");
  location.hash = ownHash;
  expect(take()).toEqual(own);
  expect(take()).toEqual(own);

  memory.setLink("g1", "<script>");
  expect(take()).toEqual({ game: "g1" });

  vi.stubGlobal("sessionStorage", undefined);
  location.hash = ownHash;
  expect(take()).toEqual(own);
  expect(take()).toEqual({ game: "g1" });
});
