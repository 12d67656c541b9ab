import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { SCREENSHOTS } from "./pages.ts";

/** Long enough for a JVM to start on a busy machine. A passing test comes nowhere near it. */
export const PATIENCE = { timeout: 60_000, interval: 50 };

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Watched {
  /** Of the board, each once. */
  readonly places: string[];
  /** Of the connection. */
  readonly states: string[];
  /** What the page's live regions became. */
  readonly said: string[];
  /** What came to what happened. */
  readonly logged: string[];
}

/** Somebody in front of the demo page. */
export class Guest {
  readonly page: Page;
  /** Whether the test means the page to complain. */
  isRefused = false;
  readonly #errors: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(PATIENCE.timeout);
    page.on("pageerror", (error) => this.#errors.push(String(error)));
  }

  /** With a browser profile of their own. */
  static async arrive(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Guest> {
    const context = await browser.newContext({ viewport: { width: 1100, height: 800 }, ...options });
    const guest = new Guest(await context.newPage());
    await guest.page.goto(url);
    return guest;
  }

  get context(): BrowserContext {
    return this.page.context();
  }

  /** Makes a game and tells its link. */
  async makeGame(game: "Tic-tac-toe" | "Connect four", name: string): Promise<string> {
    await this.page.getByText(game).click();
    await this.page.getByLabel("Your name").fill(name);
    await this.page.getByRole("button", { name: "New game" }).click();
    await this.isLive();
    return this.page.getByLabel("Link for a friend").inputValue();
  }

  async join(name: string): Promise<void> {
    await this.page.getByLabel("Your name").fill(name);
    await this.page.getByRole("button", { name: "Join" }).click();
    await this.isLive();
  }

  get state(): Promise<string | null> {
    return this.page.locator("[data-state]").getAttribute("data-state");
  }

  async isIn(...states: string[]): Promise<void> {
    await expect.poll(() => this.state, PATIENCE).toSatisfy((state: string) => states.includes(state));
  }

  async isLive(): Promise<void> {
    await this.isIn("live");
  }

  /** The field of a tic-tac-toe board, counted from 0. */
  square(cell: number): Locator {
    return this.page.getByRole("button", { name: `Row ${Math.floor(cell / 3) + 1}, column ${(cell % 3) + 1}:` });
  }

  column(column: number): Locator {
    return this.page.getByRole("button", { name: `Column ${column + 1}:` });
  }

  /** A key finds a field as it is, where a click waits for it. */
  async mayPlay(field: Locator): Promise<void> {
    await expect.poll(() => field.getAttribute("aria-disabled"), PATIENCE).toBe("false");
  }

  async seesMark(cell: number, mark: "X" | "O"): Promise<void> {
    const label = new RegExp(`: ${mark}(, in the winning row)?$`);
    await expect.poll(() => this.square(cell).getAttribute("aria-label"), PATIENCE).toMatch(label);
  }

  async sees(text: string | RegExp): Promise<void> {
    await this.page.getByText(text).first().waitFor();
  }

  async happenings(): Promise<string> {
    return this.page.getByRole("log").innerText();
  }

  /** What the page complains of. */
  async failures(): Promise<string[]> {
    return (await this.page.locator(".failure").allInnerTexts()).filter((text) => text !== "");
  }

  async openBreakIt(): Promise<void> {
    await this.page.getByText("Break it").click();
    await this.page.getByLabel("Show the frames").check();
  }

  /** Watches the page from now on: where the board is drawn, and what a screen reader is given. */
  async watch(): Promise<() => Promise<Watched>> {
    await this.page.evaluate(() => {
      const find = (selector: string) => document.querySelector(selector) as HTMLElement;
      const watched: Watched = { places: [], states: [], said: [], logged: [] };
      const look = () => {
        const { top, left, height } = find(".board").getBoundingClientRect();
        const place = `${left} ${top + scrollY} ${height}`;
        if (!watched.places.includes(place)) {
          watched.places.push(place);
        }
      };
      look();
      new MutationObserver((mutations) => {
        look();
        for (const { type, target, addedNodes } of mutations) {
          const element = target instanceof HTMLElement ? target : target.parentElement;
          const text = target.textContent ?? "";
          if (type === "attributes") {
            watched.states.push(element?.dataset["state"] ?? "");
          } else if (element?.closest("[role=log]")) {
            addedNodes.forEach((node) => watched.logged.push(node.textContent ?? ""));
          } else if (text && element?.closest("[role=status], [role=alert]")) {
            watched.said.push(text);
          }
        }
      }).observe(find(".play").parentElement!, { subtree: true, childList: true, characterData: true, attributeFilter: ["data-state"] });
      Object.assign(globalThis, { watched });
    });
    return () => this.page.evaluate(() => (globalThis as unknown as { watched: Watched }).watched);
  }

  /** The frames that the page has received or sent, as far as it still shows them. */
  async frames(direction: "in" | "out"): Promise<string[]> {
    return this.page.locator(`.frames .${direction} code`).allInnerTexts();
  }

  async screenshot(name: string): Promise<void> {
    await this.page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true, animations: "disabled" });
  }

  /** No rule of WCAG 2.2 AA that a machine can check is broken, nor any of axe's best practices. */
  async isAccessible(): Promise<void> {
    await this.page.evaluate(AXE);
    const { violations, passes } = await this.page.evaluate(() => (globalThis as any).axe.run());
    expect(violations.map(({ id, nodes }: any) => `${id}: ${nodes.map(({ html }: any) => html).join(" ")}`)).toEqual([]);
    expect(passes.length).toBeGreaterThan(10);
  }

  /** The page's code stands still, as on a device that sleeps, until the result is called. */
  async sleep(): Promise<() => Promise<void>> {
    const devtools = await this.context.newCDPSession(this.page);
    await devtools.send("Debugger.enable");
    const paused = new Promise<void>((resolve) => devtools.once("Debugger.paused", () => resolve()));
    await devtools.send("Debugger.pause");
    await paused;
    return async () => {
      await devtools.send("Debugger.resume");
      await devtools.detach();
    };
  }

  /** Nobody on this page saw an error, in the console or on the board. */
  async leave(): Promise<void> {
    const failures = this.isRefused || this.page.isClosed() ? [] : await this.failures();
    await this.context.close();
    expect([...this.#errors, ...failures]).toEqual([]);
  }
}
