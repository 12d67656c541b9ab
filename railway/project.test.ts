import assert from "node:assert/strict";
import { test } from "node:test";
import { existsSync, readFileSync } from "node:fs";
import { createRailwayContext, project } from "railway/iac";
import type { ServiceNode, VolumeNode } from "railway/iac";
import entry from "../.railway/railway.ts";
import { holdfast } from "./project.ts";
import { settings } from "./settings.ts";

const owner = {
  ...settings,
  repository: "someone/holdfast",
  gateways: 2,
  corsOrigins: ["https://play.example.com", "https://*.example.org"],
};
const [, backend, gateway, frontend] = holdfast(owner).resources as [VolumeNode, ServiceNode, ServiceNode, ServiceNode];
const region = owner.region;

test("the project is a gateway, a game-backend, the volume of the games and the page, and nothing else", () => {
  assert.deepEqual(
    holdfast(owner).resources?.map((resource) => (resource as ServiceNode).address),
    ["volume.games", "service.game-backend", "service.gateway", "service.frontend"],
  );
});

test("the gateway ends up with exactly this", () => {
  assert.deepEqual(plain(gateway), {
    address: "service.gateway",
    type: "service",
    kind: "github",
    name: "gateway",
    source: { type: "github", repo: "someone/holdfast", branch: "main" },
    build: {
      builder: "DOCKERFILE",
      dockerfilePath: "gateway/Dockerfile",
      watchPatterns: ["/gateway/**", "/pom.xml", "/.mvn/**", "/bin/ready"],
    },
    deploy: {
      healthcheckPath: "/readyz",
      healthcheckTimeout: 120,
      multiRegionConfig: { [region]: { numReplicas: 2 } },
      overlapSeconds: 20,
      drainingSeconds: 45,
      restartPolicyType: "ON_FAILURE",
      restartPolicyMaxRetries: 10,
      sleepApplication: false,
    },
    networking: { privateNetworkEndpoint: "gateway" },
    variables: {
      PORT: { type: "literal", value: "8000" },
      MANAGEMENT_PORT: { type: "literal", value: "9090" },
      BACKEND_URL: {
        type: "literal",
        value: "http://${{game-backend.RAILWAY_PRIVATE_DOMAIN}}:${{game-backend.PORT}}",
      },
      TRUSTED_PROXIES: { type: "literal", value: "railway" },
      CORS_ORIGINS: { type: "literal", value: "https://play.example.com,https://*.example.org" },
    },
  });
});

test("the game-backend ends up with exactly this", () => {
  assert.deepEqual(plain(backend), {
    address: "service.game-backend",
    type: "service",
    kind: "github",
    name: "game-backend",
    source: { type: "github", repo: "someone/holdfast", branch: "main" },
    build: {
      builder: "DOCKERFILE",
      dockerfilePath: "game-backend/Dockerfile",
      watchPatterns: ["/game-backend/**", "/pom.xml", "/.mvn/**", "/bin/ready"],
    },
    deploy: {
      healthcheckPath: "/readyz",
      healthcheckTimeout: 120,
      multiRegionConfig: { [region]: { numReplicas: 1 } },
      overlapSeconds: 0,
      drainingSeconds: 30,
      restartPolicyType: "ON_FAILURE",
      restartPolicyMaxRetries: 10,
      sleepApplication: false,
    },
    networking: { privateNetworkEndpoint: "game-backend" },
    variables: {
      PORT: { type: "literal", value: "8081" },
      MANAGEMENT_PORT: { type: "literal", value: "9091" },
      STORE_URL: { type: "literal", value: "sqlite:/data/games.db" },
      RAILWAY_RUN_UID: { type: "literal", value: "0" },
    },
    volumeMounts: {},
    volumeAttachments: {
      games: { volume: "volume.games", mountPath: "/data", volumeConfig: { region } },
    },
  });
});

test("the page ends up with exactly this", () => {
  assert.deepEqual(plain(frontend), {
    address: "service.frontend",
    type: "service",
    kind: "github",
    name: "frontend",
    source: { type: "github", repo: "someone/holdfast", branch: "main" },
    build: { builder: "DOCKERFILE", dockerfilePath: "frontend/Dockerfile", watchPatterns: ["/frontend/**"] },
    deploy: {
      healthcheckPath: "/readyz",
      healthcheckTimeout: 120,
      multiRegionConfig: { [region]: { numReplicas: 1 } },
      overlapSeconds: 20,
      drainingSeconds: 5,
      restartPolicyType: "ON_FAILURE",
      restartPolicyMaxRetries: 10,
      sleepApplication: false,
    },
    networking: { privateNetworkEndpoint: "frontend" },
    variables: {
      PORT: { type: "literal", value: "8080" },
      VITE_WS_URL: { type: "literal", value: "wss://${{gateway.RAILWAY_PUBLIC_DOMAIN}}" },
    },
  });
});

test("what the services are built from is in the repository", () => {
  for (const service of [backend, gateway, frontend]) {
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

test("the table for the dashboard says the same", () => {
  const table = readFileSync(inRepository("docs/deploy-railway.md"), "utf8");
  const values = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1]);
  const rows = new Map(
    [...table.matchAll(/^\| (.+?) \|(.*?)\|(.*?)\|(.*?)\|$/gm)].map((row) => [
      row[1]?.replaceAll("`", ""),
      { gateway: values(row[2] ?? ""), "game-backend": values(row[3] ?? ""), frontend: values(row[4] ?? "") },
    ]),
  );
  const asSettings = { ...settings, repository: "someone/holdfast", corsOrigins: ["https://play.example.com"] };
  for (const service of holdfast(asSettings).resources?.slice(1) as ServiceNode[]) {
    const { build, deploy, networking, variables } = service;
    const expected: Record<string, unknown[]> = {
      Builder: [build?.builder],
      "Dockerfile path": [build?.dockerfilePath],
      "Watch paths": build?.watchPatterns ?? [],
      "Healthcheck path": [deploy?.healthcheckPath],
      "Healthcheck timeout": [deploy?.healthcheckTimeout],
      "Replicas, all in one region": [deploy?.multiRegionConfig?.[region]?.numReplicas],
      "Overlap seconds": [deploy?.overlapSeconds],
      "Draining seconds": [deploy?.drainingSeconds],
      "Restart policy": [deploy?.restartPolicyType, deploy?.restartPolicyMaxRetries],
      "Serverless (app sleeping)": [deploy?.sleepApplication],
      "Volume mounted at": Object.values(service.volumeAttachments ?? {}).map((attachment) => attachment.mountPath),
      "Private network name": [networking?.privateNetworkEndpoint],
    };
    for (const [name, variable] of Object.entries(variables ?? {})) {
      expected[name] = [(variable as { value?: string }).value];
    }
    for (const [setting, value] of Object.entries(expected)) {
      const written = rows.get(setting)?.[service.name as "gateway" | "game-backend" | "frontend"];
      assert.deepEqual(written, value.map(String), `${service.name}: ${setting}`);
    }
  }
});

test("settings nobody has filled in are refused with the name of the setting", async () => {
  await assert.rejects(async () => entry(createRailwayContext(), project), /settings\.ts: repository: ""/);
  assert.throws(() => holdfast({ ...owner, corsOrigins: [] }), /settings\.ts: corsOrigins: none/);
});

/** As the CLI sees it: the program's result goes to it as JSON. */
function plain(service: ServiceNode): unknown {
  return JSON.parse(JSON.stringify(service));
}

function inRepository(path: string): URL {
  return new URL(`../${path.replace(/^\//, "")}`, import.meta.url);
}
