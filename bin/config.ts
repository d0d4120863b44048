/** What the supervisor reads from the environment: checked once, every mistake named. The rest is checked by those who use it. */
import { isReadableRedisUrl, REDIS_URL_FORM } from "../domain/contract/redis-address.ts";
import { resolve } from "node:path";

export interface SupervisorConfig {
  host: string;
  port: number;
  /** Absolute. */
  dataDir: string;
  /** A Redis that somebody else runs; null means one of our own. */
  redisUrl: string | null;
  bootstrapKey: string | null;
  secretFile: string | null;
  /** The server speaks https; which files is its own to check. */
  isSecure: boolean;
}

export type Environment = Record<string, string | undefined>;

/** A mistake in the environment; the message names every one. */
export class ConfigError extends Error {}

const loopback = /^(localhost|::1|127(\.\d{1,3}){3})$/;

/** Of the ports that anybody may listen on, those that no browser and no `fetch` opens: https://fetch.spec.whatwg.org/#port-blocking */
export const BLOCKED_PORTS: readonly number[] = [
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669,
  6679, 6697, 10_080,
];

function portMistake(text: string): string | null {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) return `PORT=${text} is not a port (1 to 65535)`;
  if (!BLOCKED_PORTS.includes(port)) return null;
  return `PORT=${text}: no browser opens that port, it belongs to another protocol; take another`;
}

function redisMistake(url: string | null): string | null {
  if (url === null) return null;
  if (REDIS_URL_FORM.test(url) && !isReadableRedisUrl(url))
    return "REDIS_URL cannot be read: @ : / # ? % in a password are written as %40 %3A %2F %23 %3F %25";
  if (REDIS_URL_FORM.test(url)) return null;
  return "REDIS_URL must be redis://host:port, rediss://host:port or unix:///path/to/redis.sock";
}

function keyMistake(key: string | null): string | null {
  return key === null || key.length >= 32
    ? null
    : `CT_BOOTSTRAP_KEY has ${key.length} characters; it needs 32 or more`;
}

function demoMistake(isDemo: boolean, host: string, isAnywhere: boolean): string | null {
  if (!isDemo || isAnywhere || loopback.test(host)) return null;
  return `HOST=${host}: the demo's passwords are public, so it listens on this machine only; for others use npm run serve, or CT_DEMO_ANYWHERE=1 to show the demo to everybody who reaches this address`;
}

/** Reads and checks; throws a `ConfigError` with one line a mistake. An empty variable counts as not set. */
export function readSupervisorConfig(env: Environment, isDemo: boolean): SupervisorConfig {
  const given = (name: string) => env[name]?.trim() || null;
  const host = given("HOST") ?? "127.0.0.1";
  const port = given("PORT") ?? "3000";
  const redisUrl = given("REDIS_URL");
  const bootstrapKey = given("CT_BOOTSTRAP_KEY");
  const found = [
    portMistake(port),
    redisMistake(redisUrl),
    keyMistake(bootstrapKey),
    demoMistake(isDemo, host, given("CT_DEMO_ANYWHERE") === "1"),
  ];
  const mistakes = found.filter((mistake) => mistake !== null);
  if (mistakes.length > 0) throw new ConfigError(mistakes.join("\n"));
  const secretFile = given("CT_SECRET_FILE");
  return {
    host,
    port: Number(port),
    dataDir: resolve(given("CT_DATA_DIR") ?? "data"),
    redisUrl,
    bootstrapKey,
    secretFile: secretFile === null ? null : resolve(secretFile),
    isSecure: given("CT_TLS_CERT") !== null,
  };
}

/** The address a person on this machine types. */
export function publicUrl({
  host,
  port,
  isSecure,
}: Pick<SupervisorConfig, "host" | "port" | "isSecure">): string {
  const reachable = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  const scheme = isSecure ? "https" : "http";
  return `${scheme}://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`;
}
