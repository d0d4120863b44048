/**
 * How promises are kept: of the orders that were still open so many days before their promise, which share missed it? By everything, service, destination and lane,
 * decayed counts, each pulled towards the coarser one. Where goods are delivered by appointment this says more than any duration.
 */
import { DAY_MS } from "../../wall-clock.ts";
import { lasting, type Keeping, type TransitOrder, type TransitState } from "./state.ts";

/** Lower edges, in days before the promise, of what arrived in time. */
const EDGES = [0, 1, 2, 3, 4, 5, 6, 7, 9, 11, 14, 18, 23, 30, 40, 60, 90, 150] as const;
const WIDEST = 300;
const PLENTY = 1000;
const MISSED_AT_FIRST = 0.1;
const TRUST = { all: 20, service: 20, destination: 15, lane: 10 } as const;

type Part = { key: string; trust: number };

function partsOf({ carrier, service, from, to }: TransitOrder): Part[] {
  const own = `${carrier}|${service}`;
  const parts: Part[] = [
    { key: "", trust: TRUST.all },
    { key: own, trust: TRUST.service },
  ];
  if (to !== undefined) parts.push({ key: `${own}|>${to}`, trust: TRUST.destination });
  if (to !== undefined && from !== undefined)
    parts.push({ key: `${own}|${from}>${to}`, trust: TRUST.lane });
  return parts;
}

const edge = (index: number): number => EDGES[index] ?? WIDEST;

/** The bin of what arrived that many days early. */
function binOf(days: number): number {
  let bin = 0;
  while (bin < EDGES.length - 1 && edge(bin + 1) <= days) bin += 1;
  return bin;
}

/** Arrived (`earlyMs` before the promise, negative = late), or given up (`-Infinity`). */
export function learnKeeping(
  state: TransitState,
  order: TransitOrder,
  end: { earlyMs: number; at: number },
): void {
  const bin = binOf(end.earlyMs / DAY_MS);
  const make = (): Keeping => ({ at: end.at, n: 0, missed: 0, early: EDGES.map(() => 0) });
  for (const { key } of partsOf(order)) {
    const keeping = (state.keeping[key] ??= make());
    const kept = lasting(keeping.n, keeping.at, end.at, PLENTY);
    const isMissed = end.earlyMs < 0;
    keeping.n = keeping.n * kept + 1;
    keeping.missed = keeping.missed * kept + (isMissed ? 1 : 0);
    keeping.early = keeping.early.map(
      (count, index) => count * kept + (!isMissed && index === bin ? 1 : 0),
    );
    keeping.at = Math.max(keeping.at, end.at);
  }
}

/** Those of a part that arrived in time, but later than `days` before the promise. */
function inTimeWithin({ early }: Keeping, days: number): number {
  let sum = 0;
  for (const [index, count] of early.entries()) {
    const from = edge(index);
    if (from >= days) break;
    sum += count * Math.min(1, (days - from) / (edge(index + 1) - from));
  }
  return sum;
}

/** Share of the orders open `slackMs` before their promise that miss it. */
export function missShare(
  state: TransitState,
  order: TransitOrder,
  slackMs: number,
  now: number,
): number {
  let share = MISSED_AT_FIRST;
  for (const { key, trust } of partsOf(order)) {
    const keeping = state.keeping[key];
    if (keeping === undefined) continue;
    const kept = lasting(keeping.n, keeping.at, now, PLENTY);
    const missed = keeping.missed * kept;
    const open = missed + inTimeWithin(keeping, slackMs / DAY_MS) * kept;
    share = (missed + trust * share) / (open + trust);
  }
  return share;
}
