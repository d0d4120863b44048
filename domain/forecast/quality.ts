/**
 * How good the forecasts were, so that anyone can read it: how often we were right (what was shown against what came), by how much (expected against real
 * time) and how early (from alarm to deadline). What was shown of an order waits here until its end is known; the report adds up days.
 *
 * Plain JSON, kept with the forecast's own state; what was shown is counted as it was shown, after calibration.
 */

/** Probabilities shown are counted in so many equal steps. */
const BINS = 20;
/** Errors of the expected time, in minutes: the upper ends of the classes; the last is open. */
export const ERROR_MINUTES = [5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720] as const;
const LEAD_MINUTES = [15, 30, 60, 90, 120, 180, 240, 360, 480, 720, 960] as const;
const KEPT_DAYS = 400;
const MOST_WAITING = 20_000;
const MINUTE_MS = 60_000;

/** What was shown of one order so far. */
type Shown = {
  deadline: number;
  /** looks by step of the probability, and the sums that a squared error needs */
  bins: Record<string, number>;
  /** by step, the sum of what was shown; absent where it was begun by a version that did not keep it */
  said?: Record<string, number>;
  n: number;
  sum: number;
  squares: number;
  /** expected ready times: first of each process, with when it was said */
  expected: { at: number; eta: number }[];
  raisedAt: number | null;
};

/** Sums of one local day, by the day of the deadline. */
export type QualityDay = {
  orders: number;
  missed: number;
  looks: number;
  /** by step: looks, looks at orders that then missed, sum of what was shown */
  shown: number[];
  hit: number[];
  said: number[];
  squaredError: number;
  errorCounts: number[];
  absoluteMinutes: number;
  remainingMinutes: number;
  etas: number;
  alarms: { right: number; wrong: number; silent: number };
  leadCounts: number[];
};

export type QualityState = {
  waiting: Record<string, Shown>;
  days: Record<string, QualityDay>;
};

export const emptyQuality = (): QualityState => ({ waiting: {}, days: {} });

const zeros = (length: number): number[] => Array.from({ length }, () => 0);

const emptyDay = (): QualityDay => ({
  orders: 0,
  missed: 0,
  looks: 0,
  shown: zeros(BINS),
  hit: zeros(BINS),
  said: zeros(BINS),
  squaredError: 0,
  errorCounts: zeros(ERROR_MINUTES.length + 1),
  absoluteMinutes: 0,
  remainingMinutes: 0,
  etas: 0,
  alarms: { right: 0, wrong: 0, silent: 0 },
  leadCounts: zeros(LEAD_MINUTES.length + 1),
});

const add = (counts: number[], place: number, by: number): void => {
  counts[place] = (counts[place] ?? 0) + by;
};

const binOf = (p: number): number => Math.min(BINS - 1, Math.max(0, Math.floor(p * BINS)));

const classOf = (ends: readonly number[], minutes: number): number => {
  const place = ends.findIndex((end) => minutes <= end);
  return place === -1 ? ends.length : place;
};

/** What was shown of an order before its deadline, and whether its alarm was raised. */
export type Look = {
  id: string;
  p: number;
  eta: number | null;
  deadline: number;
  isRaised: boolean;
};

/** One look at all orders, or at some. Changes the state in place. */
export function noteAllShown(state: QualityState, looks: readonly Look[], now: number): void {
  let free = MOST_WAITING - Object.keys(state.waiting).length;
  for (const look of looks) {
    if (now > look.deadline) continue;
    const isKnown = state.waiting[look.id] !== undefined;
    if (!isKnown && free <= 0) continue;
    if (!isKnown) free -= 1;
    noteShown(state, look, now);
  }
}

/** One look at one order. */
export function noteShown(state: QualityState, look: Look, now: number): void {
  const { id, p, eta, deadline, isRaised } = look;
  if (now > deadline) return;
  const shown = (state.waiting[id] ??= {
    deadline,
    bins: {},
    said: {},
    n: 0,
    sum: 0,
    squares: 0,
    expected: [],
    raisedAt: null,
  });
  const bin = binOf(p);
  shown.bins[bin] = (shown.bins[bin] ?? 0) + 1;
  if (shown.said !== undefined) shown.said[bin] = (shown.said[bin] ?? 0) + p;
  shown.n += 1;
  shown.sum += p;
  shown.squares += p * p;
  if (eta !== null && shown.expected.length < 8) shown.expected.push({ at: now, eta });
  if (isRaised) shown.raisedAt ??= now;
}

/** An order whose promise changed or that was cancelled is no evidence. */
export function dropShown(state: QualityState, id: string): void {
  delete state.waiting[id];
}

function countLooks(day: QualityDay, shown: Shown, missed: boolean): void {
  const y = missed ? 1 : 0;
  day.orders += 1;
  day.missed += y;
  day.looks += shown.n;
  day.squaredError += shown.squares - 2 * y * shown.sum + shown.n * y;
  const middle = (bin: number): number => (bin + 0.5) / BINS;
  for (const [name, count] of Object.entries(shown.bins)) {
    const bin = Number(name);
    add(day.shown, bin, count);
    if (missed) add(day.hit, bin, count);
    add(day.said, bin, shown.said?.[name] ?? count * middle(bin));
  }
}

function countErrors(day: QualityDay, shown: Shown, readyAt: number): void {
  for (const { at, eta } of shown.expected) {
    const minutes = Math.abs(eta - readyAt) / MINUTE_MS;
    add(day.errorCounts, classOf(ERROR_MINUTES, minutes), 1);
    day.absoluteMinutes += minutes;
    day.remainingMinutes += Math.max(0, readyAt - at) / MINUTE_MS;
    day.etas += 1;
  }
}

