/** Everything of a board that is added up rather than versioned, moved by each commit's differences. */
import { dayOf } from "./keys.ts";
import type { Change, SiteFact } from "./stored.ts";

/** Days of counters that are held: what live metrics and trends look back over. */
export const COUNTER_DAYS = 4;

export type BoardSums = {
  cursor: string;
  /** UTC day -> counter -> number */
  counters: Map<string, Map<string, number>>;
  totals: Map<string, number>;
  sources: Map<string, number>;
  facts: Map<string, SiteFact>;
  dead: number;
  waiting: number;
};

export const noSums = (): BoardSums => ({
  cursor: "0-0",
  counters: new Map(),
  totals: new Map(),
  sources: new Map(),
  facts: new Map(),
  dead: 0,
  waiting: 0,
});

function addAll(sums: Map<string, number>, by: Record<string, number>): void {
  for (const [field, amount] of Object.entries(by))
    sums.set(field, (sums.get(field) ?? 0) + amount);
}

/** Days further back were never read: a late event moves them in the store alone. */
function addCounters(sums: BoardSums, { at, counters }: Change): void {
  const oldest = dayOf(at) - COUNTER_DAYS;
  for (const [day, by] of Object.entries(counters)) {
    if (Number(day) < oldest) continue;
    const known = sums.counters.get(day) ?? new Map<string, number>();
    sums.counters.set(day, known);
    addAll(known, by);
  }
  for (const day of sums.counters.keys()) if (Number(day) < oldest) sums.counters.delete(day);
}

export function addChange(sums: BoardSums, change: Change): void {
  addCounters(sums, change);
  addAll(sums.totals, change.totals);
  for (const [source, at] of Object.entries(change.sources))
    sums.sources.set(source, Math.max(at, sums.sources.get(source) ?? 0));
  for (const [key, fact] of Object.entries(change.facts)) sums.facts.set(key, fact);
  sums.dead = change.dead;
  sums.waiting = change.waiting;
}
