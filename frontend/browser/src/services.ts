import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const READY_MILLIS = 150_000;

/** Those of the end-to-end tests, whose cache of the JVM is of no use with others. */
const FLAGS = [
  "--enable-native-access=ALL-UNNAMED",
  "--sun-misc-unsafe-memory-access=allow",
  "-Dspring.aot.enabled=true",
  "-XX:TieredStopAtLevel=1",
  "-XX:+UseSerialGC",
  "-Xmx256m",
];

export type Name = "gateway" | "game-backend";

/** One of our jars as a process, which can be killed and started again on the same port. */
export class Service {
  readonly name: Name;
  readonly port: number;
  readonly managementPort: number;
  readonly #environment: Record<string, string>;
  readonly #folder: string;
  #process: ChildProcess | undefined;

  constructor(name: Name, port: number, managementPort: number, environment: Record<string, string>, folder: string) {
    this.name = name;
    this.port = port;
    this.managementPort = managementPort;
    this.#environment = environment;
    this.#folder = folder;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    this.launch();
    await this.awaitReady();
  }

  launch(): void {
    const log = openSync(join(this.#folder, `${this.name}.log`), "a");
    this.#process = spawn(join(javaHome(), "bin", "java"), [...FLAGS, `-Djava.io.tmpdir=${this.#folder}`, ...program(this.name)], {
      cwd: this.#folder,
      stdio: ["ignore", log, log],
      env: {
        ...process.env,
        ...this.#environment,
        PORT: `${this.port}`,
        MANAGEMENT_PORT: `${this.managementPort}`,
      },
    });
  }

  async awaitReady(): Promise<void> {
    await until(READY_MILLIS, () => `${this.name} is not ready; its log ends with:\n${this.logTail()}`, async () => {
      if (!this.isRunning) {
        throw new Error(`${this.name} ended by itself`);
      }
      const answer = await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(2_000) });
      return answer.ok;
    });
  }

  get isRunning(): boolean {
    return this.#process?.exitCode === null && this.#process.signalCode === null;
  }

  logTail(): string {
    return readFileSync(join(this.#folder, `${this.name}.log`), "utf8").split("\n").slice(-30).join("\n");
  }

  /** As a crash does it: no goodbye to anybody. */
  async kill(): Promise<void> {
    const running = this.#process;
    if (!running || !this.isRunning) {
      return;
    }
    const exited = new Promise<void>((resolve) => running.once("exit", () => resolve()));
    running.kill("SIGKILL");
    await exited;
  }
}

/** Gateway and game-backend, with a store of their own. */
export class Services {
  readonly gateway: Service;
  readonly backend: Service;
  readonly #folder: string;

  private constructor(gateway: Service, backend: Service, folder: string) {
    this.gateway = gateway;
    this.backend = backend;
    this.#folder = folder;
  }

  /** @param origins of the pages that may connect */
  static async start(origins: string[], environment: Record<string, string> = {}): Promise<Services> {
    const folder = mkdtempSync(join(tmpdir(), "holdfast-browser-"));
    const [gatewayPort, gatewayManagement, backendPort, backendManagement] = await freePorts(4);
    const backend = new Service("game-backend", backendPort ?? 0, backendManagement ?? 0, { STORE_URL: `sqlite:${join(folder, "games.db")}`, ...environment }, folder);
    const gateway = new Service(
      "gateway",
      gatewayPort ?? 0,
      gatewayManagement ?? 0,
      {
        SPRING_PROFILES_ACTIVE: "local",
        BACKEND_URL: backend.url,
        CORS_ORIGINS: origins.join(","),
        BACKEND_PING_INTERVAL: "1",
        BACKEND_PING_TIMEOUT: "1",
        ...environment,
      },
      folder,
    );
    const services = new Services(gateway, backend, folder);
    try {
      backend.launch();
      gateway.launch();
      await backend.awaitReady();
      await gateway.awaitReady();
    } catch (failure) {
      await services.stop();
      throw failure;
    }
    return services;
  }

  /** A counter of the gateway, summed over all labels but the one given. */
  async gatewayMetric(name: string, label: string): Promise<number> {
    const answer = await fetch(`http://127.0.0.1:${this.gateway.managementPort}/actuator/prometheus`, { signal: AbortSignal.timeout(5_000) });
    const lines = (await answer.text()).split("\n").filter((line) => line.startsWith(`${name}{`) && line.includes(label));
    return lines.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
  }

  /** Starts what a failed test has left dead. */
  async heal(): Promise<void> {
    for (const service of [this.backend, this.gateway]) {
      if (!service.isRunning) {
        await service.start();
      }
    }
  }

  async stop(): Promise<void> {
    await Promise.all([this.gateway.kill(), this.backend.kill()]);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The jar, with the JVM's cache that the end-to-end tests have left if it is not older: a start with half of the CPU. */
function program(name: Name): string[] {
  const jar = join(ROOT, name, "target", `${name}.jar`);
  if (!existsSync(jar)) {
    throw new Error(`${jar} is missing; run: bin/build gateway game-backend`);
  }
  const trained = join(ROOT, name, "target", "trained");
  const cache = join(trained, "app.aot");
  const isOfThisJar = existsSync(cache) && statSync(cache).mtimeMs >= statSync(jar).mtimeMs;
  return isOfThisJar ? [`-XX:AOTCache=${cache}`, "-jar", join(trained, `${name}.jar`)] : ["-jar", jar];
}

function javaHome(): string {
  const { status, stdout, stderr } = spawnSync(join(ROOT, "bin", "jdk25"), { encoding: "utf8" });
  if (status !== 0) {
    throw new Error(stderr);
  }
  return stdout.trim();
}

/**
 * Below those that the kernel gives to outgoing connections: a port stays free while its program is down. Above those of
 * the end-to-end tests. All are held at once, so that they differ.
 */
async function freePorts(count: number): Promise<number[]> {
  const servers: Server[] = [];
  for (let port = 25_000 + Math.floor(Math.random() * 4_000); servers.length < count && port < 32_000; port++) {
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, () => resolve(true));
    });
    if (isFree) {
      servers.push(server);
    }
  }
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Waits for a condition; errors of the condition are "not yet", but the last one is told. */
export async function until(millis: number, what: () => string, condition: () => Promise<boolean> | boolean): Promise<void> {
  const end = performance.now() + millis;
  let last: unknown;
  while (performance.now() < end) {
    try {
      if (await condition()) {
        return;
      }
    } catch (failure) {
      last = failure;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what()} (waited ${millis} ms)${last === undefined ? "" : `: ${last}`}`);
}
