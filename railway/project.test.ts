import assert from "node:assert/strict";
import { test } from "node:test";
import { existsSync, readFileSync } from "node:fs";
import type { ServiceNode, VolumeNode } from "railway/iac";
import entry from "../.railway/railway.ts";
import program, { holdfast } from "./project.ts";
import type { Settings } from "./settings.ts";

/** Not those of settings.ts, so that these tests hold whatever an owner fills in there. */
const owner: Settings = {
  repository: "someone/holdfast",
  branch: "main",
  region: "europe-west4-drams3a",
  gateways: 2,
  backends: 3,
  corsOrigins: ["https://play.example.com", "https://*.example.org"],
};
const resources = holdfast(owner).resources as (ServiceNode | VolumeNode)[];
const services = resources.filter((resource): resource is ServiceNode => resource.type === "service");
const [redis, backend, gateway, frontend, prometheus, grafana] = services as [
  ServiceNode,
  ServiceNode,
  ServiceNode,
  ServiceNode,
  ServiceNode,
  ServiceNode,
];
const region = owner.region;

test("the project is this, and nothing else", () => {
  assert.deepEqual(
    resources.map((resource) => resource.address),
    [
      "volume.games",
      "service.redis",
      "service.game-backend",
      "service.gateway",
      "service.frontend",
      "volume.measurements",
      "service.prometheus",
      "service.grafana",
    ],
  );
});

// As environment_config_to_graph does in the CLI's src/iac/compiler.rs (5.43.1): the address would be another, and the next
// plan would delete the service and make it anew.
test("nothing here is read back as a database of Railway's", () => {
  for (const { name, source } of services) {
    assert.doesNotMatch(source?.image ?? "", /postgres|mysql|redis|mongo/, name);
  }
});

test("what an owner fills in reaches the services: the source, the region, the replicas, the pages", () => {
  for (const { name, source, deploy, volumeAttachments } of services) {
    assert.deepEqual(source, { type: "github", repo: owner.repository, branch: owner.branch }, name);
    const numReplicas = name === "gateway" ? owner.gateways : name === "game-backend" ? owner.backends : 1;
    assert.deepEqual(deploy?.multiRegionConfig, { [region]: { numReplicas } }, name);
    for (const { volumeConfig } of Object.values(volumeAttachments ?? {})) {
      assert.deepEqual(volumeConfig, { region }, name);
    }
  }
  assert.equal(valuesOf(gateway)["CORS_ORIGINS"], owner.corsOrigins.join(","));
});

// The CLI refuses a file with a domain that is not there yet, and leaves those alone that a file does not name.
test("a domain of the owner's is built into the page, and left to `railway domain`", () => {
  const named = servicesOf({ ...owner, gatewayDomain: "ws.example.com" });
  assert.equal(valuesOf(named[3])["VITE_WS_URL"], "wss://ws.example.com");
  for (const { name, networking } of named) {
    assert.deepEqual(networking, { privateNetworkEndpoint: name });
  }
});

test("an owner's way to sign in reaches both who check it", () => {
  const signIn = { jwksUrl: "https://issuer.example/jwks", audience: "game" };
  const [, seats, door] = servicesOf({ ...owner, signIn });
  assert.equal(valuesOf(door)["JWT_JWKS_URL"], signIn.jwksUrl);
  assert.equal(valuesOf(door)["JWT_AUDIENCE"], signIn.audience);
  assert.equal(valuesOf(seats)["SEAT_POLICY"], "jwt");
});

test("a secret is a shared variable, and while it is not set nobody has a seat", () => {
  const [, seats, door] = servicesOf({ ...owner, signIn: { secret: true, audience: "game" } });
  assert.equal(valuesOf(door)["JWT_SECRET"], "${{shared.JWT_SECRET}}");
  assert.equal(valuesOf(door)["JWT_JWKS_URL"], undefined);
  assert.equal(valuesOf(door)["JWT_AUDIENCE"], "game");
  assert.equal(valuesOf(seats)["SEAT_POLICY"], "jwt");
});

