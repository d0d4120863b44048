/** B1, B2, B3: what goes in, against what could go in. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createNodeRedisClient, Queue } from "bullmq";
import { createClient } from "@redis/client";
import type { SitesConfig } from "../../domain/contract/sites.ts";
import { keysOf } from "../../domain/contract/keys.ts";
import { comparePositions } from "../../domain/contract/positions.ts";
import type { HistoryStatus } from "../../domain/contract/stored.ts";
import { startRedis } from "../support/redis.ts";
import { freePort, startTower, type Tower } from "../support/tower.ts";
import { measureCommitAlone, portionsOf } from "./commit-alone.ts";
import { inBatches, loadEvents, type LoadEvent, take } from "./events.ts";
import { type Load, preparePost, quantile, sendAll } from "./http-load.ts";
import { cpuUs, residentBytes } from "./process-cost.ts";
import { type Figure, round } from "./tables.ts";
import { adminOptions } from "../support/redis-client.ts";

export const SITE = "BER1";
const PATH = "/api/v1/events";
const portOf = (tower: Tower): number => Number(new URL(tower.url).port);

const ndjson = (tower: Tower, events: readonly LoadEvent[]) =>
  inBatches(events, 500).map((batch) =>
    preparePost(
      PATH,
      tower.key,
      "application/x-ndjson",
      batch.map((event) => JSON.stringify(event)).join("\n"),
    ),
  );

type Cost = Record<"server" | "workers" | "redis", number>;

export function cpuOf(tower: Tower): Cost {
  return {
    server: cpuUs(tower.server.pid),
    workers: tower.workers.reduce((sum, worker) => sum + cpuUs(worker.pid), 0),
    redis: cpuUs(tower.redis.pid),
  };
}

/** Waits until nothing that was accepted so far is left to apply. @returns seconds since `startedAt` */
export async function applied(tower: Tower, startedAt: number): Promise<number> {
  const client = createClient(adminOptions(tower.redis.socketPath) as never);
  await client.connect();
  const { cursor, inbox } = keysOf(SITE);
  for (;;) {
    const [at, [last]] = await Promise.all([
      client.get(cursor),
      client.sendCommand<[string, string[]][]>(["XREVRANGE", inbox, "+", "-", "COUNT", "1"]),
    ]);
    if (!last || comparePositions(at ?? "0-0", last[0]) >= 0) break;
    await sleep(5);
  }
  client.destroy();
  return (performance.now() - startedAt) / 1000;
}

/** On a machine that others use history works a quarter of the time. */
const KEPT_MS = 300_000;

/** Waits until history has every commit so far, which is part of what an event costs; it may come later than the rest. */
async function keptInHistory(tower: Tower): Promise<void> {
  const client = createClient(adminOptions(tower.redis.socketPath) as never);
  await client.connect();
  const { seq, history } = keysOf(SITE);
  const giveUpAt = Date.now() + KEPT_MS;
  try {
    const until = Number(await client.get(seq));
    for (;;) {
      const text = await client.get(history);
      if (text !== null && (JSON.parse(text) as HistoryStatus).seq >= until) return;
      if (Date.now() > giveUpAt) throw new Error(`history is behind after ${KEPT_MS} ms: ${text}`);
      await sleep(100);
    }
  } finally {
    client.destroy();
  }
}

/** The same events in the portions in which this run committed them. */
async function portionsOfRun(tower: Tower, events: readonly LoadEvent[]): Promise<LoadEvent[][]> {
  const client = createClient(adminOptions(tower.redis.socketPath) as never);
  await client.connect();
  try {
    return await portionsOf((...args) => client.sendCommand(args), SITE, events);
  } finally {
    client.destroy();
  }
}

function allTaken(load: Load, count: number): void {
  if (load.statuses[202] !== count)
    throw new Error(`not all were accepted: ${JSON.stringify(load.statuses)}`);
}

export type Through = {
  load: Load;
  appliedSeconds: number;
  /** until all events were applied */
  cpuUsPerEvent: Record<string, number>;
  /** until history had them too, less what the tower spends at rest */
  cpuUsKept: Record<string, number>;
  events: number;
};

function spentSince(tower: Tower, before: Cost, events: number): Cost {
  const after = cpuOf(tower);
  const per = (part: keyof Cost): number => (after[part] - before[part]) / events;
  return { server: per("server"), workers: per("workers"), redis: per("redis") };
}

const REST_MS = 10_000;

/** CPU microseconds a ms of a tower that nobody sends anything: on a machine that others use history takes its time, and an event does not cost what passes meanwhile. */
async function atRest(tower: Tower): Promise<Cost> {
  const before = cpuOf(tower);
  await sleep(REST_MS);
  return spentSince(tower, before, REST_MS);
}

