/**
 * When is "no scan" news: the gaps between a parcel's scans, by carrier and service and then by lane, in the carrier's working days, and the gap that 95 or 99 of 100
 * stay below. A lane with few gaps leans on its service, a new service on a wide guess.
 */
import { workClock, weekOf, type TransitCalendar } from "./clock.ts";
import {
  blendShares,
  learnSpread,
  sharesOf,
  survivalOf,
  upperTail,
  type Shares,
} from "./spread.ts";
import type { TransitState } from "./state.ts";

/** `first`: loaded or handed over until the carrier's first scan. `next`: from one carrier scan to the next. */
export type ScanGap = {
  kind: "first" | "next";
  carrier: string;
  service: string;
  from?: string | undefined;
  to?: string | undefined;
  /** epoch ms of the scan (or hand-over) that the gap begins at */
  since: number;
};

const TRUST = { service: 20, lane: 40 } as const;
const SHORTEST_DAYS = 0.02;
/** Before anything is learned: a day and a half in the middle, 5 % over a week. */
const START: Shares = sharesOf((ratio) => upperTail((ratio - Math.log(1.5)) / 0.95));

const serviceKey = ({ kind, carrier, service }: ScanGap): string => `${kind}|${carrier}|${service}`;
const laneKey = (gap: ScanGap): string | undefined =>
  gap.to === undefined ? undefined : `${serviceKey(gap)}|${gap.from ?? ""}>${gap.to}`;

const clockOf = (state: TransitState, calendar: TransitCalendar, gap: ScanGap) =>
  workClock(weekOf(state, "way", gap.carrier), calendar);

/** The next scan came at `at`. */
export function observeScan(
  state: TransitState,
  calendar: TransitCalendar,
  gap: ScanGap,
  at: number,
): void {
  if (at <= gap.since) return;
  const clock = clockOf(state, calendar, gap);
  const worked = Math.max(SHORTEST_DAYS, clock.worked(at) - clock.worked(gap.since));
  const lane = laneKey(gap);
  for (const key of lane === undefined ? [serviceKey(gap)] : [serviceKey(gap), lane])
    learnSpread(state.gaps, key, { ratio: Math.log(worked), at });
}

/** After that many ms without a scan a parcel is silent: fewer than `1 - quantile` of the gaps are longer. */
export function silentAfterMs(
  state: TransitState,
  calendar: TransitCalendar,
  gap: ScanGap,
  quantile = 0.95,
): number {
  const service = blendShares(state.gaps[serviceKey(gap)], START, TRUST.service);
  const lane = laneKey(gap);
  const shares = lane === undefined ? service : blendShares(state.gaps[lane], service, TRUST.lane);
  const days = Math.exp(survivalOf(shares).reach(1 - quantile));
  const clock = clockOf(state, calendar, gap);
  return clock.instant(clock.worked(gap.since) + days) - gap.since;
}
