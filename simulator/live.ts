/**
 * A warehouse in real time: fills in what makes the board worth looking at, then goes on at the speed of the clock. After a restart the same run is
 * simulated again up to now, and told from where it was left; what was told twice is a duplicate at the door.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { BATCH, type Tower } from "./client.ts";
import { createFeed, type Feed } from "./feed.ts";
import { DAY, HOUR } from "./local-time.ts";
import { type Gap, type Memory, recall, remember } from "./memory.ts";
import type { Report } from "./model.ts";
import type { Preset } from "./presets.ts";
import type { Site } from "../domain/site.ts";

/** An empty floor needs that long until its day looks like any other. */
const WARM_UP_MS = 24 * HOUR;
/** Orders that ended earlier are history that nobody watches. */
const TOLD_BACK_MS = 8 * HOUR;
/** A longer run would take too long to simulate again: the next start begins a new one. */
const LONGEST_RUN_MS = 10 * DAY;
const TICK_MS = 500;
const REMEMBER_EVERY_MS = 5_000;

export type LiveInput = {
  tower: Tower;
  preset: Preset;
  seed: number;
  file: string;
  signal: AbortSignal;
  /** epoch ms */
  now: () => number;
  say: (words: string) => void;
};

/** A new run begins at a midnight of UTC, so that a lost memory finds the same ids on the same day. */
function newMemory({ preset, seed }: LiveInput, sites: readonly Site[], now: number): Memory {
  const startsAt = Math.floor((now - WARM_UP_MS) / DAY) * DAY;
  return {
    preset: preset.name,
    seed,
    sites: namesOf(sites),
    startsAt,
    toldUntil: startsAt,
    gaps: [],
  };
}

const namesOf = (sites: readonly Site[]): string[] => sites.map((s) => `${s.id} ${s.timeZone}`);

function memoryFor(input: LiveInput, sites: readonly Site[], now: number): Memory {
  const known = recall(input.file);
  const isSame =
    known !== null &&
    known.preset === input.preset.name &&
    known.seed === input.seed &&
    known.sites.join() === namesOf(sites).join();
  if (!isSame || known.startsAt > now) return newMemory(input, sites, now);
  if (now - known.startsAt > LONGEST_RUN_MS) return newMemory(input, sites, now);
  return known;
}

type Run = { feed: Feed; memory: Memory; skipped: ReadonlySet<string> };

/** Simulates up to now, and notes which orders came and went while nobody was told. */
function resume(input: LiveInput, sites: readonly Site[], now: number): Run & { missed: Report[] } {
  const memory = memoryFor(input, sites, now);
  const gaps = gapsUpTo(memory, now - TOLD_BACK_MS);
  const skipped = new Set<string>();
  const truth = {
    fault: () => undefined,
    incident: () => undefined,
    member: () => undefined,
    ended: ({
      id,
      receivedAt,
      times,
    }: {
      id: string;
      receivedAt: number;
      times: { ended?: number };
    }) => {
      const endedAt = times.ended ?? Infinity;
      if (gaps.some(({ from, to }) => receivedAt > from && endedAt < to)) skipped.add(id);
    },
  };
  const feed = createFeed({ ...input, sites, startsAt: memory.startsAt, truth: () => truth });
  const missed = feed
    .until(now)
    .filter(({ reportAt, orderId }) => reportAt > memory.toldUntil && !skipped.has(orderId));
  return { feed, memory: { ...memory, gaps }, skipped, missed };
}

const gapsUpTo = ({ gaps, toldUntil }: Memory, to: number): Gap[] =>
  toldUntil < to ? [...gaps, { from: toldUntil, to }] : gaps;

/** Tells reports in order; what is told is remembered now and then, and at the end. */
function createTeller(input: LiveInput, run: Run) {
  let rememberedAt = 0;
  const memory = { ...run.memory };
  const keep = (at: number): void => {
    rememberedAt = at;
    remember(input.file, memory);
  };
  return {
    keep: () => keep(input.now()),
    tell: async (reports: readonly Report[], onProgress?: (told: number) => void) => {
      const wanted = reports.filter(({ orderId }) => !run.skipped.has(orderId));
      for (let from = 0; from < wanted.length; from += BATCH) {
        const batch = wanted.slice(from, from + BATCH);
        await input.tower.post(batch.map(({ event }) => event));
        // another report of the same millisecond may still be in the next batch
        memory.toldUntil = (batch.at(-1)?.reportAt ?? 0) - 1;
        onProgress?.(from + batch.length);
        if (input.now() - rememberedAt > REMEMBER_EVERY_MS) keep(input.now());
      }
    },
  };
}

/** Runs until the signal ends it. */
export async function runLive(input: LiveInput): Promise<void> {
  const sites = await input.tower.sites();
  const startedAt = input.now();
  const run = resume(input, sites, startedAt);
  const teller = createTeller(input, run);
  teller.keep();
  const { missed } = run;
  await teller.tell(missed, (told) =>
    input.say(`${told} of ${missed.length} events of the past told`),
  );
  const seconds = ((input.now() - startedAt) / 1_000).toFixed(1);
  input.say(`${missed.length} events of the past told in ${seconds} s; from now on in real time`);
  while (!input.signal.aborted) {
    await teller.tell(run.feed.until(input.now()));
    await sleep(TICK_MS, undefined, { signal: input.signal });
  }
}
