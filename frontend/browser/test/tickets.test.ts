import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import type { Stage } from "../scenario/main.ts";
import { PATIENCE } from "../src/guest.ts";
import { Site, buildPage, startBrowser } from "../src/pages.ts";
import { Proxy } from "../src/proxy.ts";
import { Services } from "../src/services.ts";

declare const stage: Stage;

const SECRET = "a secret of the test's own, 32 bytes or more";

test("a player with a token plays by a ticket for each connection, and one whose token is refused is told", async () => {
  const site = await Site.serve(await buildPage("browser/scenario", "ws://127.0.0.1:9"));
  const proxy = await Proxy.start();
  const services = await Services.start([site.origin], { JWT_SECRET: SECRET });
  const browser = await startBrowser();
  try {
    proxy.leadTo(services.gateway.port);
    const page = await browser.newPage();
    await page.goto(`${site.origin}/`);
    const connect = (player: string, jwt: string) =>
      page.evaluate(([url, id, token]) => stage.connect(url, "g1", id, token), [`ws://127.0.0.1:${proxy.port}`, player, jwt] as const);
    const status = (player: string) => page.evaluate((id) => stage.players[id]?.connection.status, player);

    await connect("ann", jwt("ann"));
    await expect.poll(() => status("ann"), PATIENCE).toMatchObject({ state: "live" });
    proxy.cut();
    await expect.poll(() => status("ann"), PATIENCE).toMatchObject({ state: "waiting" });
    proxy.mend();
    await expect.poll(() => status("ann"), PATIENCE).toMatchObject({ state: "live" });

    await connect("mallory", `${jwt("mallory")}x`);
    await expect.poll(() => status("mallory"), PATIENCE).toMatchObject({ state: "waiting", code: 1006, reason: "no ticket: 401" });
  } finally {
    await browser.close();
    await services.stop();
    await Promise.all([proxy.stop(), site.stop()]);
  }
});

function jwt(sub: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part({ sub, exp: Math.floor(Date.now() / 1000) + 600 })}`;
  return `${signed}.${createHmac("sha256", SECRET).update(signed).digest("base64url")}`;
}