const less = (spent: Cost, rest: Cost, ms: number): Cost => ({
  server: Math.max(0, spent.server - rest.server * ms),
  workers: Math.max(0, spent.workers - rest.workers * ms),
  redis: Math.max(0, spent.redis - rest.redis * ms),
});

/** Posts all events in NDJSON batches over four connections and waits until they are applied. */
export async function pushThrough(tower: Tower, events: readonly LoadEvent[]): Promise<Through> {
  const requests = ndjson(tower, events);
  const before = cpuOf(tower);
  const startedAt = performance.now();
  const load = await sendAll(portOf(tower), requests, 4);
  allTaken(load, requests.length);
  const appliedSeconds = await applied(tower, startedAt);
  const cpuUsPerEvent = spentSince(tower, before, events.length);
  const appliedAt = performance.now();
  await keptInHistory(tower);
  const kept = spentSince(tower, before, events.length);
  const waitedMs = performance.now() - appliedAt;
  const cpuUsKept = less(kept, await atRest(tower), waitedMs / events.length);
  return { load, appliedSeconds, cpuUsPerEvent, cpuUsKept, events: events.length };
}

const total = (parts: Record<string, number>): number =>
  Object.values(parts).reduce((sum, part) => sum + part, 0);
export const inWords = (parts: Record<string, number>): string =>
  Object.entries(parts)
    .map(([name, us]) => `${name} ${round(us)}`)
    .join(", ");

async function single(tower: Tower, events: readonly LoadEvent[], connections: number) {
  const requests = events.map((event) =>
    preparePost(PATH, tower.key, "application/json", JSON.stringify(event)),
  );
  const load = await sendAll(portOf(tower), requests, connections);
  allTaken(load, requests.length);
  return load;
}

type Posts = Record<"warm" | "measured", readonly LoadEvent[]>;

/** As warm as the tower is: a server compiles what it does often, and is twice as fast after some ten thousand requests. */
async function bareSingle({ warm, measured }: Posts, connections: number): Promise<Load> {
  const redis = await startRedis();
  const port = await freePort();
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, "bare-server.ts"), redis.socketPath, String(port)],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  await once(child.stdout, "data");
  const requestsOf = (events: readonly LoadEvent[]) =>
    events.map((event) => preparePost(PATH, "none", "application/json", JSON.stringify(event)));
  await sendAll(port, requestsOf(warm), connections);
  const load = await sendAll(port, requestsOf(measured), connections);
  child.kill();
  await once(child, "exit");
  await redis.stop();
  allTaken(load, measured.length);
  return load;
}

