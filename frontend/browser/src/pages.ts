import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { mkdirSync } from "node:fs";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, type Browser } from "playwright-core";
import { build } from "vite";

/** What a run leaves behind: built pages and screenshots. */
export const TARGET = fileURLToPath(new URL("../target", import.meta.url));
export const SCREENSHOTS = join(TARGET, "screenshots");

const TYPES: Record<string, string> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };

/** Starts Debian's Chromium. */
export async function startBrowser(): Promise<Browser> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  return chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
    // A hidden page is to be as slow as it is for a player.
    ignoreDefaultArgs: [
      "--disable-backgrounding-occluded-windows",
      "--disable-renderer-backgrounding",
      "--disable-background-timer-throttling",
      "--disable-back-forward-cache",
    ],
    timeout: 60_000,
  });
}

/** Builds a page as it is deployed. */
export async function buildPage(root: string, wsUrl: string): Promise<string> {
  const outDir = join(TARGET, "pages", root);
  process.env["VITE_WS_URL"] = wsUrl;
  await build({
    root: fileURLToPath(new URL(`../../${root}`, import.meta.url)),
    logLevel: "warn",
    build: { outDir, emptyOutDir: true },
  });
  return outDir;
}

/** Serves a built page from an origin of its own. */
export class Site {
  readonly #server: Server;

  private constructor(folder: string) {
    this.#server = createServer((request, response) => {
      const path = normalize(new URL(request.url ?? "/", "http://x").pathname);
      const file = join(folder, path.endsWith("/") ? `${path}index.html` : path);
      try {
        const content = readFileSync(file);
        response.writeHead(200, { "Content-Type": TYPES[extname(file)] ?? "application/octet-stream" }).end(content);
      } catch {
        response.writeHead(404).end();
      }
    });
  }

  static async serve(folder: string): Promise<Site> {
    const site = new Site(folder);
    await new Promise<void>((resolve) => site.#server.listen(0, "127.0.0.1", resolve));
    return site;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as { port: number }).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