// A service that is new must not have one, and all are new at the first apply.
test("no variable is preserve()", () => {
  for (const signIn of [{ secret: true, audience: "game" }, { jwksUrl: "https://issuer.example/jwks", audience: "game" }] as const) {
    for (const { name, variables } of servicesOf({ ...owner, signIn })) {
      assert.ok(!JSON.stringify(variables ?? {}).includes("preserve"), name);
    }
  }
});

test("an owner's further variables reach their service, and win", () => {
  const variables = { gateway: { WS_PING_INTERVAL: "25", TRUSTED_PROXIES: "" }, backend: { SEAT_GRACE: "90" } };
  const [, seats, door] = servicesOf({ ...owner, variables });
  assert.equal(valuesOf(door)["WS_PING_INTERVAL"], "25");
  assert.equal(valuesOf(door)["TRUSTED_PROXIES"], "");
  assert.equal(valuesOf(door)["SEAT_GRACE"], undefined);
  assert.equal(valuesOf(seats)["SEAT_GRACE"], "90");
});

test("a drain ends before the platform kills", () => {
  const defaults = (service: string) =>
    Object.fromEntries(
      [...readFileSync(inRepository(`${service}/src/main/resources/application.yaml`), "utf8").matchAll(/\$\{(DRAIN_\w+):(\d+)}/g)].map(
        (match) => [match[1], Number(match[2])],
      ),
    );
  const leaving = defaults("gateway");
  assert.ok((leaving["DRAIN_DELAY"] ?? NaN) + (leaving["DRAIN_DURATION"] ?? NaN) + 10 <= (gateway.deploy?.drainingSeconds ?? 0));
  assert.ok((defaults("game-backend")["DRAIN_DURATION"] ?? NaN) + 5 <= (backend.deploy?.drainingSeconds ?? 0));
});

test("whatever a Dockerfile copies is watched", () => {
  for (const { name, build } of services.filter((service) => service.build)) {
    const dockerfile = readFileSync(inRepository(build?.dockerfilePath ?? "?"), "utf8");
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap((line) => line[1]?.split(" ") ?? []);
    assert.equal(copied.length > 0, name !== "redis", name);
    for (const file of copied.filter((file) => !/^(?!frontend)[^/]+\/pom\.xml$/.test(file))) {
      const isWatched = (build?.watchPatterns ?? []).some((pattern) => `/${file}`.startsWith(pattern.replace(/\*\*$/, "")) || `/${file}/**` === pattern);
      assert.ok(isWatched, `${name}: ${file}`);
    }
  }
});

test("images are those of compose.yaml", () => {
  const compose = readFileSync(inRepository("compose.yaml"), "utf8");
  for (const { name, build } of [redis, prometheus, grafana]) {
    const base = /^FROM (\S+)$/m.exec(readFileSync(inRepository(build?.dockerfilePath ?? "?"), "utf8"))?.[1];
    assert.ok(compose.includes(`image: ${base}\n`), `${name}: ${base}`);
  }
});

test("redis starts as in compose.yaml", () => {
  const compose = /image: redis:7\n\s+command: \[redis-server, ([^\]]+)]/.exec(readFileSync(inRepository("compose.yaml"), "utf8"))?.[1] ?? "";
  const image = /^CMD \["redis-server", ([^\]]+)]$/m.exec(readFileSync(inRepository("railway/redis/Dockerfile"), "utf8"))?.[1] ?? "";
  const options = (words: string) =>
    Object.fromEntries([...words.matchAll(/--([\w-]+)"?,\s*("[^"]*"|\w+)/g)].map((match) => [match[1], match[2]?.replaceAll('"', "")]));
  assert.deepEqual(options(image), options(compose));
  assert.equal(options(image)["save"], "");
  assert.equal(options(image)["maxmemory"], "512mb");
});

test("what the services are built from is in the repository", () => {
  for (const service of services.filter((service) => service.build)) {
    for (const pattern of service.build?.watchPatterns ?? []) {
      assert.ok(existsSync(inRepository(pattern.replace(/\/\*\*$/, ""))), `${service.name}: ${pattern}`);
    }
    assert.ok(existsSync(inRepository(service.build?.dockerfilePath ?? "?")), `${service.name}: its Dockerfile`);
  }
});

