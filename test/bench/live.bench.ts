/** B4: from the post to a board; B6, B7, B8: what many open orders cost. */
import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "@redis/client";
import type { Row } from "../../domain/board.ts";
import { keysOf } from "../../domain/contract/keys.ts";
import { startTower, type Tower } from "../support/tower.ts";
import { loadEvents, type LoadEvent, take } from "./events.ts";
import { watchBoards } from "./board-watch.ts";
import { openPool, preparePost, quantile } from "./http-load.ts";
import { cpuOf, inWords, pushThrough, SITE } from "./ingest.bench.ts";
import { residentBytes } from "./process-cost.ts";
import { type Figure, round } from "./tables.ts";
import { adminOptions } from "../support/redis-client.ts";

const STEP_MS = 10;
const CONNECTIONS = 64;

/** As a sender does: 503 means to send the same again, which is safe. The time goes on meanwhile. */
async function untilTaken(send: () => Promise<number>, triesLeft = 20): Promise<number> {
  const status = await send();
  if (status !== 503 || triesLeft === 0) return status;
  await sleep(250);
  return untilTaken(send, triesLeft - 1);
}

/** Posts at a steady rate and notes when each order was sent: some every 10 ms, as scanners do, not all at once. */
async function steady(
  tower: Tower,
  events: readonly LoadEvent[],
  perSecond: number,
  sentAt: Map<string, number>,
) {
  const pool = await openPool(Number(new URL(tower.url).port), CONNECTIONS);
  const requests = events.map((event) =>
    preparePost("/api/v1/events", tower.key, "application/json", JSON.stringify(event)),
  );
  const startedAt = performance.now();
  const posts: Promise<number>[] = [];
  while (posts.length < requests.length) {
    const due = ((performance.now() - startedAt) / 1000) * perSecond;
    while (posts.length < Math.min(due, requests.length)) {
      const at = posts.length;
      // from the moment at which it was due: what the generator itself is late counts
      sentAt.set(events[at]?.orderId ?? "", startedAt + (at / perSecond) * 1000);
      posts.push(untilTaken(() => pool.send(requests[at] ?? Buffer.alloc(0))));
    }
    await sleep(STEP_MS);
  }
  const statuses = await Promise.all(posts);
  pool.close();
  const refused = statuses.filter((status) => status !== 202);
  if (refused.length > 0) throw new Error(`${refused.length} were refused: ${refused[0]}`);
}

/** Every order is sent once, so that a delta tells which post it shows. */
const onceEach = (count: number, prefix: string): LoadEvent[] =>
  take(
    loadEvents({
      seed: 4,
      site: SITE,
      inFlight: 1,
      from: Date.now() - 60_000,
      prefix,
      steps: 1,
    }),
    count,
  );

type ScanOptions = { perSecond?: number; prefix?: string; settleMs?: number };
type Scans = { delays: number[]; share: { server: number; workers: number; redis: number } };

/** How long each event took to each board, the shortest first. At so many events a second; each measurement of one tower needs orders of another `prefix`. */
export async function measureScans(
  tower: Tower,
  boards: number,
  seconds: number,
  { perSecond = 500, prefix = "B4", settleMs = 1_500 }: ScanOptions = {},
): Promise<Scans> {
  const sentAt = new Map<string, number>();
  const delays: number[] = [];
  const onRows = (rows: readonly Row[], at: number): void => {
    for (const { id } of rows) {
      const sent = sentAt.get(id);
      if (sent !== undefined) delays.push(at - sent);
    }
  };
  const sockets = await watchBoards(boards, { url: tower.url, key: tower.key, site: SITE, onRows });
  const events = onceEach(perSecond * seconds, prefix);
  const before = cpuOf(tower);
  await steady(tower, events, perSecond, sentAt);
  await sleep(settleMs);
  const after = cpuOf(tower);
  for (const socket of sockets) socket.close();
  delays.sort((a, b) => a - b);
  if (delays.length < events.length * boards)
    throw new Error(`only ${delays.length} of ${events.length * boards} rows reached the boards`);
  const share = {
    server: after.server - before.server,
    workers: after.workers - before.workers,
    redis: after.redis - before.redis,
  };
  return { delays, share };
}

async function scanToSocket(tower: Tower, boards: number, seconds: number): Promise<Figure> {
  const perSecond = 500;
  const { delays, share } = await measureScans(tower, boards, seconds, { perSecond });
  const percent = Object.fromEntries(
    Object.entries(share).map(([part, us]) => [part, us / seconds / 10_000]),
  );
  const [p50, p99] = [quantile(delays, 0.5), quantile(delays, 0.99)];
  return {
    id: "B4",
    what: `scan to socket at ${perSecond} events/s, ${boards} boards open, ${seconds} s`,
    value: `p50 ${round(p50)} ms, p99 ${round(p99)} ms; CPU %: ${inWords(percent)}`,
    against: "250 ms of coalescing + one commit",
    goal: "p50 <= 200 ms, p99 <= 400 ms (reported, not judged: a time)",
    raw: { p50, p99, frames: delays.length },
  };
}

type Weight = { open: number; cpu: number; parts: Record<string, number> };

