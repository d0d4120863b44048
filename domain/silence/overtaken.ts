/**
 * Overtaken: an order waits while others with a worse place in the queue go by. Long waits are normal on a full day; being passed is not. The place is that of
 * the order of work that the lane was found to follow.
 */
import { compareBy, type Discipline, type Ranked } from "../forecast/discipline.ts";
import { DAY_MS } from "../wall-clock.ts";

/** An order that finished a process. */
export type Finished = { at: number; ranked: Ranked };

const MOST_KEPT = 2_000;
const KEPT_MS = DAY_MS;
const LEAST = 10;
const LEAST_SHARE = 0.05;

/** Remembers the last that finished; bounded. */
export function keepFinished(kept: Finished[], one: Finished): void {
  kept.push(one);
  if (kept.length < 2 * MOST_KEPT) return;
  kept.splice(0, kept.length - MOST_KEPT);
}

export type Passed = { by: number; of: number };

/** Hands that take any order now and then pass one in ten; whom so many pass was passed unseen, or lies somewhere. */
const UNSEEN_SHARE = 0.25;
export const isUnseen = ({ by, of }: Passed): boolean => by >= UNSEEN_SHARE * of;

/** How many of a sorted list are worked before `one`, or at the same place. */
function placeOf(sorted: readonly Ranked[], one: Ranked, discipline: Discipline): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = sorted[middle];
    if (other !== undefined && compareBy(discipline, other, one) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Counts by place, each sum in a few steps. */
function createCounts(size: number) {
  const tree = new Int32Array(size + 1);
  return {
    add(place: number): void {
      for (let at = place + 1; at <= size; at += at & -at) tree[at] = (tree[at] ?? 0) + 1;
    },
    below(place: number): number {
      let sum = 0;
      for (let at = place; at > 0; at -= at & -at) sum += tree[at] ?? 0;
      return sum;
    },
  };
}

type Waiting = { ranked: Ranked; since: number };

/**
 * Those of the waiting that were overtaken: at least ten, and one of twenty, of those that finished since they came have a worse place. `waiting`: of one lane, not on
 * hold. Takes n log n for all of them.
 */
export function overtakenOf(
  waiting: readonly Waiting[],
  finished: readonly Finished[],
  discipline: Discipline,
  now: number,
): Map<string, Passed> {
  const recent = finished.filter(({ at }) => at > now - KEPT_MS).sort((a, b) => b.at - a.at);
  const sorted = recent.map((one) => one.ranked).sort((a, b) => compareBy(discipline, a, b));
  const places = new Map(sorted.map((ranked, place) => [ranked, place]));
  const counts = createCounts(sorted.length);
  const found = new Map<string, Passed>();
  let of = 0;
  for (const { ranked, since } of waiting.toSorted((a, b) => b.since - a.since)) {
    for (let next = recent[of]; next !== undefined && next.at >= since; next = recent[of]) {
      counts.add(places.get(next.ranked) ?? 0);
      of += 1;
    }
    const by = of - counts.below(placeOf(sorted, ranked, discipline));
    if (by >= Math.max(LEAST, LEAST_SHARE * of)) found.set(ranked.id, { by, of });
  }
  return found;
}

/** So many went on for each that waits: taken at random, one in twenty thousand would still be there. */
const TURNS = 10;

/** Those of the waiting that must have gone on, whatever the order of work; for a lane where it is not known. */
export function leftBehindOf(
  waiting: readonly Waiting[],
  finished: readonly Finished[],
  now: number,
): Map<string, Passed> {
  const recent = finished.filter(({ at }) => at > now - KEPT_MS).map(({ at }) => at);
  const found = new Map<string, Passed>();
  if (recent.length < TURNS * waiting.length) return found;
  for (const { ranked, since } of waiting) {
    const of = recent.filter((at) => at >= since).length;
    if (of >= TURNS * waiting.length) found.set(ranked.id, { by: of, of });
  }
  return found;
}
