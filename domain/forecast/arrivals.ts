/**
 * Orders that will still come and overtake: learned by half hour of the week and by deadline, as the time from the half hour's start to the deadline. So
 * cut-offs, trucks and given promises need not be known here: they show in what comes.
 */
import { CELLS, POINTS, SLOTS_A_DAY, SLOT_MS, slotAt, slotOfWeek } from "./grid.ts";
import { poissonBelow } from "./chance.ts";
import { MINUTE_MS } from "../wall-clock.ts";

const BIN_MS = 15 * MINUTE_MS;
const MOST_BINS = 7 * 96;
/** expected orders of a half hour by deadline bin, counted from its start */
type Profile = Record<string, number>;

export type ArrivalState = {
  week: Record<string, Profile>;
  day: Record<string, Profile>;
  /** weeks and days that each slot has learned from */
  weeks: Record<string, number>;
  days: Record<string, number>;
  /** half hours that go on or are not learned from yet */
  open: Record<string, Profile>;
  /** the next half hour to learn from; null before the first order */
  next: number | null;
  /** orders received in the last hours, by half hour: [slot, count] */
  recent: [number, number][];
};

export const emptyArrivals = (): ArrivalState => ({
  week: {},
  day: {},
  weeks: {},
  days: {},
  open: {},
  next: null,
  recent: [],
});

const RECENT_SLOTS = 4;
const GRACE_MS = 3 * MINUTE_MS;

export const deadlineBin = (deadline: number): number => Math.floor(deadline / BIN_MS);

export function countArrival(state: ArrivalState, at: number, deadline: number): void {
  const slot = slotAt(at);
  state.next ??= slot;
  const known = state.recent.find(([index]) => index === slot);
  if (known === undefined) {
    state.recent = [...state.recent, [slot, 1] as [number, number]].filter(
      ([index]) => index >= slot - RECENT_SLOTS,
    );
  } else known[1] += 1;
  if (slot < state.next) return;
  const bin = Math.min(MOST_BINS, Math.floor((deadline - slot * SLOT_MS) / BIN_MS));
  const profile = (state.open[slot] ??= {});
  profile[bin] = (profile[bin] ?? 0) + 1;
}

const LEARN_WEEKLY = 0.35;
const LEARN_DAILY = 0.3;
const FORGOTTEN = 0.02;

function learn(known: Profile | undefined, seen: Profile, share: number): Profile {
  if (known === undefined) return { ...seen };
  const next: Profile = {};
  for (const bin of new Set([...Object.keys(known), ...Object.keys(seen)])) {
    const value = (known[bin] ?? 0) + share * ((seen[bin] ?? 0) - (known[bin] ?? 0));
    if (value > FORGOTTEN) next[bin] = value;
  }
  return next;
}

/** Learns from the half hours that have ended, also from those in which nothing came. */
export function closeArrivals(state: ArrivalState, zone: string, now: number): void {
  if (state.next === null) return;
  // after a long silence nothing is learned from it
  state.next = Math.max(state.next, slotAt(now) - 2 * SLOTS_A_DAY * 7);
  while ((state.next + 1) * SLOT_MS + GRACE_MS <= now) {
    const seen = state.open[state.next] ?? {};
    const week = slotOfWeek(zone, state.next);
    const day = week % SLOTS_A_DAY;
    const weeks = (state.weeks[week] ?? 0) + 1;
    const days = (state.days[day] ?? 0) + 1;
    state.week[week] = learn(state.week[week], seen, Math.max(LEARN_WEEKLY, 1 / weeks));
    state.day[day] = learn(state.day[day], seen, Math.max(LEARN_DAILY, 1 / days));
    state.weeks[week] = weeks;
    state.days[day] = days;
    delete state.open[state.next];
    state.next += 1;
  }
}

const sum = (profile: Profile): number => {
  let total = 0;
  for (const bin in profile) total += profile[bin] ?? 0;
  return total;
};

const profileOf = (state: ArrivalState, week: number): Profile =>
  state.week[week] ?? state.day[week % SLOTS_A_DAY] ?? {};

const PSEUDO = 12;
const DECAY_MINUTES = 90;

