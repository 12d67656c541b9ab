import { defineRailway, github, project, service, volume } from "railway/iac";
import type { BuildConfig, ProjectDefinition } from "railway/iac";
import { settings } from "./settings.ts";
import type { Settings } from "./settings.ts";

/** The whole Railway project. `railway config plan` shows what it would change, `railway config apply` does it. */
export function holdfast(owner: Settings): ProjectDefinition {
  refuseUnset(owner);
  const source = github(owner.repository, { branch: owner.branch });
  const replicas = (count: number) => ({ [owner.region]: count });

  // PORT is pinned in all services: ${{service.PORT}} resolves only to a variable set by hand, and a service that
  // listens on a second port needs one that Railway's routing and health check can rely on.
  const games = volume("games", { region: owner.region });
  const redis = service("redis", {
    // Not image("redis:7"): read back, that is a `database.redis`, and each plan would delete it and make this one anew.
    source,
    build: from("railway/redis"),
    replicas: replicas(1),
    // No overlap: the files of the games have one owner at a time.
    deploy: { ...always, overlapSeconds: 0, drainingSeconds: 30 },
    networking: { privateNetworkEndpoint: "redis" },
    volumeMounts: { "/data": games },
  });

  const backend = service("game-backend", {
    source,
    build: ours("game-backend"),
    healthcheck: "/readyz",
    healthcheckTimeout: 300,
    replicas: replicas(owner.backends),
    // The gateways hold their players while one goes; the new one is there before.
    deploy: { ...always, overlapSeconds: 10, drainingSeconds: 30 },
    networking: { privateNetworkEndpoint: "game-backend" },
    env: {
      PORT: "8081",
      MANAGEMENT_PORT: "9091",
      STORE_URL: "redis://${{redis.RAILWAY_PRIVATE_DOMAIN}}:6379",
      ...(owner.signIn ? { SEAT_POLICY: "jwt" } : {}),
      ...owner.variables?.backend,
    },
  });

  const gateway = service("gateway", {
    source,
    build: ours("gateway"),
    healthcheck: "/readyz",
    // The first time the game-backend may still be building.
    healthcheckTimeout: 300,
    replicas: replicas(owner.gateways),
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
      ...(owner.signIn ? tokensOf(owner.signIn) : {}),
      ...owner.variables?.gateway,
    },
  });

  const frontend = service("frontend", {
    source,
    build: from("frontend"),
    healthcheck: "/readyz",
    healthcheckTimeout: 300,
    replicas: replicas(1),
    deploy: { ...always, overlapSeconds: 20, drainingSeconds: 5 },
    networking: { privateNetworkEndpoint: "frontend" },
    env: {
      PORT: "8080",
      // Read at build time; a gateway with another name needs another build of the page.
      VITE_WS_URL: `wss://${owner.gatewayDomain ?? "${{gateway.RAILWAY_PUBLIC_DOMAIN}}"}`,
    },
  });

  const measurements = volume("measurements", { region: owner.region });
  const prometheus = service("prometheus", {
    source,
    build: from("observability/prometheus"),
    healthcheck: "/-/ready",
    healthcheckTimeout: 300,
    replicas: replicas(1),
    deploy: { ...always, overlapSeconds: 0, drainingSeconds: 30 },
    networking: { privateNetworkEndpoint: "prometheus" },
    volumeMounts: { "/prometheus": measurements },
    // Railway mounts volumes as root's, so the image's ordinary user could not write there.
    env: { PORT: "9090", RAILWAY_RUN_UID: "0" },
  });

  const grafana = service("grafana", {
    source,
    build: from("observability/grafana"),
    healthcheck: "/api/health",
    healthcheckTimeout: 300,
    replicas: replicas(1),
    deploy: { ...always, overlapSeconds: 0, drainingSeconds: 10 },
    networking: { privateNetworkEndpoint: "grafana" },
    env: {
      PORT: "3000",
      PROMETHEUS_URL: "http://${{prometheus.RAILWAY_PRIVATE_DOMAIN}}:${{prometheus.PORT}}",
      GF_SECURITY_ADMIN_PASSWORD: secret("GF_SECURITY_ADMIN_PASSWORD"),
      GF_ANALYTICS_REPORTING_ENABLED: "false",
      GF_ANALYTICS_CHECK_FOR_UPDATES: "false",
    },
  });

  return project("holdfast", {
    resources: [games, redis, backend, gateway, frontend, measurements, prometheus, grafana],
  });
}

/**
 * Sleeping cuts every session, and a restart policy is what brings a crashed replica back: always, since ten tries are over
 * in a minute, and Redis may be away for longer than that when a game-backend starts.
 */
const always = { sleepApplication: false, restartPolicyType: "ALWAYS" } as const;

/** The Docker context is the repository's root, since each module needs the parent pom. */
function ours(module: string): BuildConfig {
  return {
    builder: "DOCKERFILE",
    dockerfilePath: `${module}/Dockerfile`,
    watchPatterns: [`/${module}/**`, "/pom.xml", "/.mvn/**", "/jvm.options", "/bin/ready", "/bin/train"],
  };
}

/** A folder that has all that its image is made of. */
function from(folder: string): BuildConfig {
  return { builder: "DOCKERFILE", dockerfilePath: `${folder}/Dockerfile`, watchPatterns: [`/${folder}/**`] };
}

/** Without the secret nobody plays: the seats ask for an identity, which a gateway that checks no tokens gives to nobody. */
function tokensOf(signIn: NonNullable<Settings["signIn"]>): Record<string, string> {
  const keys = "jwksUrl" in signIn ? { JWT_JWKS_URL: signIn.jwksUrl } : { JWT_SECRET: secret("JWT_SECRET") };
  return { ...keys, JWT_AUDIENCE: signIn.audience };
}

/**
 * Set by hand, once, as a shared variable of the project: a secret is not for a repository. Not preserve() of one of the
 * service's own, which Railway refuses for a service that is not there yet (railwayapp/railway-ts-sdk, issue 31).
 */
function secret(name: string): string {
  return `\${{shared.${name}}}`;
}

function refuseUnset(owner: Settings): void {
  if (!/^[^/\s]+\/[^/\s]+$/.test(owner.repository)) {
    throw new Error(`railway/settings.ts: repository: "${owner.repository}" (expected: "account/name" on GitHub)`);
  }
  if (owner.corsOrigins.length === 0) {
    throw new Error('railway/settings.ts: corsOrigins: none (expected: the frontend\'s, like "https://play.example.com")');
  }
  if (owner.gatewayDomain !== undefined && !/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(owner.gatewayDomain)) {
    throw new Error(`railway/settings.ts: gatewayDomain: "${owner.gatewayDomain}" (expected: a name like "ws.example.com")`);
  }
}

export default defineRailway(() => holdfast(settings));
