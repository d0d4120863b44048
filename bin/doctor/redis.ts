/** Looks at a Redis: what it says of itself, and how long a write of it takes. */
import { type StdioOptions, execFileSync } from "node:child_process";
import { isReadableRedisUrl, REDIS_URL_FORM } from "../../domain/contract/redis-address.ts";
import { type RedisClient, createFastClient } from "../../server/redis.ts";
import { type Finding, say } from "./finding.ts";
import { type RedisFacts, judgeRedis } from "./redis-rules.ts";

const WRITES = 100;
const SETTINGS = [
  "appendonly",
  "appendfsync",
  "maxmemory",
  "maxmemory-policy",
  "bind",
  "port",
  "tls-port",
  "protected-mode",
];

/** null for what it does not let us do. */
const orNull = <T>(work: Promise<T>): Promise<T | null> => work.catch(() => null);

const infoOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    text.split("\r\n").flatMap((line) => {
      const at = line.indexOf(":");
      return at > 0 ? [[line.slice(0, at), line.slice(at + 1)]] : [];
    }),
  );

async function settingsOf(client: RedisClient): Promise<Record<string, string> | null> {
  const found: Record<string, string> = {};
  for (const name of SETTINGS) {
    const pair = await orNull(client.sendCommand<unknown>(["CONFIG", "GET", name]));
    if (pair === null) return null;
    const entries = Array.isArray(pair) ? [pair] : Object.entries(pair as object);
    for (const [key, value] of entries) if (key !== undefined) found[String(key)] = String(value);
  }
  return found;
}

async function defaultUserOf(client: RedisClient): Promise<string[] | null> {
  const lines = await orNull(client.sendCommand<string[]>(["ACL", "LIST"]));
  const line = lines?.find((one) => one.startsWith("user default "));
  return line === undefined ? null : line.split(" ").slice(2);
}

/** The user we speak as; the embedded one's is asked for by the tower itself, never by server or workers. */
const userOf = (client: RedisClient): Promise<string | null> =>
  orNull(client.sendCommand<string>(["ACL", "WHOAMI"]));

/** The 99th of a hundred writes, each answered before the next is sent. */
async function writeMsOf(client: RedisClient): Promise<number> {
  const spent: number[] = [];
  for (let turn = 0; turn < WRITES; turn += 1) {
    const startedAt = performance.now();
    await client.set("ct:doctor", String(turn), { expiration: { type: "EX", value: 60 } });
    spent.push(performance.now() - startedAt);
  }
  await client.del("ct:doctor");
  return spent.toSorted((a, b) => a - b)[WRITES - 2] ?? 0;
}

async function clockAheadOf(client: RedisClient): Promise<number> {
  const before = Date.now();
  const [seconds = "0", micros = "0"] = await client.sendCommand<string[]>(["TIME"]);
  const middle = (before + Date.now()) / 2;
  return Math.round(Number(seconds) * 1_000 + Number(micros) / 1_000 - middle);
}

function packageVersion(): string | null {
  try {
    const asked = ["-W", "-f=${Version}", "redis-server"];
    const stdio: StdioOptions = ["ignore", "pipe", "ignore"];
    return execFileSync("dpkg-query", asked, { encoding: "utf8", stdio }) || null;
  } catch {
    return null;
  }
}

async function factsOf(client: RedisClient): Promise<RedisFacts> {
  const info = infoOf(await client.sendCommand<string>(["INFO"]));
  const version = info["redis_version"] ?? "0";
  const installed = packageVersion();
  return {
    version,
    info,
    settings: await settingsOf(client),
    defaultUser: await defaultUserOf(client),
    user: await userOf(client),
    // another machine's, or one of another version, is not what the system's package list tells of
    packageVersion: installed?.includes(version) === true ? installed : null,
    clockAheadMs: await clockAheadOf(client),
    writeMs: await writeMsOf(client),
  };
}

const isLocked = (why: string): boolean => /^(WRONGPASS|NOAUTH)/.test(why);

/** Connects once and tells what is wrong; a Redis that does not answer is a finding itself. */
export async function examineRedis(url: string): Promise<Finding[]> {
  if (!REDIS_URL_FORM.test(url) || !isReadableRedisUrl(url))
    return [
      say("redis").problem(
        "REDIS_URL cannot be read",
        "redis://user:password@host:port, with @ : / # ? % in a password percent-encoded",
      ),
    ];
  let failure: Error | null = null;
  const client = createFastClient(url, (error) => {
    failure = error;
  });
  const gaveUp = setTimeout(() => client.destroy(), 5_000);
  try {
    await client.connect();
    return judgeRedis(await factsOf(client));
  } catch (error) {
    const why = (failure ?? (error as Error)).message;
    return [
      say("redis").problem(
        isLocked(why) ? `Redis does not let us in: ${why}` : `no Redis answers: ${why}`,
        isLocked(why)
          ? "the user and password that REDIS_URL names, with @ : / # ? % in a password percent-encoded"
          : "start it: `npm start` or `npm run serve` here, or the one REDIS_URL names",
      ),
    ];
  } finally {
    clearTimeout(gaveUp);
    if (client.isOpen) client.destroy();
  }
}