/** CPU microseconds an event of the design with one job an event: adding, working, Redis. */
async function jobPerEvent(events: readonly LoadEvent[]): Promise<Record<string, number>> {
  const redis = await startRedis();
  const raw = createClient(adminOptions(redis.socketPath) as never);
  const queue = new Queue("per-event", { connection: createNodeRedisClient(raw as never) });
  const redisBefore = cpuUs(redis.pid);
  const ownBefore = process.cpuUsage();
  for (const batch of inBatches(events, 50))
    await Promise.all(
      batch.map((event) => {
        const recorded = {
          ...event,
          occurredAt: Date.parse(event.occurredAt),
          recordedAt: Date.now(),
          hash: "0",
        };
        return queue.add("apply", recorded, { removeOnComplete: true });
      }),
    );
  const { user, system } = process.cpuUsage(ownBefore);
  const script = join(import.meta.dirname, "job-per-event.ts");
  const child = spawn(
    process.execPath,
    [script, redis.socketPath, "per-event", String(events.length)],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const [text] = (await once(child.stdout, "data")) as [Buffer];
  const spent = {
    adding: user + system,
    working: Number(text.toString()),
    redis: cpuUs(redis.pid) - redisBefore,
  };
  await queue.close();
  raw.destroy();
  await redis.stop();
  return Object.fromEntries(Object.entries(spent).map(([name, us]) => [name, us / events.length]));
}

/** B1: NDJSON of 500 against the commit script alone; its CPU, and B3, the CPU of one job an event. */
async function batches(tower: Tower, count: number): Promise<Figure[]> {
  const options = {
    seed: 1,
    site: SITE,
    inFlight: 1_000,
    from: Date.now() - 3_600_000,
    prefix: "B1",
  };
  await pushThrough(tower, take(loadEvents({ ...options, prefix: "warm", seed: 9 }), 10_000));
  const events = take(loadEvents(options), count);
  const through = await pushThrough(tower, events);
  const { sites } = (await (await tower.request("/api/v1/config/sites")).json()) as SitesConfig;
  const site = sites.find(({ id }) => id === SITE);
  if (!site) throw new Error(`no site ${SITE}`);
  const alone = await measureCommitAlone(site, await portionsOfRun(tower, events));
  const rate = count / through.appliedSeconds;
  const naive = await jobPerEvent(events.slice(0, Math.min(count, 10_000)));
  const ours = total(through.cpuUsKept);
  return [
    {
      id: "B1",
      what: `accepted and applied events/s, ${round(count)} in NDJSON of 500, 4 connections`,
      value: `${round(count / through.load.seconds)} accepted/s, ${round(rate)} applied/s`,
      against: `the same ${round(alone.commits)} calls of the commit script alone ${round(alone.eventsPerSecond)} events/s (${round(alone.bytesPerEvent)} B, ${round(alone.redisUs)} us of Redis an event)`,
      ratio: rate / alone.eventsPerSecond,
      goal: ">= 0.5",
      isMet: rate / alone.eventsPerSecond >= 0.5,
      raw: { accepted: count / through.load.seconds, applied: rate, alone: alone.eventsPerSecond },
    },
    {
      id: "B3",
      what: "CPU an event, whole system, until history has it, us",
      value: `${round(ours)} (${inWords(through.cpuUsKept)}); until it is applied ${round(total(through.cpuUsPerEvent))} (${inWords(through.cpuUsPerEvent)})`,
      against: `one BullMQ job an event ${round(total(naive))} (${inWords(naive)})`,
      ratio: ours / total(naive),
      goal: "<= 0.1",
      isMet: ours / total(naive) <= 0.1,
      raw: { ours, naive: total(naive) },
    },
    {
      id: "",
      what: "resident memory after it, MB",
      value: `server ${round(residentBytes(tower.server.pid) / 1e6)}, workers ${round(residentBytes(tower.workers[0]?.pid ?? 0) / 1e6)}, redis ${round(residentBytes(tower.redis.pid) / 1e6)}`,
    },
  ];
}

async function arraysOf100(tower: Tower, count: number): Promise<Figure> {
  const events = take(
    loadEvents({
      seed: 3,
      site: SITE,
      inFlight: 1_000,
      from: Date.now() - 3_600_000,
      prefix: "A100",
    }),
    count,
  );
  const requests = inBatches(events, 100).map((batch) =>
    preparePost(PATH, tower.key, "application/json", JSON.stringify(batch)),
  );
  const startedAt = performance.now();
  const load = await sendAll(portOf(tower), requests, 4);
  allTaken(load, requests.length);
  const seconds = await applied(tower, startedAt);
  return {
    id: "",
    what: `the same in JSON arrays of 100, ${round(count)}`,
    value: `${round(count / load.seconds)} accepted/s, ${round(count / seconds)} applied/s`,
    raw: { accepted: count / load.seconds, applied: count / seconds },
  };
}

/** B2: one event a request, 64 connections. */
async function singles(tower: Tower, count: number): Promise<Figure> {
  const options = {
    seed: 2,
    site: SITE,
    inFlight: 500,
    from: Date.now() - 3_600_000,
    prefix: "B2",
  };
  const events = take(loadEvents(options), count);
  const [warm, measured] = [events.slice(0, count / 2), events.slice(count / 2)];
  await single(tower, warm, 64);
  const ours = await single(tower, measured, 64);
  await applied(tower, performance.now());
  const bare = await bareSingle({ warm, measured }, 64);
  const [rate, limit] = [measured.length / ours.seconds, measured.length / bare.seconds];
  return {
    id: "B2",
    what: `single posts/s, ${round(measured.length)} over 64 connections`,
    value: `${round(rate)}/s, answer p50 ${round(quantile(ours.latencies, 0.5), 1)} ms, p99 ${round(quantile(ours.latencies, 0.99), 1)} ms`,
    against: `bare Fastify + schema + XADD ${round(limit)}/s`,
    ratio: rate / limit,
    goal: ">= 0.6",
    isMet: rate / limit >= 0.6,
    raw: { rate, limit },
  };
}

export async function benchIngest(scale: number): Promise<Figure[]> {
  // one key sends all of it, more than it may: what is measured is the tower, not its limit
  const tower = await startTower({ env: { CT_RATE_KEYS: "0" } });
  try {
    const b13 = await batches(tower, Math.round(100_000 * scale));
    const a100 = await arraysOf100(tower, Math.round(50_000 * scale));
    // what is left of the bursts is no cost of what follows
    await keptInHistory(tower);
    const b2 = await singles(tower, Math.round(40_000 * scale));
    return [...b13, a100, b2];
  } finally {
    await tower.stop();
  }
}
