import { defineRailway, github, project, service, volume } from "railway/iac";
import type { BuildConfig, ProjectDefinition } from "railway/iac";
import { settings } from "./settings.ts";
import type { Settings } from "./settings.ts";

/** The whole Railway project. `railway config plan` shows what it would change, `railway config apply` does it. */
export function holdfast(owner: Settings): ProjectDefinition {
  refuseUnset(owner);
  const source = github(owner.repository, { branch: owner.branch });

  // PORT is pinned in both services: ${{service.PORT}} resolves only to a variable set by hand, and a service that
  // listens on a second port needs one that Railway's routing and health check can rely on.
  const games = volume("games", { region: owner.region });
  const backend = service("game-backend", {
    source,
    build: image("game-backend"),
    healthcheck: "/readyz",
    healthcheckTimeout: 120,
    replicas: { [owner.region]: 1 },
    // No overlap: the file of the games has one owner at a time.
    deploy: { ...always, overlapSeconds: 0, drainingSeconds: 30 },
    networking: { privateNetworkEndpoint: "game-backend" },
    volumeMounts: { "/data": games },
    // Railway mounts volumes as root's, so the image's ordinary user could not write there.
    env: {
      PORT: "8081",
      MANAGEMENT_PORT: "9091",
      STORE_URL: "sqlite:/data/games.db",
      RAILWAY_RUN_UID: "0",
    },
  });

  const gateway = service("gateway", {
    source,
    build: image("gateway"),
    healthcheck: "/readyz",
    healthcheckTimeout: 120,
    replicas: { [owner.region]: owner.gateways },
    // The old gateway goes on serving its players while the new one comes up, and then has time to say goodbye.
    deploy: { ...always, overlapSeconds: 20, drainingSeconds: 45 },
    networking: { privateNetworkEndpoint: "gateway" },
    env: {
      PORT: "8000",
      MANAGEMENT_PORT: "9090",
      BACKEND_URL: "http://${{game-backend.RAILWAY_PRIVATE_DOMAIN}}:${{game-backend.PORT}}",
      // The edge names the client in X-Real-IP
      TRUSTED_PROXIES: "railway",
      CORS_ORIGINS: owner.corsOrigins.join(","),
    },
  });

  const frontend = service("frontend", {
    source,
    build: { builder: "DOCKERFILE", dockerfilePath: "frontend/Dockerfile", watchPatterns: ["/frontend/**"] },
    healthcheck: "/readyz",
    healthcheckTimeout: 120,
    replicas: { [owner.region]: 1 },
    deploy: { ...always, overlapSeconds: 20, drainingSeconds: 5 },
    networking: { privateNetworkEndpoint: "frontend" },
    env: {
      PORT: "8080",
      // Read at build time; a gateway with another name needs another build of the page.
      VITE_WS_URL: "wss://${{gateway.RAILWAY_PUBLIC_DOMAIN}}",
    },
  });

  return project("holdfast", { resources: [games, backend, gateway, frontend] });
}

/** Sleeping cuts every session, and a restart policy is what brings a crashed replica back. */
const always = { sleepApplication: false, restartPolicyType: "ON_FAILURE", restartPolicyMaxRetries: 10 } as const;

/** The Docker context is the repository's root, since each module needs the parent pom. */
function image(module: string): BuildConfig {
  return {
    builder: "DOCKERFILE",
    dockerfilePath: `${module}/Dockerfile`,
    watchPatterns: [`/${module}/**`, "/pom.xml", "/.mvn/**", "/bin/ready"],
  };
}

function refuseUnset(owner: Settings): void {
  if (!/^[^/\s]+\/[^/\s]+$/.test(owner.repository)) {
    throw new Error(`railway/settings.ts: repository: "${owner.repository}" (expected: "account/name" on GitHub)`);
  }
  if (owner.corsOrigins.length === 0) {
    throw new Error('railway/settings.ts: corsOrigins: none (expected: the frontend\'s, like "https://play.example.com")');
  }
}

export default defineRailway(() => holdfast(settings));
