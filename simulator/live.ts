/**
 * A warehouse in real time: fills in what makes the board worth looking at, then goes on at the speed of the clock. After a restart the same run is
 * simulated again up to now, and told from where it was left; what was told twice is a duplicate at the door.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { BATCH, type Tower } from "./client.ts";
import { createFeed, type Feed, profileOf } from "./feed.ts";
import { DAY, HOUR } from "./local-time.ts";
import { type Gap, type Memory, recall, remember } from "./memory.ts";
import type { Flow, Report } from "./model.ts";
import { withOpenDays } from "./open-days.ts";
import { plannedHeads } from "./planned-heads.ts";
import type { Preset } from "./presets.ts";
import type { Site } from "../domain/site.ts";

/** An empty floor needs that long until its day looks like any other. */
const WARM_UP_MS = 24 * HOUR;
/** Orders that ended earlier are history that nobody watches. */
const TOLD_BACK_MS = 8 * HOUR;
/** A longer run would take too long to simulate again: the next start begins a new one. */
const LONGEST_RUN_MS = 10 * DAY;
const DOOR_REMEMBERS_MS = 40 * HOUR;
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

/** The run that was left, if it is the same world, not too long, and the tower still knows of it; else a new one. */
async function memoryFor(input: LiveInput, sites: readonly Site[], now: number): Promise<Memory> {
  const known = recall(input.file);
  const isSame =
    known !== null &&
    known.preset === input.preset.name &&
    known.seed === input.seed &&
    known.sites.join() === namesOf(sites).join() &&
    known.startsAt <= now &&
    now - known.startsAt <= LONGEST_RUN_MS;
  return isSame && (await isKnown(input, known, now)) ? known : newMemory(input, sites, now);
}

/** A tower whose store was emptied knows nothing of the last event. Its door forgets by itself after two days: then nobody asks. */
async function isKnown({ tower }: LiveInput, memory: Memory, now: number): Promise<boolean> {
  const isRemembered = now - memory.toldUntil < DOOR_REMEMBERS_MS;
  return memory.last === undefined || !isRemembered || (await tower.knows(memory.last));
}

type Run = { feed: Feed; memory: Memory; skipped: ReadonlySet<string> };

/** Simulates up to now, and notes which orders came and went while nobody was told. */
function resume(
  input: LiveInput,
  sites: readonly Site[],
  memory: Memory,
  now: number,
): Run & { missed: Report[] } {
  const gaps = gapsUpTo(memory, now - TOLD_BACK_MS);
  const skipped = new Set<string>();
  const truth = {
    fault: () => undefined,
    incident: () => undefined,
    member: () => undefined,
    ended: ({ id, receivedAt, times }: Flow) => {
      const endedAt = times.ended ?? Infinity;
      if (gaps.some(({ from, to }) => receivedAt > from && endedAt < to)) skipped.add(id);
    },
  };
  const feed = createFeed({ ...input, sites, startsAt: memory.startsAt, truth: () => truth });
  const missed = feed
    .until(now)
    .filter(({ reportAt, orderId }) => reportAt > memory.toldUntil && !skipped.has(orderId));
  return { feed, memory: { ...memory, gaps }, skipped, missed: forTheBoard(feed, missed) };
}

/** A filling-in that was not finished goes on with its own gap: half of what came since may be told already. */
function gapsUpTo({ gaps, toldUntil }: Memory, to: number): Gap[] {
  const isUnfinished = gaps.at(-1)?.from === toldUntil;
  return isUnfinished || toldUntil >= to ? gaps : [...gaps, { from: toldUntil, to }];
}

/**
 * The past in the order in which a board profits most: what the site itself told, then open orders, then history, each order's events together. The order
 * of arrival decides nothing, and an order whose events come together shows nothing that was true only for a while.
 */
function forTheBoard({ simulations }: Feed, reports: readonly Report[]): Report[] {
  const open = new Set(simulations.flatMap(({ state }) => [...state.flows.keys()]));
  const orders = [...Map.groupBy(reports, ({ orderId }) => orderId)];
  const rank = (orderId: string): number => (orderId === "" ? 0 : open.has(orderId) ? 1 : 2);
  return orders.toSorted(([a], [b]) => rank(a) - rank(b)).flatMap(([, told]) => told);
}

type Teller = {
  /** all of the past, then remembers that it was told */
  tellPast: (reports: readonly Report[], until: number) => Promise<void>;
  /** what has just happened, in its order */
  tellNow: (reports: readonly Report[]) => Promise<void>;
};

function createTeller(input: LiveInput, run: Run): Teller {
  let rememberedAt = 0;
  const memory = { ...run.memory };
  const keep = (): void => {
    rememberedAt = input.now();
    remember(input.file, memory);
  };
  const post = async (batch: readonly Report[]): Promise<void> => {
    await input.tower.post(batch.map(({ event }) => event));
    const last = batch.at(-1)?.event;
    if (last !== undefined) memory.last = { source: last.source, id: last.id };
  };
  keep();
  return {
    tellPast: async (reports, until) => {
      for (let from = 0; from < reports.length; from += BATCH) {
        await post(reports.slice(from, from + BATCH));
        const told = Math.min(from + BATCH, reports.length);
        input.say(`${told} of ${reports.length} events of the past told`);
      }
      memory.toldUntil = until;
      keep();
    },
    tellNow: async (reports) => {
      const wanted = reports.filter(({ orderId }) => !run.skipped.has(orderId));
      for (let from = 0; from < wanted.length; from += BATCH) {
        const batch = wanted.slice(from, from + BATCH);
        await post(batch);
        // another report of the same millisecond may still be in the next batch
        memory.toldUntil = (batch.at(-1)?.reportAt ?? 0) - 1;
      }
      if (input.now() - rememberedAt > REMEMBER_EVERY_MS) keep();
    },
  };
}

/** Tells the past, and keeps nothing of it. */
async function catchUp(input: LiveInput): Promise<{ feed: Feed; teller: Teller }> {
  const startedAt = input.now();
  const sites = await sitesAtWork(input, startedAt);
  await enterPlans(input, sites);
  const memory = await memoryFor(input, sites, startedAt);
  const { missed, ...run } = resume(input, sites, memory, startedAt);
  const teller = createTeller(input, run);
  await teller.tellPast(missed, startedAt);
  const seconds = ((input.now() - startedAt) / 1_000).toFixed(1);
  input.say(`${missed.length} events of the past told in ${seconds} s; from now on in real time`);
  return { feed: run.feed, teller };
}

/** Where the floor works at every hour, the calendars say so before the first order comes: it keeps the rules it came under. */
const sitesAtWork = ({ tower, preset }: LiveInput, now: number): Promise<Site[]> =>
  preset.queueTargets === null
    ? tower.sites()
    : tower.changeSites((site) => withOpenDays(site, now));

/** A lead has entered who works when, so that the forecast needs no weeks to find out. What somebody changed there stays. */
async function enterPlans(
  { tower, preset, say }: LiveInput,
  sites: readonly Site[],
): Promise<void> {
  for (const [index, site] of sites.entries()) {
    const plan = plannedHeads(preset, profileOf(preset, index), site);
    if (await tower.enterPlan(site.id, plan)) say(`the shift plan of ${site.id} is entered`);
  }
}

/** Runs until the signal ends it. */
export async function runLive(input: LiveInput): Promise<void> {
  const { feed, teller } = await catchUp(input);
  while (!input.signal.aborted) {
    await teller.tellNow(feed.until(input.now()));
    await sleep(TICK_MS, undefined, { signal: input.signal });
  }
}