/** Orders of the last two hours against those expected: a surge is seen, and expected to fade. */
function surgeFactor(state: ArrivalState, zone: string, now: number): number {
  const current = slotAt(now);
  const share = (now - current * SLOT_MS) / SLOT_MS;
  let came = 0;
  let expected = 0;
  for (const [slot, count] of state.recent)
    if (slot >= current - 2 && slot <= current) came += count;
  for (let slot = current - 2; slot <= current; slot += 1) {
    expected += sum(profileOf(state, slotOfWeek(zone, slot))) * (slot === current ? share : 1);
  }
  return expected === 0 ? 1 : Math.min(4, (came + PSEUDO) / (expected + PSEUDO));
}

/** Expected orders from now to each grid point with a deadline in an earlier bin, for each of the ascending `bins`. */
export function overtaking(
  state: ArrivalState,
  zone: string,
  now: number,
  bins: readonly number[],
): Float64Array[] {
  const curves = bins.map(() => new Float64Array(CELLS + 1));
  const factor = surgeFactor(state, zone, now);
  let slot = -1;
  let rates: Float64Array = new Float64Array(bins.length);
  for (let cell = 0; cell < CELLS; cell += 1) {
    const from = POINTS[cell] ?? 0;
    const width = (POINTS[cell + 1] ?? from) - from;
    const at = now + (from + width / 2) * MINUTE_MS;
    if (slotAt(at) !== slot) {
      slot = slotAt(at);
      rates = ratesBefore(profileOf(state, slotOfWeek(zone, slot)), slot, bins);
    }
    const decayed = 1 + (factor - 1) * Math.exp(-(from + width / 2) / DECAY_MINUTES);
    curves.forEach((curve, index) => {
      curve[cell + 1] = (curve[cell] ?? 0) + (rates[index] ?? 0) * decayed * width;
    });
  }
  return curves;
}

/** Orders a minute of a half hour with a deadline before each bin. */
function ratesBefore(profile: Profile, slot: number, bins: readonly number[]): Float64Array {
  const rates = new Float64Array(bins.length);
  const start = deadlineBin(slot * SLOT_MS);
  for (const key in profile) {
    const bin = start + Number(key);
    for (let index = bins.length - 1; index >= 0 && bin < (bins[index] ?? 0); index -= 1) {
      rates[index] = (rates[index] ?? 0) + (profile[key] ?? 0) / 30;
    }
  }
  return rates;
}

/** A site begins with the orders that are open, and a day of those that are left says little of how many came. */
const LEAST_DAYS = 3;
/** So few orders more say nothing about a surge. */
const LEAST_MORE = 20;
/** Half hours looked back on besides the one that goes on: a surge shows in the last first, and fades in the longer. */
const LOOKS = [1, 2];
/** A busy day has a third more than is usual, and what is usual is known from a few days. */
const BUSY = 1.3;
const KNOWN_FROM_FEW = 2;
const CHANCE = 1e-4;

const isBeyondChance = (came: number, usual: number): boolean => {
  const doubted = BUSY * usual + KNOWN_FROM_FEW * Math.sqrt(usual);
  return came > doubted && 1 - poissonBelow(came - 1, doubted) < CHANCE;
};

export type ArrivalsNow = { perHour: number; usual: number; since: number };

/** Since `back` half hours before this one; null while too little is known, or when as many would come by chance. */
function arrivalsSince(
  state: ArrivalState,
  zone: string,
  now: number,
  back: number,
): ArrivalsNow | null {
  const current = slotAt(now);
  const from = (current - back) * SLOT_MS;
  let [came, usual] = [0, 0];
  for (let slot = current - back; slot <= current; slot += 1) {
    const week = slotOfWeek(zone, slot);
    if ((state.days[week % SLOTS_A_DAY] ?? 0) < LEAST_DAYS) return null;
    const share = slot === current ? (now - slot * SLOT_MS) / SLOT_MS : 1;
    usual += sum(profileOf(state, week)) * share;
    came += state.recent.find(([known]) => known === slot)?.[1] ?? 0;
  }
  if (came - usual < LEAST_MORE || !isBeyondChance(came, usual)) return null;
  const hours = (now - from) / (2 * SLOT_MS);
  return { perHour: came / hours, usual: usual / hours, since: from };
}

/** Many more orders than usual in the last half to one and a half hours; the look in which that is clearest. */
export function arrivalsNow(state: ArrivalState, zone: string, now: number): ArrivalsNow | null {
  const seen = LOOKS.flatMap((back) => arrivalsSince(state, zone, now, back) ?? []);
  const [clearest] = seen.toSorted((a, b) => b.perHour / b.usual - a.perHour / a.usual);
  return clearest ?? null;
}