function countAlarm(day: QualityDay, { raisedAt, deadline }: Shown, missed: boolean): void {
  if (raisedAt === null) {
    if (missed) day.alarms.silent += 1;
    return;
  }
  day.alarms[missed ? "right" : "wrong"] += 1;
  if (missed) add(day.leadCounts, classOf(LEAD_MINUTES, (deadline - raisedAt) / MINUTE_MS), 1);
}

/** How an order stood to its alarm: what the counts of alarms and misses are counts of. */
export type Judged = {
  order: string;
  /** the day it counts for */
  day: string;
  deadline: number;
  /** null: no alarm was raised before its deadline */
  raisedAt: number | null;
  /** null: not ready yet when its deadline had passed */
  readyAt: number | null;
  isMissed: boolean;
};

/**
 * The end of an order: ready in time, late, or (`readyAt` null) still not ready after its deadline. `day` is the local date of the deadline. Changes the state
 * in place; an order of which nothing was shown counts nowhere, and null is returned.
 */
export function noteEnd(
  state: QualityState,
  id: string,
  readyAt: number | null,
  day: string,
): Judged | null {
  const shown = state.waiting[id];
  if (shown === undefined) return null;
  delete state.waiting[id];
  const sums = (state.days[day] ??= emptyDay());
  const missed = readyAt === null || readyAt > shown.deadline;
  countLooks(sums, shown, missed);
  if (readyAt !== null) countErrors(sums, shown, readyAt);
  countAlarm(sums, shown, missed);
  const days = Object.keys(state.days).sort();
  for (const old of days.slice(0, Math.max(0, days.length - KEPT_DAYS))) delete state.days[old];
  const { deadline, raisedAt } = shown;
  return { order: id, day, deadline, raisedAt, readyAt, isMissed: missed };
}

export type QualityReport = {
  orders: number;
  missed: number;
  /** part of the orders that missed */
  baseRate: number | null;
  /** mean squared error of what was shown, and that of always saying the base rate */
  brier: number | null;
  baseBrier: number | null;
  /** mean distance between shown and seen, weighed by looks */
  calibrationError: number | null;
  /** chance that an order that missed was shown a higher probability than one that did not */
  auc: number | null;
  /** steps of what was shown with what was seen; `n` looks */
  bins: { from: number; to: number; shown: number | null; seen: number | null; n: number }[];
  /** minutes between expected and real: median class, and mean error over mean remaining time */
  etaErrorMinutes: number | null;
  etaRelativeError: number | null;
  alarms: {
    right: number;
    wrong: number;
    silent: number;
    precision: number | null;
    recall: number | null;
  };
  /** minutes from alarm to deadline of the alarms that were right: median class */
  leadMinutes: number | null;
};

const ratio = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);

/** Upper end of the class in which the middle one lies. */
function medianClass(counts: readonly number[], ends: readonly number[]): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let seen = 0;
  const place = counts.findIndex((count) => (seen += count) * 2 >= total);
  return ends[Math.min(place, ends.length - 1)] ?? null;
}

/** Area under the curve from counted steps; what falls into one step counts half. */
function aucOf(shown: readonly number[], hit: readonly number[]): number | null {
  const misses = hit.reduce((sum, count) => sum + count, 0);
  const kept = shown.reduce((sum, count) => sum + count, 0) - misses;
  if (misses === 0 || kept === 0) return null;
  let below = 0;
  let area = 0;
  shown.forEach((count, bin) => {
    const positive = hit[bin] ?? 0;
    const negative = count - positive;
    area += positive * (below + negative / 2);
    below += negative;
  });
  return area / (misses * kept);
}

function sumDays(days: readonly QualityDay[]): QualityDay {
  const total = emptyDay();
  for (const day of days) {
    for (const field of [
      "orders",
      "missed",
      "looks",
      "squaredError",
      "absoluteMinutes",
      "remainingMinutes",
      "etas",
    ] as const)
      total[field] += day[field];
    for (const field of ["shown", "hit", "said", "errorCounts", "leadCounts"] as const)
      day[field].forEach((count, place) => add(total[field], place, count));
    for (const field of ["right", "wrong", "silent"] as const)
      total.alarms[field] += day.alarms[field];
  }
  return total;
}

function binsOf({ shown, hit, said }: QualityDay): QualityReport["bins"] {
  return shown.map((n, bin) => ({
    from: bin / BINS,
    to: (bin + 1) / BINS,
    shown: ratio(said[bin] ?? 0, n),
    seen: ratio(hit[bin] ?? 0, n),
    n,
  }));
}

/** Adds up days; a figure without anything to rest on is null. */
export function reportOf(days: readonly QualityDay[]): QualityReport {
  const total = sumDays(days);
  const { orders, missed, looks, alarms } = total;
  const bins = binsOf(total);
  const seenRate = ratio(
    total.hit.reduce((sum, count) => sum + count, 0),
    looks,
  );
  const gap = bins.reduce(
    (sum, { shown, seen, n }) => sum + n * Math.abs((shown ?? 0) - (seen ?? 0)),
    0,
  );
  return {
    orders,
    missed,
    baseRate: ratio(missed, orders),
    brier: ratio(total.squaredError, looks),
    baseBrier: seenRate === null ? null : seenRate * (1 - seenRate),
    calibrationError: ratio(gap, looks),
    auc: aucOf(total.shown, total.hit),
    bins,
    etaErrorMinutes: medianClass(total.errorCounts, ERROR_MINUTES),
    etaRelativeError: ratio(total.absoluteMinutes, total.remainingMinutes),
    alarms: {
      ...alarms,
      precision: ratio(alarms.right, alarms.right + alarms.wrong),
      recall: ratio(alarms.right, alarms.right + alarms.silent),
    },
    leadMinutes: medianClass(total.leadCounts, LEAD_MINUTES),
  };
}
