/** Looks at this machine: disk, secrets, versions, addresses, zones. Reads files and environment; writes one small file to time the disk. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  statfsSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { Environment } from "../config.ts";
import { type Finding, isAtLeast, say } from "./finding.ts";

const MIN_FREE_BYTES = 1024 ** 3;
const SLOW_SYNC_MS = 50;
const SYNCS = 20;

function permissionFinding(path: string, area: "disk" | "secrets"): Finding[] {
  const mode = statSync(path).mode & 0o777;
  if ((mode & 0o077) === 0) return [];
  return [
    say(area).problem(
      `${path} can be read by others on this machine (mode ${mode.toString(8)})`,
      `chmod ${statSync(path).isDirectory() ? "700" : "600"} ${path}`,
    ),
  ];
}

function syncMs(dataDir: string): number {
  const file = join(dataDir, `.doctor-${process.pid}`);
  const spent: number[] = [];
  const handle = openSync(file, "w", 0o600);
  try {
    for (let turn = 0; turn < SYNCS; turn += 1) {
      const startedAt = performance.now();
      writeSync(handle, Buffer.alloc(4_096));
      fsyncSync(handle);
      spent.push(performance.now() - startedAt);
    }
  } finally {
    closeSync(handle);
    rmSync(file, { force: true });
  }
  return spent.toSorted((a, b) => a - b).at(-2) ?? 0;
}

export function examineDisk(dataDir: string): Finding[] {
  const { problem, warning, unseen } = say("disk");
  if (!existsSync(dataDir))
    return [unseen(`there is no data directory ${dataDir}`, "set CT_DATA_DIR, or start once")];
  const findings = permissionFinding(dataDir, "disk");
  const { bavail, bsize, blocks } = statfsSync(dataDir);
  const free = bavail * bsize;
  if (free < MIN_FREE_BYTES || bavail < blocks / 20)
    findings.push(
      problem(
        `${dataDir} has ${(free / 1024 ** 3).toFixed(1)} GiB free`,
        "make room: a full disk stops Redis, and with it every event",
      ),
    );
  try {
    const ms = syncMs(dataDir);
    if (ms > SLOW_SYNC_MS)
      findings.push(
        warning(`a write to ${dataDir} takes ${ms.toFixed(0)} ms to be safe`, "use a faster disk"),
      );
  } catch {
    findings.push(problem(`${dataDir} cannot be written`, "give it to the user that starts this"));
  }
  return findings;
}

const WEAK = /^(.)\1*$|^(change-?me|password|secret|default|test|example|bootstrap)/i;

function environmentSecrets(env: Environment): Finding[] {
  const { problem, warning } = say("secrets");
  const findings: Finding[] = [];
  const key = env["CT_BOOTSTRAP_KEY"];
  if (key !== undefined && key !== "" && (key.length < 32 || WEAK.test(key)))
    findings.push(
      problem("CT_BOOTSTRAP_KEY is short or a default", "openssl rand -base64 32, or leave it out"),
    );
  const password = env["CT_ADMIN_PASSWORD"];
  if (password !== undefined && password !== "" && (password.length < 12 || WEAK.test(password)))
    findings.push(
      problem(
        "CT_ADMIN_PASSWORD is short or a default",
        "12 characters or more, known to nobody else",
      ),
    );
  if (env["CT_DEMO"] === "1")
    findings.push(
      warning("the demo is on: its passwords are public", "npm run serve for a real site"),
    );
  return findings;
}

export function examineSecrets(dataDir: string, env: Environment): Finding[] {
  const { problem, unseen } = say("secrets");
  const file = env["CT_SECRET_FILE"] || join(dataDir, "secret");
  const findings = environmentSecrets(env);
  for (const name of ["access.json", "redis-address.json", "erasures.ndjson"])
    if (existsSync(join(dataDir, name)))
      findings.push(...permissionFinding(join(dataDir, name), "secrets"));
  if (!existsSync(file))
    return [
      ...findings,
      unseen(`there is no secret yet (${file})`, "it is made at the first start"),
    ];
  findings.push(...permissionFinding(file, "secrets"));
  const bytes = readFileSync(file);
  if (bytes.length < 32 || new Set(bytes).size < 8)
    findings.push(
      problem(
        `${file} is no secret`,
        "32 random bytes: head -c 32 /dev/urandom; what was sealed with it stays lost",
      ),
    );
  return findings;
}

/** Below these something known is open or missing (promise S26). */
const FLOORS = { fastify: "5.8.3", "socket.io-parser": "4.2.7", bullmq: "6.7.0" };

export function examineVersions(root: string): Finding[] {
  const { problem, unseen } = say("versions");
  const findings: Finding[] = [];
  if (!isAtLeast(process.versions.node, "24.12.0"))
    findings.push(problem(`Node ${process.versions.node} is too old`, "Node 24.12 or newer"));
  for (const [name, floor] of Object.entries(FLOORS)) {
    const file = join(root, "node_modules", name, "package.json");
    if (!existsSync(file)) findings.push(unseen(`${name} is not installed`, "npm ci"));
    else {
      const { version } = JSON.parse(readFileSync(file, "utf8")) as { version: string };
      if (!isAtLeast(version, floor))
        findings.push(problem(`${name} ${version} is older than ${floor}`, "npm ci"));
    }
  }
  return findings;
}

const LOOPBACK = /^(localhost|::1|127(\.\d{1,3}){3})$/;

export function examineNetwork(env: Environment): Finding[] {
  const { problem, warning } = say("network");
  const host = env["HOST"] || "127.0.0.1";
  const findings: Finding[] = [];
  if (LOOPBACK.test(host)) return findings;
  const hasTls = Boolean(env["CT_TLS_CERT"]) && Boolean(env["CT_TLS_KEY"]);
  if (!hasTls && !env["CT_TRUSTED_PROXIES"])
    findings.push(
      problem(
        `HOST=${host} without TLS: passwords and keys cross the network in clear`,
        "CT_TLS_CERT and CT_TLS_KEY, or HOST=127.0.0.1 behind a proxy that has them",
      ),
    );
  if (!env["CT_ORIGINS"])
    findings.push(
      warning(
        "CT_ORIGINS is not set",
        "name the address people open: CT_ORIGINS=https://tower.example",
      ),
    );
  return findings;
}

/** Every zone of the sites file is known to this Node. */
export function examineZones(env: Environment): Finding[] {
  const { problem, warning } = say("time");
  const file = env["CT_SITES_FILE"];
  const findings: Finding[] =
    process.versions.tz === undefined
      ? [problem("this Node has no time zone data", "a Node with full ICU")]
      : [];
  if (!file)
    return [
      ...findings,
      say("config").warning(
        "CT_SITES_FILE is not set: the example sites are used",
        "write your own sites file",
      ),
    ];
  try {
    const { sites } = JSON.parse(readFileSync(file, "utf8")) as {
      sites: { id: string; timeZone: string }[];
    };
    for (const { id, timeZone } of sites) {
      try {
        Intl.DateTimeFormat("en", { timeZone });
      } catch {
        findings.push(
          problem(`site ${id}: zone ${timeZone} is not known`, "an IANA name, or a newer Node"),
        );
      }
    }
  } catch (error) {
    findings.push(
      warning(`${file} cannot be read: ${(error as Error).message}`, "correct CT_SITES_FILE"),
    );
  }
  return findings;
}
