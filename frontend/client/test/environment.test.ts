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
