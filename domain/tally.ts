/**
 * The sums of one turn: what its orders counted for before is taken back, what they count for now is added. A new event mostly adds one visit at the end of a
 * long way, so what both ways share is not counted. Fields are whole numbers while they are summed; they get their names (`contribution.ts`) at the end, once each.
 */
import {
  BUCKET_MS,
  dwellField,
  flowField,
  isUnscannedHandOver,
  type Contribution,
  type Counted,
  type Visit,
} from "./contribution.ts";
import { binOf } from "./dwell.ts";
import { STAGES, STAGE_PLACE, type Stage } from "./stages.ts";
import { DAY_MS, HOUR_MS } from "./wall-clock.ts";

export type Tally = {
  move: (before: Counted, after: Counted) => void;
  /** the sums so far, zeros left out */
  named: () => Contribution;
};

type Sums = Map<number, number>;
/** `flow`: (bucket * stages + stage) * 2, and 1 more for out; `dwell`: (group * 24 + hour) * bins + bin */
type DaySums = { flow: Sums; dwell: Sums };

/** More than any span of time fills. */
const BINS = 512;

/** Stages that share a dwell, by number: single ones first, then those that were met together. */
const groups: string[] = [...STAGES];
const groupNumbers = new Map<string, number>();

function groupOf(stage: Stage, skipped: readonly Stage[]): number {
  if (skipped.length === 0) return STAGE_PLACE[stage];
  const name = [stage, ...skipped].join("+");
  const known = groupNumbers.get(name);
  if (known !== undefined) return known;
  groupNumbers.set(name, groups.length);
  return groups.push(name) - 1;
}

const add = (sums: Sums, field: number, by: number): void => {
  sums.set(field, (sums.get(field) ?? 0) + by);
};

function nameDay({ flow, dwell }: DaySums): Record<string, number> {
  const fields: Record<string, number> = {};
  for (const [field, sum] of flow) {
    const [bucket, stage] = [Math.floor(field / 2 / STAGES.length), (field >> 1) % STAGES.length];
    const way = field % 2 === 0 ? "in" : "out";
    if (sum !== 0) fields[flowField(bucket, way, STAGES[stage] ?? "")] = sum;
  }
  for (const [field, sum] of dwell) {
    const hours = Math.floor(field / BINS);
    const group = groups[Math.floor(hours / 24)] ?? "";
    if (sum !== 0) fields[dwellField(hours % 24, group, field % BINS)] = sum;
  }
  return fields;
}

function isSameWay(a: readonly Stage[], b: readonly Stage[]): boolean {
  if (a === b) return true;
  return a.length === b.length && a.every((stage, place) => stage === b[place]);
}

const isSameVisit = (a: Visit | undefined, b: Visit | undefined): boolean =>
  a !== undefined &&
  b !== undefined &&
  a.at === b.at &&
  a.stage === b.stage &&
  isSameWay(a.skipped, b.skipped);

/** How many visits both ways begin with. */
function sharedOf(before: readonly Visit[], after: readonly Visit[]): number {
  let shared = 0;
  while (isSameVisit(before[shared], after[shared])) shared += 1;
  return shared;
}

export function createTally(): Tally {
  const days = new Map<number, DaySums>();
  const totals = new Map<string, number>();

  function sumsOf(day: number): DaySums {
    const known = days.get(day);
    if (known !== undefined) return known;
    const made: DaySums = { flow: new Map(), dwell: new Map() };
    days.set(day, made);
    return made;
  }

  function countVisit(visit: Visit, last: Visit | undefined, by: number): void {
    const { stage, at, skipped } = visit;
    const day = Math.floor(at / DAY_MS);
    const into = at - day * DAY_MS;
    const { flow, dwell } = sumsOf(day);
    const bucket = Math.floor(into / BUCKET_MS) * STAGES.length;
    add(flow, (bucket + STAGE_PLACE[stage]) * 2, by);
    if (last === undefined) return;
    add(flow, (bucket + STAGE_PLACE[last.stage]) * 2 + 1, by);
    if (isUnscannedHandOver(visit, last)) {
      add(flow, (bucket + STAGE_PLACE.handed_over) * 2, by);
      add(flow, (bucket + STAGE_PLACE.handed_over) * 2 + 1, by);
    }
    const hours = groupOf(last.stage, skipped) * 24 + Math.floor(into / HOUR_MS);
    add(dwell, hours * BINS + binOf(Math.max(0, at - last.at)), by);
  }

  function countWay(visits: readonly Visit[], from: number, by: number): void {
    for (let place = from; place < visits.length; place++) {
      const visit = visits[place];
      if (visit !== undefined) countVisit(visit, visits[place - 1], by);
    }
  }

  function countTotals(names: readonly string[], by: number): void {
    for (const name of names) totals.set(name, (totals.get(name) ?? 0) + by);
  }

  return {
    move: (before, after) => {
      const shared = sharedOf(before.visits, after.visits);
      countWay(before.visits, shared, -1);
      countWay(after.visits, shared, 1);
      countTotals(before.totals, -1);
      countTotals(after.totals, 1);
    },
    named: () => {
      const counters: Contribution["counters"] = {};
      for (const [day, sums] of days) {
        const fields = nameDay(sums);
        if (Object.keys(fields).length > 0) counters[day] = fields;
      }
      return { counters, totals: Object.fromEntries([...totals].filter(([, sum]) => sum !== 0)) };
    },
  };
}
