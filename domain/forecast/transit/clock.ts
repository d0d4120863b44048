/**
 * A carrier's (or a shipper's) working time: each local day counts by its weekday's learned share of what is finished, a closed day like a Sunday at most. A
 * week without closed days is 7, so results read as days. Instants in epoch ms.
 */
import { DAY_MS, localDay, startOfDay, weekdayOf, type Day } from "../../wall-clock.ts";
import { lasting, type Leg, type TransitState, type Weekdays } from "./state.ts";

export type TransitCalendar = {
  /** IANA zone in which days are counted */
  zone: string;
  /** local dates on which carriers stand still, ascending */
  closed: readonly Day[];
};

export type WorkClock = {
  /** working days from a fixed moment long ago until `at` */
  worked(at: number): number;
  /** the instant at which that many are reached */
  instant(worked: number): number;
};

/** Before anything is learned. */
const EXPECTED: Record<Leg, readonly number[]> = {
  ready: [1, 1, 1, 1, 1, 0.35, 0.1],
  way: [1.1, 1, 1, 1, 1, 0.35, 0.05],
};
const TRUST_IN_EXPECTED = 60;
const PLENTY_OF_ENDS = 1500;
const WHOLE_WEEK_MS = 7 * DAY_MS;
const CLOSED_AT_MOST = 0.2;
const MONDAY_BEFORE_EPOCH: Day = -3;

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** Weights of the weekdays, together 7: counts blended with the parent's. */
function blended(counts: readonly number[], parent: readonly number[]): number[] {
  const scale = TRUST_IN_EXPECTED / total(parent);
  const mixed = parent.map((weight, index) => (counts[index] ?? 0) + weight * scale);
  const norm = 7 / total(mixed);
  return mixed.map((value) => value * norm);
}

/** Ends of a part of a week say nothing of the days that were not seen: all of them seem to rest. */
const isWhole = ({ since, at }: Weekdays): boolean =>
  since === undefined || at - since >= WHOLE_WEEK_MS;

const countsOf = (week: Weekdays | undefined): readonly number[] =>
  week !== undefined && isWhole(week) ? week.n : [];

/** Whether the way of a carrier was watched for a whole week: before, its days of rest are guesses. */
export function knowsWeek({ weekdays }: TransitState, carrier: string): boolean {
  const own = weekdays[`way|${carrier}`];
  return own !== undefined && isWhole(own);
}

export function weekOf(state: TransitState, leg: Leg, carrier: string): number[] {
  const week = blended(countsOf(state.weekdays[leg]), EXPECTED[leg]);
  return blended(countsOf(state.weekdays[`${leg}|${carrier}`]), week);
}

const isClosed = (calendar: TransitCalendar, day: Day): boolean => {
  const { closed } = calendar;
  const index = firstNotBefore(closed, day);
  return closed[index] === day;
};

/** How many of the ascending days lie before `day`. */
function firstNotBefore(days: readonly Day[], day: Day): number {
  let low = 0;
  let high = days.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((days[middle] ?? Infinity) < day) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** An end (hand-over or delivery) on a working day teaches the week. */
export function learnWeekday(
  state: TransitState,
  calendar: TransitCalendar,
  end: { leg: Leg; carrier: string; at: number },
): void {
  const day = localDay(calendar.zone, end.at);
  if (isClosed(calendar, day)) return;
  for (const key of [end.leg, `${end.leg}|${end.carrier}`]) {
    const week = (state.weekdays[key] ??= {
      at: end.at,
      n: [0, 0, 0, 0, 0, 0, 0],
      since: end.at,
    });
    const kept = lasting(total(week.n), week.at, end.at, PLENTY_OF_ENDS);
    week.n = week.n.map((count, index) => count * kept + (index === weekdayOf(day) - 1 ? 1 : 0));
    week.at = Math.max(week.at, end.at);
  }
}

export function workClock(week: readonly number[], calendar: TransitCalendar): WorkClock {
  const { zone, closed } = calendar;
  const weight = (day: Day): number => week[weekdayOf(day) - 1] ?? 0;
  const closedWeight = Math.min(CLOSED_AT_MOST, week[6] ?? 0);
  const before = [0];
  for (const value of week) before.push((before.at(-1) ?? 0) + value);
  const lost = [0];
  for (const day of closed) lost.push((lost.at(-1) ?? 0) + Math.max(0, weight(day) - closedWeight));
  const untilDay = (day: Day): number => {
    const index = weekdayOf(day) - 1;
    const monday = day - index - MONDAY_BEFORE_EPOCH;
    return monday + (before[index] ?? 0) - (lost[firstNotBefore(closed, day)] ?? 0);
  };
  const rate = (day: Day): number => untilDay(day + 1) - untilDay(day);
  return {
    worked(at) {
      const day = localDay(zone, at);
      const start = startOfDay(zone, day);
      const share = (at - start) / (startOfDay(zone, day + 1) - start);
      return untilDay(day) + share * rate(day);
    },
    instant(worked) {
      let day = Math.floor(worked) + MONDAY_BEFORE_EPOCH;
      while (untilDay(day) > worked) day -= 1;
      while (untilDay(day + 1) < worked) day += 1;
      const start = startOfDay(zone, day);
      const share = rate(day) > 0 ? (worked - untilDay(day)) / rate(day) : 0;
      return Math.round(start + share * (startOfDay(zone, day + 1) - start));
    },
  };
}
