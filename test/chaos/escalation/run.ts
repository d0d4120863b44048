/**
 * Timers against real processes that are killed (promises P7 and P8). Two schedulers, then three; kills, each when the last victim runs again; Redis restarts; one scheduler is paused for
 * longer than any lease lasts. A run is repeated by its seed, but for what the machine does.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { keysOf } from "../../../domain/contract/keys.ts";
import { createAppend } from "../../../server/inbox/append.ts";
import { createFastClient } from "../../../server/redis.ts";
import { createPatientClient, senderOf, type Send } from "../../../workers/redis.ts";
import { startRedis, type TestRedis } from "../../support/redis.ts";
import { createPart, type Part } from "../../support/tower.ts";
import { below, createRandom, oneOf, type Random } from "../random.ts";
import { acknowledge, arm, furnish, SITE, type Timer, timersOver } from "./timers.ts";
import { firingsOf, judge, type Outage, receivedOf, type Verdict } from "./verdict.ts";
import { bare } from "../../support/bare-env.ts";

const RUNNING = "workers are running";
const START_WITHIN_MS = 120_000;
const SETTLE_WITHIN_MS = 90_000;

type Log = (text: string) => void;

type Stand = {
  redis: TestRedis;
  send: Send;
  workers: Part[];
  addWorker: () => Promise<Part>;
  restart: (part: Part) => Promise<void>;
  stop: () => Promise<void>;
};

/** By its own number: what it wrote in earlier lives may have been pushed out. */
const saysItRuns = (part: Part): boolean =>
  part
    .output()
    .split("\n")
    .some((line) => line.includes(`"pid":${part.pid},`) && line.includes(RUNNING));

async function isRunning(part: Part): Promise<void> {
  const giveUpAt = Date.now() + START_WITHIN_MS;
  while (!saysItRuns(part)) {
    if (Date.now() > giveUpAt) throw new Error(`a worker does not start:\n${part.output()}`);
    await sleep(20);
  }
}

