import { expect, test } from "vitest";
import type { Stage } from "../scenario/main.ts";
import { PATIENCE } from "../src/guest.ts";
import { Site, buildPage, startBrowser } from "../src/pages.ts";
import { Services } from "../src/services.ts";

declare const stage: Stage;

const PLAYERS = 20;

test(`how long ${PLAYERS} clients take from "gateway back" to live`, async () => {
  const site = await Site.serve(await buildPage("browser/scenario", "ws://127.0.0.1:9"));
  const services = await Services.start([site.origin]);
  const browser = await startBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(`${site.origin}/`);
    const url = services.gateway.url.replace("http", "ws");
    await page.evaluate(
      ([gateway, count]) => {
        for (let i = 0; i < count; i++) {
          stage.connect(gateway, "measured", `p${i}`);
        }
      },
      [url, PLAYERS] as const,
    );
    const live = () => page.evaluate(() => Object.values(stage.players).filter(({ connection }) => connection.status.state === "live").length);
    await expect.poll(live, PATIENCE).toBe(PLAYERS);
    await services.gateway.kill();
    await expect.poll(live, PATIENCE).toBe(0);
    await page.evaluate(() => {
      const times: number[] = [];
      Object.assign(globalThis, { times });
      for (const { connection } of Object.values(stage.players)) {
        const timer = setInterval(() => {
          if (connection.status.state === "live") {
            times.push(Date.now());
            clearInterval(timer);
          }
        }, 10);
      }
    });
    await services.gateway.start();
    const back = Date.now();
    await expect.poll(live, PATIENCE).toBe(PLAYERS);
    await expect.poll(() => page.evaluate("times.length"), PATIENCE).toBe(PLAYERS);
    const times = ((await page.evaluate("times")) as number[]).map((time) => time - back).sort((a, b) => a - b);
    const at = (share: number) => times[Math.ceil(share * PLAYERS) - 1];
    console.log(`gateway back to live, ${PLAYERS} clients: p50 ${at(0.5)} ms, p90 ${at(0.9)} ms, max ${times.at(-1)} ms (${times.join(" ")})`);
  } finally {
    await browser.close();
    await services.stop();
    await site.stop();
  }
});