test("every variable is one that the service reads", () => {
  for (const service of [backend, gateway]) {
    const yaml = readFileSync(inRepository(`${service.name}/src/main/resources/application.yaml`), "utf8");
    for (const name of Object.keys(service.variables ?? {}).filter((name) => !name.startsWith("RAILWAY_"))) {
      assert.match(yaml, new RegExp(`\\$\\{${name}[:}]`), `${service.name}: ${name}`);
    }
  }
});

test("every variable of the page is one that its image or its server reads", () => {
  const dockerfile = readFileSync(inRepository("frontend/Dockerfile"), "utf8");
  const caddyfile = readFileSync(inRepository("frontend/Caddyfile"), "utf8");
  for (const name of Object.keys(frontend.variables ?? {})) {
    assert.ok(dockerfile.includes(`\nARG ${name}\n`) || caddyfile.includes(`{$${name}:`), name);
  }
});

test("each service ends up with what the table for the dashboard says, and nothing else", () => {
  const page = readFileSync(inRepository("docs/deploy-railway.md"), "utf8");
  const table = page.slice(page.indexOf("| Setting |"), page.indexOf("\n\n", page.indexOf("| Setting |")));
  const values = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1]);
  const columns = ["gateway", "game-backend", "frontend", "redis", "prometheus", "grafana"];
  const rows = new Map(
    [...table.matchAll(/^\| (.+) \|$/gm)].map((row) => {
      const [setting = "", ...cells] = (row[1] ?? "").split(/ ?\| ?/);
      return [setting.replaceAll("`", ""), Object.fromEntries(columns.map((name, i) => [name, values(cells[i] ?? "")]))];
    }),
  );
  for (const service of servicesOf({ ...owner, gateways: 1, backends: 1, corsOrigins: ["https://play.example.com"] })) {
    const { source, build, deploy, networking } = service;
    const some = (value: unknown) => (value === undefined ? [] : [value]);
    const expected: Record<string, unknown[]> = {
      "Root Directory": some(source?.rootDirectory),
      Builder: some(build?.builder),
      "Dockerfile path": some(build?.dockerfilePath),
      "Watch paths": build?.watchPatterns ?? [],
      "Start command": some(deploy?.startCommand),
      "Healthcheck path": some(deploy?.healthcheckPath),
      "Healthcheck timeout": some(deploy?.healthcheckTimeout),
      "Replicas, all in one region": some(deploy?.multiRegionConfig?.[region]?.numReplicas),
      "Overlap seconds": some(deploy?.overlapSeconds),
      "Draining seconds": some(deploy?.drainingSeconds),
      "Restart policy": some(deploy?.restartPolicyType),
      "Serverless (app sleeping)": some(deploy?.sleepApplication),
      "Volume mounted at": Object.values(service.volumeAttachments ?? {}).map((attachment) => attachment.mountPath),
      "Private network name": some(networking?.privateNetworkEndpoint),
    };
    for (const [name, value] of Object.entries(valuesOf(service))) {
      expected[name] = [value];
    }
    for (const setting of new Set([...rows.keys(), ...Object.keys(expected)])) {
      const written = rows.get(setting)?.[service.name];
      assert.deepEqual(written, (expected[setting] ?? []).map(String), `${service.name}: ${setting}`);
    }
  }
});

test("the CLI finds this project", () => {
  assert.equal(entry, program);
});

test("settings nobody has filled in are refused with the name of the setting", () => {
  assert.throws(() => holdfast({ ...owner, repository: "" }), /settings\.ts: repository: ""/);
  assert.throws(() => holdfast({ ...owner, corsOrigins: [] }), /settings\.ts: corsOrigins: none/);
  assert.throws(() => holdfast({ ...owner, gatewayDomain: "wss://ws.example.com" }), /settings\.ts: gatewayDomain: "wss:/);
});

function servicesOf(someone: Settings): ServiceNode[] {
  return (holdfast(someone).resources as ServiceNode[]).filter((resource) => resource.type === "service");
}

function valuesOf(service: ServiceNode | undefined): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(service?.variables ?? {}).map(([name, variable]) => [name, (variable as { value?: string }).value]),
  );
}

function inRepository(path: string): URL {
  return new URL(`../${path.replace(/^\//, "")}`, import.meta.url);
}
