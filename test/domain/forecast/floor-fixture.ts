/** A small site with four packers, and orders that wait for them. */
import { observe } from "../../../domain/forecast/observe.ts";
import { sitePlanOf, type ShiftPlan, type SitePlan } from "../../../domain/forecast/plan.ts";
import type { ForecastState, OpenOrder, Passage } from "../../../domain/forecast/state.ts";
import type { Site } from "../../../domain/site.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
/** Monday 2026-01-12, 06:00 in Berlin. */
export const MONDAY = Date.UTC(2026, 0, 12, 5);
/** hh:mm of that Monday */
export const at = (hour: number, minute = 0): number =>
  MONDAY + (hour - 6) * HOUR + minute * MINUTE;

const WEEK = [1, 2, 3, 4, 5];

export const SITE: Site = {
  id: "PACK1",
  name: "Packing hall",
  timeZone: "Europe/Berlin",
  stages: ["received", "allocated", "picked", "packed", "staged", "handed_over"],
  shifts: [{ days: WEEK, from: "06:00", to: "22:00" }],
  stations: [],
  carriers: [{ id: "A", pickups: [{ days: WEEK, at: "16:00" }] }],
  serviceLevels: [{ id: "A", carrier: "A", mode: "day", shipWithin: "P0D" }],
  stageBudgets: { received: "PT10M", allocated: "PT60M", picked: "PT40M", packed: "PT15M" },
  dockBuffer: "PT15M",
};

/** Four packers, plenty of everybody else. */
const SHIFTS: ShiftPlan = {
  heads: [
    { process: "pick", days: WEEK, from: "06:00", to: "22:00", heads: 10 },
    { process: "pack", days: WEEK, from: "06:00", to: "22:00", heads: 4 },
    { process: "stage", days: WEEK, from: "06:00", to: "22:00", heads: 5 },
  ],
};

export const PLAN: SitePlan = sitePlanOf(SITE, SHIFTS);
export const NO_PLAN: SitePlan = sitePlanOf(SITE);

/** D of the 16:00 truck. */
export const DEADLINE = at(15, 45);

export const anOrder = (number: number, more: Partial<OpenOrder> = {}): OpenOrder => ({
  id: `O${number}`,
  stage: "picked",
  stageSince: at(9),
  carrier: "A",
  deadline: DEADLINE,
  receivedAt: at(7) + number * 1000,
  hold: null,
  lines: 1,
  ...more,
});

export const manyOrders = (count: number, more: Partial<OpenOrder> = {}): OpenOrder[] =>
  Array.from({ length: count }, (_, number) => anOrder(number, more));

/** Orders done one after the other at a steady rate an hour, with work left behind each. */
export function done(
  process: Passage["process"],
  perHour: number,
  from: number,
  to: number,
): Passage[] {
  const passages: Passage[] = [];
  for (let moment = from; moment < to; moment += HOUR / perHour) {
    const common = { id: `${process}${moment}`, process, recordedAt: moment + 500 };
    passages.push({ ...common, kind: "started", at: moment - 2 * MINUTE });
    passages.push({ ...common, kind: "completed", at: moment, startedAt: moment - 2 * MINUTE });
  }
  return passages;
}

/** Lets a process work at a rate, with so many waiting all the time (0: it keeps up). */
export function work(
  state: ForecastState,
  process: Passage["process"],
  perHour: number,
  span: { from: number; to: number; waiting: number; plan?: SitePlan },
): void {
  for (const passage of done(process, perHour, span.from, span.to)) {
    const lane = state.lanes[process];
    if (lane !== undefined) lane.waiting = span.waiting + (passage.kind === "started" ? 1 : 0);
    observe(state, [passage], span.plan ?? PLAN, passage.recordedAt);
  }
  observe(state, [], span.plan ?? PLAN, span.to);
}
