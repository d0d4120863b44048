/**
 * Which lanes do much less than they should, and since when: found out from what they complete, or told by the floor itself (`station.changed`).
 *
 * Measured: completions of the last 5 to 45 minutes against what is planned or usual, while work waits. A shortfall counts when so little would come by chance once in a thousand
 * looks (the shortest: in ten thousand, it is looked at most often); a full stop of a busy lane shows within five to ten minutes, half the pace within half an hour. What was told holds until something else is told.
 */
import { poissonBelow } from "./chance.ts";
import { expectedRate, levelOf } from "./capacity.ts";
import { STEP_MS, type LaneState } from "./lane.ts";
import type { Floor } from "./floor.ts";
import {
  laneOf,
  PROCESSES,
  statedRate,
  type Lane,
  type Roster,
  type SitePlan,
  processOf,
} from "./plan.ts";
import { laneSeen, type ForecastState } from "./state.ts";
import { MINUTE_MS } from "../wall-clock.ts";
import type { Site } from "../site.ts";

/** How a lane, or a station of it, does now. Rates in orders an hour. */
export type Pace = {
  /** `pack`, `pick:A` */
  lane: Lane;
  station?: string;
  perHour: number;
  planned: number;
  /** epoch ms from which on it is like that */
  since: number;
  /** the floor said so itself, else it was measured */
  told: boolean;
};

const WINDOWS = [1, 2, 3, 4, 6, 9].map((steps) => steps * STEP_MS);
const LONGEST_MS = 9 * STEP_MS;
/** Even if it did only so much of what is expected, so little would hardly come by chance. */
const DOUBTED = 0.85;
const CHANCE = 1e-3;
const CHANCE_AT_ONCE = 1e-4;
const SLOW = 0.6;
/** Told as slow without saying how slow. */
const TOLD_SLOW = 0.5;

type Measure = { done: (from: number) => number; expected: (from: number) => number };

function measureOf(lane: LaneState, rateAt: (at: number) => number, now: number): Measure {
  return {
    done: (from) =>
      lane.recent.reduce((sum, [step, done]) => sum + (step * STEP_MS >= from ? done : 0), 0),
    expected: (from) => {
      let sum = 0;
      for (let at = from; at < now; at += STEP_MS)
        sum += (rateAt(at) * Math.min(STEP_MS, now - at)) / MINUTE_MS;
      return sum;
    },
  };
}

/** From which step on nearly nothing of what is expected came: going back as long as each step more is as bad. */
function beginOf({ done, expected }: Measure, from: number, now: number): number {
  let since = from;
  while (since - STEP_MS >= now - LONGEST_MS) {
    const before = since - STEP_MS;
    const more = expected(before) - expected(since);
    if (done(before) - done(since) >= SLOW * more) break;
    since = before;
  }
  return since;
}

function measured(
  name: Lane,
  waiting: number,
  { lane, rateAt }: { lane: LaneState; rateAt: (at: number) => number },
  now: number,
): Pace | null {
  if (waiting === 0) return null;
  const measure = measureOf(lane, rateAt, now);
  const last = Math.floor(now / STEP_MS) * STEP_MS;
  for (const window of WINDOWS) {
    const from = last - window;
    const expected = measure.expected(from);
    const done = measure.done(from);
    // with less waiting than it could have done, it had no work rather than no pace
    if (done >= SLOW * expected || waiting < expected - done) continue;
    const chance = window === STEP_MS ? CHANCE_AT_ONCE : CHANCE;
    if (poissonBelow(done, DOUBTED * expected) >= chance) continue;
    const hours = (now - from) / (60 * MINUTE_MS);
    const since = beginOf(measure, from, now);
    return { lane: name, perHour: done / hours, planned: expected / hours, since, told: false };
  }
  return null;
}

/** What site events said of stations, kept under `station|<station>`. */
export type StationFacts = ReadonlyMap<string, { at: number; type: string; data: unknown }>;

const field = (data: unknown, name: string): unknown =>
  typeof data === "object" && data !== null ? Reflect.get(data, name) : undefined;

/** A station of the site file, or one that is named after its process (`pack`, `pick-A`). */
function laneOfStation(site: Site, station: string): { lane: Lane; station?: string } | null {
  const [first = "", zone] = station.toLowerCase().split(/[-:/]/);
  const process =
    PROCESSES.find((one) => one === first) ?? (first === "dock" ? "stage" : undefined);
  const known = site.stations.find(({ id }) => id === station);
  if (known === undefined && process !== undefined)
    return {
      lane: laneOf(process, zone === undefined ? undefined : station.slice(first.length + 1)),
    };
  const ends = PROCESSES.find((one) => STAGES_OF[one]?.includes(known?.stage ?? "") === true);
  return known === undefined || ends === undefined ? null : { lane: ends, station };
}

const STAGES_OF: Readonly<Record<string, readonly string[]>> = {
  allocate: ["allocated"],
  pick: ["picking", "picked"],
  pack: ["packing", "packed"],
  check: ["checked"],
  stage: ["staged"],
};

function told(facts: StationFacts, site: Site, plannedOf: (lane: Lane) => number): Pace[] {
  return [...facts].flatMap(([key, { at, type, data }]): Pace[] => {
    const state = field(data, "state");
    if (type !== "station.changed" || (state !== "down" && state !== "slow")) return [];
    const place = laneOfStation(site, key.slice(key.indexOf("|") + 1));
    if (place === null) return [];
    const stated = field(data, "factor");
    const slow = typeof stated === "number" ? stated : TOLD_SLOW;
    const station = site.stations.find(({ id }) => id === place.station);
    const planned = station?.ratePerHour ?? plannedOf(place.lane);
    const factor = state === "down" ? 0 : slow;
    return [{ ...place, perHour: factor * planned, planned, since: at, told: true }];
  });
}

/** Rates a minute as expected today, before the last half hour is looked at. */
function rateOf(state: ForecastState, plan: SitePlan, roster: Roster, name: Lane, now: number) {
  const lane = laneSeen(state, name);
  const rateAt = expectedRate(lane, name, roster, statedRate(plan.site, processOf(name)));
  const level = levelOf(lane, name, roster, now);
  return { lane, rateAt: (at: number): number => rateAt(at) * level };
}

/** Lanes that are slow now; what was told of a lane stands before what was measured of it. */
export function slowPaces(
  state: ForecastState,
  plan: SitePlan,
  floor: Floor,
  facts: StationFacts,
): Pace[] {
  const { now, roster } = floor;
  const plannedOf = (name: Lane): number =>
    floor.lanes.find((lane) => lane.name === name)?.capacity.plannedRate ?? 0;
  // in closed hours nothing is slow
  const saidSlow = told(facts, plan.site, plannedOf).filter(({ planned }) => planned > 0);
  const isTold = new Set(saidSlow.map(({ lane }) => lane));
  const found = floor.lanes.flatMap(({ name, process, waiting }) => {
    if (process === "allocate" || isTold.has(name)) return [];
    return measured(name, waiting, rateOf(state, plan, roster, name, now), now) ?? [];
  });
  return [...saidSlow, ...found];
}
