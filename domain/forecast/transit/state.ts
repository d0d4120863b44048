/**
 * What the model of transit remembers: plain JSON of decayed counts and sums, changed in place by its owner. No order is kept in it, so its size follows the number
 * of lanes and shippers (bounded), not of orders.
 *
 * Two legs: `ready` from placing to hand-over, `way` from hand-over to delivery. A site that never scans the hand-over hands in orders whose way begins when they
 * are placed.
 */
import { createBlend, type Blend } from "./blend.ts";
import { emptyCalibration, type CalibrationState } from "../calibration.ts";
import { DAY_MS } from "../../wall-clock.ts";

export type Leg = "ready" | "way";

/** What the model may know of an order: nothing in it is known later than the moment it is asked at. Instants in epoch ms. */
export type TransitOrder = {
  carrier: string;
  service: string;
  /** region it leaves from, region and finer area it goes to, as the addresses say */
  from?: string | undefined;
  to?: string | undefined;
  toArea?: string | undefined;
  /** who hands it over: a seller, or the site itself */
  shipper?: string | undefined;
  placedAt: number;
  shipBy?: number | undefined;
  deliverBy: number;
  handedOverAt?: number | undefined;
};

/**
 * Decayed count `n`, sum `y` of log working days, sum `x` of log promised days; true at `at`. Beside them what the last weeks say (half-life 28 days): `lately` cases, and by how
 * much they were off (sum of logs).
 */
export type Sum = {
  at: number;
  n: number;
  y: number;
  x: number;
  lately: number;
  off: number;
};
/** Decayed counts of ln(actual / typical) in bins; the last holds what never came. */
export type Spread = { at: number; n: number; bins: number[] };
/** Decayed count of ends by weekday, Monday first; `since`: the first of them, where it is known. */
export type Weekdays = { at: number; n: number[]; since?: number };
/** Decayed deliveries seen, and `n` expected, of the orders that were under way. */
export type Flow = { at: number; seen: number; n: number };
/** Decayed ends: how many missed their promise, and how many days early the others came (bins of `keeping.ts`). */
export type Keeping = { at: number; n: number; missed: number; early: number[] };
export type Slope = { at: number; xy: number; xx: number };
export type TransitState = {
  version: 1;
  sums: Record<string, Sum>;
  slopes: Record<Leg, Slope>;
  spreads: Record<string, Spread>;
  weekdays: Record<string, Weekdays>;
  flows: Record<string, Flow>;
  /** until when the orders under way were counted */
  flowAt: number;
  gaps: Record<string, Spread>;
  keeping: Record<string, Keeping>;
  blend: Blend;
  /** forecasts and what came true, until `calibratedOn` (whole days since 1970) */
  calibration: CalibrationState;
  calibratedOn: number;
};

export const createTransitState = (): TransitState => ({
  version: 1,
  sums: {},
  slopes: { ready: { at: 0, xy: 0, xx: 0 }, way: { at: 0, xy: 0, xx: 0 } },
  spreads: {},
  weekdays: {},
  flows: {},
  flowAt: 0,
  gaps: {},
  keeping: {},
  blend: createBlend(),
  calibration: emptyCalibration(),
  calibratedOn: 0,
});

export const HALF_LIFE_MS = 28 * DAY_MS;
const LEAN_HALF_LIFE_MS = 120 * DAY_MS;

/** What is left after that long at a half-life; time never runs backwards here. */
export const fade = (from: number, to: number, halfLifeMs: number): number =>
  to <= from ? 1 : 2 ** (-(to - from) / halfLifeMs);

/**
 * Half-life 28 days, where there is plenty; who knows fewer than `plenty` cases forgets slowly (120 days). On 10 orders a day a half-life of 28 days leaves most
 * lanes with one or two cases.
 */
export const lasting = (n: number, from: number, to: number, plenty: number): number =>
  fade(from, to, n > plenty ? HALF_LIFE_MS : LEAN_HALF_LIFE_MS);

/** Most entries kept of each kind: some thousand lanes. */
const MOST_KEPT = { sums: 5000, spreads: 500, flows: 2000, gaps: 2000, keeping: 2000 } as const;

/** Keeps the weightiest entries, the same ones whatever order they came in. */
function bound(kept: Record<string, { n: number }>, most: number): void {
  const keys = Object.keys(kept);
  if (keys.length <= most) return;
  const weightOf = (key: string): number => kept[key]?.n ?? 0;
  const ranked = keys.sort((a, b) => weightOf(b) - weightOf(a) || (a < b ? -1 : 1));
  for (const key of ranked.slice(most)) delete kept[key];
}

/** Once a day: the lanes with the least history go. */
export function tidy(state: TransitState): void {
  bound(state.sums, MOST_KEPT.sums);
  bound(state.spreads, MOST_KEPT.spreads);
  bound(state.flows, MOST_KEPT.flows);
  bound(state.gaps, MOST_KEPT.gaps);
  bound(state.keeping, MOST_KEPT.keeping);
}
