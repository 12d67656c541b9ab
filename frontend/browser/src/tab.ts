import type { Browser, CDPSession } from "playwright-core";
import { expect } from "vitest";
import { PATIENCE } from "./guest.ts";

/**
 * A tab that Playwright does not know of, and so can be hidden: Playwright keeps the pages it knows visible, whatever
 * covers them. Spoken to in Chrome's own protocol.
 */
export class Tab {
  readonly #browser: CDPSession;
  readonly #context: string;
  readonly #target: string;
  readonly #session: string;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #calls = 0;

  private constructor(browser: CDPSession, context: string, target: string, session: string) {
    this.#browser = browser;
    this.#context = context;
    this.#target = target;
    this.#session = session;
    browser.on("Target.receivedMessageFromTarget", ({ message }) => {
      const answer: Answer = JSON.parse(message);
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
  }

  static async open(browser: Browser, url: string): Promise<Tab> {
    const devtools = await browser.newBrowserCDPSession();
    const { browserContextId } = await devtools.send("Target.createBrowserContext");
    const { targetId } = await devtools.send("Target.createTarget", { url, browserContextId });
    const { sessionId } = await devtools.send("Target.attachToTarget", { targetId, flatten: false });
    return new Tab(devtools, browserContextId, targetId, sessionId);
  }

  /** Another tab of the same window comes to the front. */
  async hide(): Promise<void> {
    await this.#browser.send("Target.createTarget", { url: "about:blank", browserContextId: this.#context, newWindow: false });
    await this.shows("document.visibilityState", "hidden");
  }

  async show(): Promise<void> {
    await this.#browser.send("Target.activateTarget", { targetId: this.#target });
    await this.shows("document.visibilityState", "visible");
  }

  /** Waits until an expression has a value in the page. */
  async shows(expression: string, value: unknown): Promise<void> {
    await expect.poll(() => this.evaluate(expression), PATIENCE).toEqual(value);
  }

  async evaluate(expression: string): Promise<unknown> {
    const { result } = await this.#send("Runtime.evaluate", { expression, returnByValue: true });
    return result?.result?.value;
  }

  async close(): Promise<void> {
    await this.#browser.send("Target.disposeBrowserContext", { browserContextId: this.#context });
    await this.#browser.detach();
  }

  async #send(method: string, params: object): Promise<Answer> {
    const id = ++this.#calls;
    const answer = new Promise<Answer>((resolve) => this.#waiting.set(id, resolve));
    const message = JSON.stringify({ id, method, params });
    await this.#browser.send("Target.sendMessageToTarget", { sessionId: this.#session, message });
    return answer;
  }
}

interface Answer {
  readonly id: number;
  readonly result?: { readonly result?: { readonly value?: unknown } };
}
