/** When orders come: a Poisson process whose rate follows the hour, the weekday, the day's luck and surges, by thinning; drawn hour by hour. */
import type { Incident, Plan } from "./model.ts";
import { HOUR, localTimeOf } from "./local-time.ts";
import { diceOf, type Dice, exponential, logNormal, throwDice } from "./random.ts";

/** Orders of a large marketplace by hour of the day, and by weekday from Monday (99,441 in all). */
export const HOURLY = [
  2394, 1170, 510, 272, 206, 188, 502, 1231, 2967, 4785, 6177, 6578, 5995, 6518, 6569, 6454, 6675,
  6150, 5769, 5982, 6193, 6217, 5816, 4123,
];
export const DAILY = [16196, 15963, 15552, 14761, 14122, 10887, 11960];

const sum = (counts: readonly number[]): number =>
  counts.reduce((total, count) => total + count, 0);
const HOUR_SUM = sum(HOURLY);
const DAY_MEAN = sum(DAILY) / 7;

/** Share of a day's orders that come in this local hour. */
const hourShare = (flatness: number, hour: number): number =>
  flatness / 24 + ((1 - flatness) * (HOURLY[hour] ?? 0)) / HOUR_SUM;

/** A weekday's orders, as a multiple of the mean day. */
const dayFactor = (flatness: number, weekday: number): number =>
  flatness + ((1 - flatness) * (DAILY[weekday - 1] ?? DAY_MEAN)) / DAY_MEAN;

const dayLuck = (plan: Plan, day: number): number =>
  logNormal(diceOf(plan.seed, "day", plan.site.id, day), 1, 0.15);

/** Expected orders an hour at that moment, without surges. */
export function rateAt(plan: Plan, at: number): number {
  const { flatness, mondayFactor, viral } = plan.preset;
  const { day, weekday, minute } = localTimeOf(plan.zone, at);
  const monday = weekday === 1 ? mondayFactor : 1;
  const firstDay = localTimeOf(plan.zone, plan.startsAt).day;
  const special = viral !== null && day === firstDay + viral.day ? viral.factor : 1;
  const share = hourShare(flatness, Math.floor(minute / 60));
  return (
    plan.profile.volume *
    share *
    dayFactor(flatness, weekday) *
    dayLuck(plan, day) *
    monday *
    special
  );
}

/** Moments of `[from, from + 1 h)` at which orders come, by thinning a steady process of the rate `most` an hour. */
function thinned(dice: Dice, from: number, most: number, rate: (at: number) => number): number[] {
  const moments: number[] = [];
  if (most <= 0) return moments;
  for (let at = exponential(dice, HOUR / most); at < HOUR; at += exponential(dice, HOUR / most)) {
    const moment = Math.floor(from + at);
    if (throwDice(dice) * most < rate(moment)) moments.push(moment);
  }
  return moments;
}

/** The usual orders of an hour; `from` is a whole hour. */
export function usualArrivals(plan: Plan, from: number): number[] {
  const dice = diceOf(plan.seed, "arrivals", plan.site.id, from / HOUR);
  // a zone with a half-hour offset changes its rate in the middle
  const [early, late] = [rateAt(plan, from), rateAt(plan, from + HOUR - 1)];
  const rate = (at: number): number => (at - from < HOUR / 2 ? early : late);
  return thinned(dice, from, Math.max(early, late), rate);
}

/** What a surge adds in an hour: a process of its own, so that the usual orders stay the same without it. */
export function surgeArrivals(plan: Plan, surge: Incident, from: number): number[] {
  const dice = diceOf(plan.seed, "surge", surge.id, from / HOUR);
  const extra = (surge.factor ?? 1) - 1;
  const usual = Math.max(rateAt(plan, from), rateAt(plan, from + HOUR - 1));
  return thinned(dice, from, usual * extra, (at) => {
    if (at < surge.start || at >= surge.end) return 0;
    return usual * extra * Math.exp(-(at - surge.start) / HOUR);
  });
}