/** Brings the site to so many open orders, then measures what an event on them costs. */
const QUIET_LOOK_MS = 3_000;
/** share of a core */
const QUIET_SHARE = 0.15;
const LOOKS_UNTIL_QUIET = 60;

/** Until what follows a load is over: each new order is forecast and copied into history, which is no cost of the events that come later. */
async function untilQuiet(tower: Tower, looksLeft = LOOKS_UNTIL_QUIET): Promise<void> {
  const before = cpuOf(tower).workers;
  await sleep(QUIET_LOOK_MS);
  const share = (cpuOf(tower).workers - before) / (QUIET_LOOK_MS * 1_000);
  if (share > QUIET_SHARE && looksLeft > 0) await untilQuiet(tower, looksLeft - 1);
}

async function costWith(tower: Tower, open: number, have: number, events: number): Promise<Weight> {
  const born = {
    seed: 5 + open,
    site: SITE,
    from: Date.now() - 7_200_000,
    prefix: `W${open}`,
    steps: 3,
  };
  if (open > have)
    await pushThrough(tower, take(loadEvents({ ...born, inFlight: open - have }), open - have));
  const walk = {
    seed: 6 + open,
    site: SITE,
    inFlight: 500,
    from: Date.now() - 3_600_000,
    prefix: `M${open}`,
  };
  const measured = take(loadEvents(walk), events + 2_000);
  await pushThrough(tower, measured.slice(0, 2_000));
  await untilQuiet(tower);
  const { cpuUsPerEvent } = await pushThrough(tower, measured.slice(2_000));
  const cpu = Object.values(cpuUsPerEvent).reduce((sum, us) => sum + us, 0);
  return { open, cpu, parts: cpuUsPerEvent };
}

async function rowBytes(tower: Tower): Promise<number> {
  const client = createClient(adminOptions(tower.redis.socketPath) as never);
  await client.connect();
  const rows = await client.hVals(keysOf(SITE).rows);
  client.destroy();
  return rows.reduce((sum, row) => sum + row.length, 0);
}

/** Seconds to read the keys of a board with a bare client. */
async function bareRead(tower: Tower): Promise<number> {
  const client = createClient(adminOptions(tower.redis.socketPath) as never);
  await client.connect();
  const startedAt = performance.now();
  const rows = await client.hVals(keysOf(SITE).rows);
  for (const row of rows) JSON.parse(row);
  client.destroy();
  return (performance.now() - startedAt) / 1000;
}

async function restart(tower: Tower): Promise<number> {
  await tower.server.kill("SIGTERM");
  const startedAt = performance.now();
  tower.server.start();
  await tower.ready();
  return (performance.now() - startedAt) / 1000;
}

async function memoryAt(tower: Tower, open: number): Promise<Figure> {
  await restart(tower);
  const [resident, rows] = [residentBytes(tower.server.pid), await rowBytes(tower)];
  return {
    id: "B7",
    what: `server memory with ${round(open)} open orders, MB`,
    value: round(resident / 1e6),
    against: `its rows as JSON ${round(rows / 1e6)}`,
    ratio: resident / rows,
    goal: "< 400 MB",
    isMet: resident < 400e6,
    raw: { resident, rows },
  };
}

async function startAt(tower: Tower, open: number): Promise<Figure> {
  const [bare, ready] = [await bareRead(tower), await restart(tower)];
  return {
    id: "B8",
    what: `server start to ready with ${round(open)} open orders, s`,
    value: round(ready, 2),
    against: `reading and parsing the rows with a bare client ${round(bare, 2)}`,
    ratio: ready / bare,
    goal: "<= 3 (and <= 5 s)",
    raw: { ready, bare },
  };
}

export async function benchScans(scale: number): Promise<Figure[]> {
  const tower = await startTower();
  try {
    return [await scanToSocket(tower, 100, Math.max(5, Math.round(20 * scale)))];
  } finally {
    await tower.stop();
  }
}

export async function benchLive(scale: number): Promise<Figure[]> {
  const tower = await startTower();
  try {
    const sizes = [1_000, 10_000, 50_000, 100_000].map((size) => Math.round(size * scale));
    const weights: Weight[] = [];
    const extra: Figure[] = [];
    for (const size of sizes) {
      weights.push(
        await costWith(tower, size, weights.at(-1)?.open ?? 0, Math.round(20_000 * scale)),
      );
      if (size === sizes[2]) extra.push(await memoryAt(tower, size));
    }
    const [few, many] = [weights[0], weights.at(-1)];
    if (!few || !many) throw new Error("nothing was measured");
    extra.push(await startAt(tower, many.open));
    const b6: Figure = {
      id: "B6",
      what: `CPU an event with ${round(many.open)} open orders, us`,
      value: `${round(many.cpu)} (${inWords(many.parts)})`,
      against: weights
        .slice(0, -1)
        .map(({ open, cpu }) => `${round(open)}: ${round(cpu)}`)
        .join("; "),
      ratio: many.cpu / few.cpu,
      goal: "<= 1.3",
      isMet: many.cpu / few.cpu <= 1.3,
      raw: Object.fromEntries(weights.map(({ open, cpu }) => [`open${open}`, cpu])),
    };
    return [b6, ...extra];
  } finally {
    await tower.stop();
  }
}
