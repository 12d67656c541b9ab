import { afterEach, expect, test, vi } from "vitest";
import { page } from "../src/index.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

test("an error of the page's own goes to the browser, whose function is called as it insists", () => {
  const reported: unknown[] = [];
  vi.stubGlobal("navigator", {});
  vi.stubGlobal("reportError", function (this: unknown, failure: unknown) {
    if (this !== undefined && this !== globalThis) {
      throw new TypeError("Illegal invocation");
    }
    reported.push(failure);
  });
  const failure = new Error("the page's own bug");
  page().report(failure);

  expect(reported).toEqual([failure]);
});

test("an Android WebView without DOM storage, where it is null, is one without storage", () => {
  vi.stubGlobal("navigator", {});
  vi.stubGlobal("sessionStorage", null);
  vi.stubGlobal("localStorage", null);

  expect(page()).toMatchObject({ tab: undefined, browser: undefined });
});

test("a page that comes back is told of, however it does, and one that is only loaded is not", () => {
  const document = Object.assign(new EventTarget(), { visibilityState: "visible" });
  const window = new EventTarget();
  vi.stubGlobal("navigator", {});
  vi.stubGlobal("document", document);
  vi.stubGlobal("addEventListener", window.addEventListener.bind(window));
  const told: string[] = [];
  const stop = page().listen((signal) => told.push(signal));
  const turn = (type: string, persisted: boolean) => window.dispatchEvent(Object.assign(new Event(type), { persisted }));

  turn("pageshow", false);
  turn("pagehide", false);
  expect(told).toEqual([]);
  turn("pagehide", true);
  turn("pageshow", true);
  document.dispatchEvent(new Event("visibilitychange"));
  ["online", "offline"].forEach((type) => window.dispatchEvent(new Event(type)));
  expect(told).toEqual(["cached", "restored", "visible", "online", "offline"]);

  stop();
  turn("pageshow", true);
  expect(told.length).toBe(5);
});
