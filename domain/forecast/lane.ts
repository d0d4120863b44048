/** What is remembered of a lane, and the counting of what was done there. */
import { SLOTS_A_DAY, SLOTS_A_WEEK, SLOT_MS, slotAt } from "./grid.ts";
import { MINUTE_MS } from "../wall-clock.ts";

/** Plain and serializable. Rates of the profile are units in a half hour; 0 = not seen. */
export type LaneState = {
  /** units an hour of one planned head; null until a planned half hour was seen */
  perHead: number | null;
  /** busy half hours that `perHead` has learned from */
  learned: number;
  /** by half hour of the week: output when busy, and the most seen when not */
  busy: number[];
  floor: number[];
  /** busy half hours that each entry of `busy` has learned from */
  weeks: number[];
  /** by half hour of the day, busy or else the most seen, over all weekdays */
  daily: number[];
  /** over all busy half hours */
  mean: number;
  /** mean time from start scan to completion, ms; 0 = no start scans seen */
  touchMs: number;
  /** orders that wait now: set by each pass, moved by what is told in between */
  waiting: number;
  /** share of completions that had a start scan */
  startShare: number;
  /** half hours not learned from yet: [slot, completions, completions that left work waiting] */
  open: [number, number, number][];
  /** busy half hours of the day, older ones fading: what was done and what was expected */
  today: { day: number; done: number; expected: number };
  /** by weekday, 0 = Monday: how such days end against what is expected of them, 1 = as expected; absent until one ended */
  habit?: number[];
  /** last hour in steps of 5 minutes: [step, completions, of which left work waiting] */
  recent: [number, number, number][];
  /** by half hour of the week in which the calendar says closed: what was done all the same, fading; absent where nothing ever was */
  outside?: number[];
};

export const emptyLane = (): LaneState => ({
  perHead: null,
  learned: 0,
  busy: Array.from({ length: SLOTS_A_WEEK }, () => 0),
  floor: Array.from({ length: SLOTS_A_WEEK }, () => 0),
  weeks: Array.from({ length: SLOTS_A_WEEK }, () => 0),
  daily: Array.from({ length: SLOTS_A_DAY }, () => 0),
  mean: 0,
  touchMs: 0,
  waiting: 0,
  startShare: 0,
  open: [],
  today: { day: 0, done: 0, expected: 0 },
  recent: [],
});

/** Completions of the last hour are counted in steps. */
export const STEP_MS = 5 * MINUTE_MS;
const RECENT_STEPS = 12;
/** What is told later than this after its half hour does not count for it any more. */
export const GRACE_MS = 3 * MINUTE_MS;

function bump(list: [number, number, number][], index: number, left: number): void {
  const entry = list.find(([known]) => known === index);
  if (entry === undefined) list.push([index, 1, left]);
  else {
    entry[1] += 1;
    entry[2] += left;
  }
}

/** Counts a completion at `at`; `now` is when it was told. More than `idleBelow` orders must wait for the lane to be busy. */
export function countCompletion(lane: LaneState, at: number, now: number, idleBelow: number): void {
  const left = lane.waiting > idleBelow ? 1 : 0;
  if (now - (slotAt(at) + 1) * SLOT_MS <= GRACE_MS) bump(lane.open, slotAt(at), left);
  const step = Math.floor(at / STEP_MS);
  const oldest = Math.floor(now / STEP_MS) - RECENT_STEPS;
  if (step >= oldest) bump(lane.recent, step, left);
  if ((lane.recent[0]?.[0] ?? oldest) < oldest) {
    lane.recent = lane.recent.filter(([known]) => known >= oldest);
  }
}

/** So many completions show something. */
export const BUSY_COMPLETIONS = 3;
const BUSY_SHARE = 0.8;
/** Work was waiting all the time: nearly every completion left some. */
export const leftWork = (done: number, left: number): boolean =>
  done >= BUSY_COMPLETIONS && left >= BUSY_SHARE * done;

/** Completions since `from`, and those of them that left work waiting. */
export function recentOf(
  lane: LaneState,
  from: number,
  now: number,
): { done: number; left: number } {
  const counted = lane.recent.filter(([step]) => step * STEP_MS >= from && step * STEP_MS < now);
  return {
    done: counted.reduce((sum, [, done]) => sum + done, 0),
    left: counted.reduce((sum, [, , left]) => sum + left, 0),
  };
}

/** A half hour of the week that was seen once says more of itself than the same half hour of other days does. */
const SLOT_PSEUDO = 0.2;

/** Units in a half hour of the week by the learned profile; 0 when nothing was seen. */
export function usualUnits(lane: LaneState, week: number): number {
  const fallback = (lane.daily[week % SLOTS_A_DAY] ?? 0) || lane.mean;
  const weeks = lane.weeks[week] ?? 0;
  const own = weeks / (weeks + SLOT_PSEUDO);
  const busy = lane.busy[week] ?? 0;
  const blended = weeks === 0 ? fallback : own * busy + (1 - own) * fallback;
  return Math.max(blended, lane.floor[week] ?? 0);
}
