/** One what-if worked out: all open orders twice, in steps between which everybody else has their turn. */
import { setImmediate as breath } from "node:timers/promises";
import { dockBufferMs } from "../../domain/calendar.ts";
import type { WhatIfChange } from "../../domain/contract/what-if.ts";
import { laneInWords } from "../../domain/forecast/explain.ts";
import type { Change } from "../../domain/forecast/floor.ts";
import { forecastInSteps, type Basis, type Forecast } from "../../domain/forecast/pass.ts";
import {
  asOfNow,
  blindInWords,
  changedCase,
  headsFor,
  isStale,
  tallyOf,
  turned,
  verdictInWords,
  type Case,
  type Move,
  type OrderChanges,
  type Tally,
} from "../../domain/forecast/what-if.ts";
import type { Known } from "./models.ts";

export type Simulated = {
  basis: Basis;
  before: Tally;
  after: Tally;
  saved: string[];
  lost: string[];
  words: string;
  notes: string[];
  /** of each case, in their order */
  p: { before: readonly Forecast[]; after: readonly Forecast[]; cases: readonly Case[] };
};

async function passOver(
  { state, plan }: Known,
  cases: readonly Case[],
  now: number,
  heads?: Change,
) {
  const orders = cases.map(({ order }) => order);
  const steps = forecastInSteps(state, orders, plan, now, heads);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await breath();
  }
}

const movesOf = (changes: readonly WhatIfChange[]): Move[] =>
  changes.flatMap((change): Move[] => {
    if (change.kind === "move")
      return [{ from: change.from, to: change.to, people: change.people }];
    return change.kind === "add" ? [{ to: change.process, people: change.people }] : [];
  });

function limitsOf(known: Known, basis: Basis, now: number): string[] {
  if (basis === "budgets")
    return ["Not enough history: the rates that the site file states are used."];
  return isStale(known.state, now)
    ? ["The forecast has not looked for half an hour: it does not know how the last one went."]
    : [];
}

export async function simulate(
  known: Known,
  cases: readonly Case[],
  changes: readonly WhatIfChange[],
  forOrders: OrderChanges,
  now: number,
): Promise<Simulated> {
  const as: Known = { ...known, state: asOfNow(known.state, now) };
  const dockMs = dockBufferMs(known.plan.site);
  const first = await passOver(as, cases, now);
  const { change, notes } = headsFor(movesOf(changes), first.floor, laneInWords);
  const changed = cases.map((one) => changedCase(one, forOrders, dockMs));
  await breath();
  const second = await passOver(as, changed, now, change);
  const before = tallyOf(cases, first.forecasts, now);
  const after = tallyOf(changed, second.forecasts, now);
  const { saved, lost } = turned(cases, first.forecasts, second.forecasts);
  return {
    basis: first.basis,
    before,
    after,
    saved,
    lost,
    words: verdictInWords(before, after, saved.length, lost.length),
    notes: [...notes, ...limitsOf(known, first.basis, now), ...blindInWords(cases, now)],
    p: { before: first.forecasts, after: second.forecasts, cases: changed },
  };
}
