import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { ServerEnvironment } from "../../server/config.ts";
import { WorkersEnvironment } from "../../workers/config.ts";

/** No container engine runs where this is tested, so the files are held to what is known of their formats. */
const root = join(import.meta.dirname, "../..");
const read = (name: string) => readFileSync(join(root, name), "utf8");

interface Service {
  image?: string;
  build?: string;
  command?: string[];
  environment?: Record<string, string>;
  volumes?: string[];
  ports?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: {
    test: string[];
    interval: string;
    timeout: string;
    retries: number;
    start_period: string;
  };
  restart?: string;
  stop_grace_period?: string;
  [key: string]: unknown;
}

const compose = parse(read("docker-compose.yml"), { merge: true }) as {
  services: Record<"redis" | "server" | "workers", Service>;
  volumes: Record<string, unknown>;
};
const services = Object.entries(compose.services);

/** The keys of the Compose specification that this file uses; another one is a typing mistake until looked up. */
const knownKeys = new Set(
  `build image command environment volumes ports depends_on healthcheck restart stop_grace_period init read_only tmpfs
  cap_drop security_opt logging`.split(/\s+/),
);

function settings(command: string[] = []): Record<string, string> {
  const pairs = command.slice(1);
  return Object.fromEntries(
    pairs.flatMap((word, at) => (at % 2 === 0 ? [[word, pairs[at + 1] ?? ""]] : [])),
  );
}

describe("docker-compose.yml", () => {
  test("has a Redis, a server and workers, with known keys alone", () => {
    expect(services.map(([name]) => name)).toEqual(["redis", "server", "workers"]);
    for (const [, service] of services)
      expect(Object.keys(service).filter((key) => !knownKeys.has(key))).toEqual([]);
  });

  test("runs a Redis that syncs every write and never evicts", () => {
    expect(settings(compose.services.redis.command)).toMatchObject({
      "--appendonly": "yes",
      "--appendfsync": "always",
      "--maxmemory-policy": "noeviction",
      "--save": "",
    });
    expect(compose.services.redis.volumes).toEqual(["redis:/data"]);
  });

  test("keeps every named volume declared", () => {
    const used = services
      .flatMap(([, service]) => service.volumes ?? [])
      .map((volume) => volume.split(":")[0]);
    expect(Object.keys(compose.volumes).sort()).toEqual([...new Set(used)].toSorted());
  });

  test("watches over every service and waits for what it needs to be healthy", () => {
    for (const [, service] of services) {
      expect(service.healthcheck?.test.length).toBeGreaterThan(1);
      expect(service.restart).toBe("unless-stopped");
      for (const need of Object.entries(service.depends_on ?? {})) {
        expect(Object.keys(compose.services)).toContain(need[0]);
        expect(need[1].condition).toBe("service_healthy");
      }
    }
  });

  test("gives server and workers the same Redis and the same secret", () => {
    const { server, workers } = compose.services;
    for (const name of ["REDIS_URL", "CT_SECRET_FILE", "CT_DATA_DIR"]) {
      expect(server.environment?.[name]).toBeTruthy();
      expect(workers.environment?.[name]).toBe(server.environment?.[name]);
    }
    expect(workers.volumes).toEqual(server.volumes);
  });

  /** Set by the file itself, of the demo, or files that only their own mounts would bring in. */
  const others =
    "HOST PORT CT_DEMO CT_DEMO_ANYWHERE CT_TLS_CERT CT_TLS_KEY CT_OIDC_CLIENT_SECRET_FILE".split(
      " ",
    );

  test.each([
    ["server", ServerEnvironment.properties],
    ["workers", WorkersEnvironment.properties],
  ] as const)("hands every setting to the %s that read it", (name, properties) => {
    const given = Object.keys(compose.services[name].environment ?? {});
    const wanted = Object.keys(properties).filter((variable) => !others.includes(variable));
    expect(wanted.filter((variable) => !given.includes(variable))).toEqual([]);
    const known = [...wanted, ...others];
    expect(given.filter((variable) => !known.includes(variable))).toEqual([]);
  });

  test("is reachable from this machine alone, asks for a password and has none written in it", () => {
    expect(compose.services.server.ports?.every((port) => port.startsWith("127.0.0.1:"))).toBe(
      true,
    );
    expect(compose.services.redis.ports).toBeUndefined();
    expect(compose.services.server.environment?.["CT_ADMIN_PASSWORD"]).toMatch(
      /^\$\{CT_ADMIN_PASSWORD:\?/,
    );
    expect(compose.services.server.environment?.["CT_BOOTSTRAP_KEY"]).toBe("${CT_BOOTSTRAP_KEY:-}");
  });

  test("lets both programs end in their own time", () => {
    for (const { stop_grace_period } of [compose.services.server, compose.services.workers]) {
      expect(Number.parseInt(stop_grace_period ?? "0")).toBeGreaterThan(15);
    }
  });
});

describe("Dockerfile", () => {
  const lines = read("Dockerfile").split("\n");

  test("runs Node 24 as an ordinary user, without a Node of its own beside it", () => {
    expect(
      lines.filter((line) => line.startsWith("FROM ")).every((line) => line.includes("node:24-")),
    ).toBe(true);
    expect(lines).toContain("USER node");
    expect(lines).toContain("RUN npm ci --omit=dev --omit=optional");
    expect(lines).toContain("COPY --from=packages /app/node_modules node_modules");
  });

  test("copies every folder that server and workers import from", () => {
    const final = lines.slice(lines.findLastIndex((line) => line.startsWith("FROM ")));
    for (const folder of ["domain", "server", "workers"])
      expect(final).toContain(`COPY ${folder} ${folder}`);
  });

  test("names only commands that the compose file runs", () => {
    const command = (entry: string) => ["node", "--max-semi-space-size=32", entry];
    expect(compose.services.server.command).toEqual(command("server/main.ts"));
    expect(compose.services.workers.command).toEqual(command("workers/main.ts"));
    expect(lines).toContain('CMD ["node", "--max-semi-space-size=32", "server/main.ts"]');
  });

  test("leaves data, secrets and history out of the build", () => {
    const ignored = read(".dockerignore").split("\n");
    for (const name of [".git", ".env", "data", "node_modules"]) expect(ignored).toContain(name);
  });
});