async function furnished(more: NodeJS.ProcessEnv = {}): Promise<Stand> {
  const redis = await startRedis();
  const client = createPatientClient(redis.url, () => {});
  await client.connect();
  const send = senderOf(client);
  await furnish(send);
  const dir = mkdtempSync(join(tmpdir(), "ct-escalation-"));
  const env = {
    ...bare(),
    REDIS_URL: redis.url,
    CT_DATA_DIR: dir,
    CT_SECRET_FILE: join(dir, "secret"),
    CT_HISTORY: "0",
    LOG_LEVEL: "info",
    ...more,
  };
  const workers: Part[] = [];
  return {
    redis,
    send,
    workers,
    addWorker: async () => {
      const part = createPart("workers/main.ts", env);
      workers.push(part);
      await isRunning(part);
      return part;
    },
    restart: async (part) => {
      part.start();
      await isRunning(part);
    },
    stop: async () => {
      await Promise.all(workers.map((part) => part.kill("SIGKILL")));
      client.destroy();
      await redis.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Until nothing is due any more. */
async function settled(send: Send): Promise<void> {
  const giveUpAt = Date.now() + SETTLE_WITHIN_MS;
  const { incidentDue, outbox } = keysOf(SITE);
  while (Date.now() < giveUpAt) {
    const due = await send<number>("ZCOUNT", incidentDue, "-inf", String(Date.now()));
    if (due === 0 && (await send<number>("XLEN", outbox)) === 0) return;
    await sleep(200);
  }
}

export type TimersRun = {
  verdict: Verdict;
  kills: number;
  restarts: number;
  pausedMs: number;
  received: number;
  seconds: number;
};

export type TimersOptions = {
  timers: number;
  kills: number;
  restarts: number;
  /** one scheduler stands still for so long in the second half */
  pauseMs: number;
  /** over which timers fall due and kills are spread, at least: it is longer where workers take long to come back */
  windowMs: number;
  seed: number;
  /** also for the workers */
  env?: NodeJS.ProcessEnv;
  log?: Log;
};

/** Acknowledges a tenth of them, at random moments around those at which they fall due. */
async function people(
  random: Random,
  timers: readonly Timer[],
  redis: TestRedis,
  isOver: () => boolean,
) {
  const client = createFastClient(redis.url, () => {});
  await client.connect();
  const append = createAppend(SITE, { client });
  const plan = timers
    .filter(() => random() < 0.1)
    .map(({ id, dueAt }) => ({ id, at: dueAt - 4_000 + below(random, 6_000) }))
    .toSorted((a, b) => a.at - b.at);
  const recorded = new Map<string, number>();
  for (const { id, at } of plan) {
    if (isOver()) break;
    await sleep(Math.max(0, at - Date.now()));
    recorded.set(id, await acknowledge(append, id));
  }
  client.destroy();
  return recorded;
}

/** Two workers, and how long such a window must be here: each kill takes the start of a worker, of which a busy machine manages few in a fixed time. */
async function begin(stand: Stand, { kills, windowMs }: TimersOptions): Promise<number> {
  await stand.addWorker();
  const from = Date.now();
  await stand.addWorker();
  return Math.max(windowMs, 2 * kills * (Date.now() - from));
}

async function restartRedis(redis: TestRedis, outages: Outage[]): Promise<void> {
  const from = Date.now();
  await redis.kill("SIGKILL");
  await redis.restart();
  outages.push({ from, to: Date.now() });
}

/** Everything that goes wrong in a run, one thing after the other. */
async function misfortune(stand: Stand, options: TimersOptions, random: Random, endAt: number) {
  const outages: Outage[] = [];
  const { windowMs } = options;
  const startedAt = endAt - windowMs;
  // a third of the window is left for who stands still, and for the last victim to come back
  const everyMs = (windowMs * 2) / 3 / Math.max(1, options.kills);
  const restartEvery = Math.max(2, Math.floor(options.kills / (options.restarts + 1)));
  let [kills, restarts, pausedMs] = [0, 0, 0];
  let pause: Promise<void> | null = null;
  let paused: Part | null = null;

  async function standStill(part: Part): Promise<void> {
    paused = part;
    const from = Date.now();
    await part.kill("SIGSTOP");
    await sleep(Math.min(options.pauseMs, Math.max(1_000, endAt - Date.now())));
    await part.kill("SIGCONT");
    pausedMs = Date.now() - from;
    paused = null;
  }

  while (kills < options.kills && Date.now() < endAt) {
    // in the middle of the kills: a quick machine has them behind it long before the window ends
    if (pause === null && kills >= options.kills / 2) {
      const third = await stand.addWorker();
      pause = standStill(third);
    }
    await sleep(Math.max(below(random, 50), startedAt + (kills + random()) * everyMs - Date.now()));
    if (restarts < options.restarts && kills >= restartEvery * (restarts + 1)) {
      await restartRedis(stand.redis, outages);
      restarts += 1;
    }
    const victim = oneOf(
      random,
      stand.workers.filter((part) => part !== paused),
    );
    await victim.kill("SIGKILL");
    kills += 1;
    await stand.restart(victim);
  }
  await pause;
  return { outages, kills, restarts, pausedMs };
}

/** P7: nothing missed, doubled, early. */
export async function runTimers(options: TimersOptions): Promise<TimersRun> {
  const { log = () => undefined } = options;
  const random = createRandom(options.seed);
  const stand = await furnished(options.env);
  try {
    const windowMs = await begin(stand, options);
    const begunAt = Date.now();
    const from = begunAt + 4_000;
    const timers = timersOver(random, options.timers, from, windowMs);
    await arm(stand.send, timers);
    log(`${timers.length} timers armed in ${Date.now() - begunAt} ms`);
    const endAt = from + windowMs;
    let isOver = false;
    const acks = people(createRandom(options.seed + 1), timers, stand.redis, () => isOver);
    const happened = await misfortune(stand, { ...options, windowMs }, random, endAt);
    log(`${happened.kills} kills, ${happened.restarts} restarts, paused ${happened.pausedMs} ms`);
    await sleep(Math.max(0, endAt - Date.now()));
    isOver = true;
    const recorded = await acks;
    await settled(stand.send);
    const verdict = await judge(stand.send, timers, recorded, happened.outages);
    const { outages: _outages, ...counts } = happened;
    const seconds = Math.round((Date.now() - begunAt) / 1_000);
    return { verdict, ...counts, received: await receivedOf(stand.send), seconds };
  } finally {
    await stand.stop();
  }
}

export type DowntimeRun = {
  verdict: Verdict;
  firstMs: number;
  mostASecond: number;
  inOrder: boolean;
  /** messages that a person would get a minute, at most: one a group */
  groupsAMinute: number;
  seconds: number;
};

const HOUR_MS = 3_600_000;

/** P8: down for six hours, with so many due. */
export async function runDowntime({
  due,
  seed,
}: {
  due: number;
  seed: number;
}): Promise<DowntimeRun> {
  const random = createRandom(seed);
  const stand = await furnished();
  try {
    const timers = timersOver(random, due, Date.now() - 6 * HOUR_MS, 6 * HOUR_MS - 60_000);
    await arm(stand.send, timers);
    await Promise.all([stand.addWorker(), stand.addWorker()]);
    const begunAt = Date.now();
    const giveUpAt = begunAt + due * 40 + 60_000;
    while (Date.now() < giveUpAt) {
      const left = await stand.send<number>("ZCARD", keysOf(SITE).incidentDue);
      if (left === 0) break;
      await sleep(250);
    }
    const firings = await firingsOf(stand.send);
    const dueAt = new Map(timers.map((timer) => [timer.id, timer.dueAt]));
    const perSecond = Map.groupBy(firings, ({ at }) => Math.floor(at / 1_000));
    const perMinute = Map.groupBy(firings, ({ at }) => Math.floor(at / 60_000));
    const dues = firings.map(({ incident }) => dueAt.get(incident) ?? 0);
    return {
      verdict: await judge(stand.send, timers, new Map(), []),
      firstMs: (firings[0]?.at ?? Infinity) - begunAt,
      mostASecond: Math.max(...[...perSecond.values()].map((some) => some.length)),
      inOrder: dues.every((at, place) => place === 0 || at >= (dues[place - 1] ?? 0)),
      groupsAMinute: Math.max(
        ...[...perMinute.values()].map((some) => new Set(some.map(({ group }) => group)).size),
      ),
      seconds: Math.round((Date.now() - begunAt) / 1_000),
    };
  } finally {
    await stand.stop();
  }
}
