/**
 * What a lane can do: learned from half hours in which work was waiting all the time (only then does output show capacity), and from now on as a curve.
 *
 * A half hour without waiting work is only a lower bound: it may raise an estimate and never lowers it. A lane behind a bottleneck is never busy; without
 * this rule its capacity would stay at a stale low value and every order would look late.
 */
import { CELLS, POINTS, SLOTS_A_DAY, SLOTS_A_WEEK, SLOT_MS, slotAt, slotOfWeek } from "./grid.ts";
import type { Lane, Roster } from "./plan.ts";
import { localDay, MINUTE_MS } from "../wall-clock.ts";

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
const GRACE_MS = 3 * MINUTE_MS;
const BUSY_COMPLETIONS = 3;
const BUSY_SHARE = 0.8;

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

const LEARN = 0.03;
const RAISE = 0.1;
const LEARN_WEEKLY = 0.35;

const toward = (value: number, seen: number, share: number): number =>
  value === 0 ? seen : value + share * (seen - value);

/** Head hours and share of the time open in a half hour. */
function staffOf(roster: Roster, name: Lane, slot: number): { headHours: number; open: number } {
  let headHours = 0;
  let open = 0;
  for (let at = slot * SLOT_MS; at < (slot + 1) * SLOT_MS; at += STEP_MS) {
    headHours += roster.headsAt(name, at) / 12;
    if (roster.isOpen(at)) open += 1 / 6;
  }
  return { headHours, open };
}

function learnPerHead(lane: LaneState, rate: number, isBusy: boolean): void {
  if (isBusy) {
    const share = Math.max(LEARN, 1 / (lane.learned + 1));
    const isFirst = lane.perHead === null || lane.learned === 0;
    lane.perHead = isFirst ? rate : (lane.perHead ?? 0) + share * (rate - (lane.perHead ?? 0));
    lane.learned += 1;
  } else if (lane.perHead === null) lane.perHead = rate;
  else if (rate > lane.perHead) lane.perHead += RAISE * (rate - lane.perHead);
}

/** An outage says little about the same half hour of other weeks. */
const LEAST_OF_USUAL = 0.6;
const USUAL_FROM = 10;

/** A busy half hour shows what the lane can do; another one only that it can do at least so much. */
function learnProfile(lane: LaneState, week: number, units: number, isBusy: boolean): void {
  const day = week % SLOTS_A_DAY;
  const usual = lane.learned < USUAL_FROM ? 0 : usualUnits(lane, week);
  const seen = Math.max(units, LEAST_OF_USUAL * usual);
  const raised = (known: number | undefined, share: number): number => {
    const value = known ?? 0;
    return isBusy || units > value ? toward(value, isBusy ? seen : units, share) : value;
  };
  if (isBusy) lane.weeks[week] = (lane.weeks[week] ?? 0) + 1;
  if (isBusy || (lane.busy[week] ?? 0) > 0) lane.busy[week] = raised(lane.busy[week], LEARN_WEEKLY);
  if (!isBusy) lane.floor[week] = Math.max(units, lane.floor[week] ?? 0);
  lane.daily[day] = raised(lane.daily[day], LEARN_WEEKLY);
  lane.mean = raised(lane.mean, LEARN);
}

const FADE = 0.8;

/** How today goes: people who did not come, or came to help, show in all its half hours. */
function learnToday(lane: LaneState, day: number, done: number, expected: number): void {
  const { today } = lane;
  if (today.day !== day) lane.today = { day, done, expected };
  else {
    today.done = today.done * FADE + done;
    today.expected = today.expected * FADE + expected;
  }
}

/** Learns from the half hours that have ended. */
export function closeSlots(lane: LaneState, name: Lane, roster: Roster, now: number): void {
  const isOver = (slot: number): boolean => (slot + 1) * SLOT_MS + GRACE_MS <= now;
  if (!lane.open.some(([slot]) => isOver(slot))) return;
  for (const [slot, done, left] of lane.open.filter(([known]) => isOver(known))) {
    const isBusy = done >= BUSY_COMPLETIONS && left >= BUSY_SHARE * done;
    closeSlot(lane, { slot, done, isBusy }, name, roster);
  }
  lane.open = lane.open.filter(([slot]) => !isOver(slot));
}

/** Once is chance: half of it is believed, and what comes again more. */
const LEARN_OUTSIDE = 0.5;

/** Work that is done while the calendar says closed: the calendar is not the whole truth about that half hour. */
function learnOutside(lane: LaneState, week: number, units: number): void {
  lane.outside ??= Array.from({ length: SLOTS_A_WEEK }, () => 0);
  const known = lane.outside[week] ?? 0;
  lane.outside[week] = known + LEARN_OUTSIDE * (units - known);
}

const OUTSIDE_HALF_LIFE_DAYS = 14;

/** What was done outside the shifts is forgotten when it does not come again. */
export function fadeOutside(lane: LaneState, days: number): void {
  const left = 0.5 ** (days / OUTSIDE_HALF_LIFE_DAYS);
  if (lane.outside === undefined) return;
  lane.outside = lane.outside.map((units) => (units < 0.5 ? 0 : units * left));
}

type Closed = { slot: number; done: number; isBusy: boolean };

function closeSlot(
  lane: LaneState,
  { slot, done, isBusy }: Closed,
  name: Lane,
  roster: Roster,
): void {
  const { headHours, open } = staffOf(roster, name, slot);
  const week = slotOfWeek(roster.calendar.zone, slot);
  const expected = roster.isPlanned(name)
    ? headHours * (lane.perHead ?? 0)
    : usualUnits(lane, week) * open;
  if (isBusy && expected > 0) {
    learnToday(lane, localDay(roster.calendar.zone, slot * SLOT_MS), done, expected);
  }
  if (headHours > 0) learnPerHead(lane, done / headHours, isBusy);
  if (open >= 0.5) learnProfile(lane, week, done / open, isBusy);
  if (roster.isPlanned(name)) return;
  if (isBusy) lane.learned += 1;
  if (open === 0) learnOutside(lane, week, done);
}

/** What a site says before anything was seen: units an hour, of one head and of all. */
export type Stated = { perHead: number; total: number; stations: number } | null;

const SLOT_PSEUDO = 0.5;

/** Units in a half hour of the week by the learned profile; 0 when nothing was seen. */
function usualUnits(lane: LaneState, week: number): number {
  const fallback = (lane.daily[week % SLOTS_A_DAY] ?? 0) || lane.mean;
  const weeks = lane.weeks[week] ?? 0;
  const own = weeks / (weeks + SLOT_PSEUDO);
  const busy = lane.busy[week] ?? 0;
  const blended = weeks === 0 ? fallback : own * busy + (1 - own) * fallback;
  return Math.max(blended, lane.floor[week] ?? 0);
}

/** A lane that was never busy only showed that it can do at least so much: what the site states of it holds until it did more. */
const unlessBusier = (lane: LaneState, seen: number, stated: number | undefined): number =>
  lane.learned > 0 ? seen : Math.max(seen, stated ?? 0);

function profileRate(lane: LaneState, week: number, stated: Stated): number {
  const units = usualUnits(lane, week);
  return unlessBusier(lane, units > 0 ? units / 30 : 0, (stated?.total ?? 0) / 60);
}

/** Whether anything is known about the lane's rate: seen, or stated by the site. */
export const isRateKnown = (lane: LaneState, stated: Stated): boolean =>
  lane.perHead !== null || lane.mean > 0 || stated !== null;

/** Units a minute that the lane is expected to do at `at`, before any nowcast. */
export function expectedRate(lane: LaneState, name: Lane, roster: Roster, stated: Stated) {
  if (roster.isPlanned(name)) {
    const perMinute = unlessBusier(lane, lane.perHead ?? 0, stated?.perHead) / 60;
    return (at: number): number => roster.headsAt(name, at) * perMinute;
  }
  let known = -1;
  let rate = 0;
  let outside = 0;
  return (at: number): number => {
    const slot = slotAt(at);
    if (slot !== known) {
      const week = slotOfWeek(roster.calendar.zone, slot);
      rate = profileRate(lane, week, stated);
      outside = (lane.outside?.[week] ?? 0) / 30;
      known = slot;
    }
    return roster.isOpen(at) ? rate : outside;
  };
}

/** Who stayed to end what was begun is gone by then. */
const AFTER_CLOSING_MS = 10 * MINUTE_MS;

/** Units a minute that somebody does now though the calendar says closed and no plan knows of it, over the last half hour; 0 in working time. */
function overtimeRate(lane: LaneState, roster: Roster, now: number): number {
  if (roster.isOpen(now)) return 0;
  let done = 0;
  for (const [step, count] of lane.recent) {
    const at = step * STEP_MS;
    const isLong = !roster.isOpen(at) && !roster.isOpen(at - AFTER_CLOSING_MS);
    if (isLong && at < now && now - at <= NOWCAST_MINUTES * MINUTE_MS) done += count;
  }
  return done < BUSY_COMPLETIONS ? 0 : done / NOWCAST_MINUTES;
}

const NOWCAST_MINUTES = 30;
const PSEUDO = 6;
const DECAY_MINUTES = 90;

/** Completions since `from`, and those of them that left work waiting. */
function recentOf(lane: LaneState, from: number, now: number): { done: number; left: number } {
  const counted = lane.recent.filter(([step]) => step * STEP_MS >= from && step * STEP_MS < now);
  return {
    done: counted.reduce((sum, [, done]) => sum + done, 0),
    left: counted.reduce((sum, [, , left]) => sum + left, 0),
  };
}

/** Output of the last half hour against what was expected; 1 when nothing waited. */
function nowcast(lane: LaneState, rateAt: (at: number) => number, now: number): number {
  const from = Math.floor(now / STEP_MS) * STEP_MS - NOWCAST_MINUTES * MINUTE_MS;
  let expected = 0;
  for (let at = from; at < now; at += STEP_MS) {
    expected += (rateAt(at) * Math.min(STEP_MS, now - at)) / MINUTE_MS;
  }
  const { done, left } = recentOf(lane, from, now);
  const isStopped = done === 0 && lane.waiting > 0 && expected > 5;
  const isBusy = done >= BUSY_COMPLETIONS && left >= BUSY_SHARE * done && lane.waiting > 0;
  if (!isStopped && !isBusy) return 1;
  return Math.min(1.6, Math.max(0.15, (done + PSEUDO) / (expected + PSEUDO)));
}

/** A plan says who comes; without one a day can be quite unlike what is known of its weekday. */
const LEVEL_PLANNED = { pseudo: 150, decayMinutes: 300 };
const LEVEL_LEARNED = { pseudo: 15, decayMinutes: 720 };

/** Today's busy half hours against what was expected of them; 1 before there were any. */
export function levelOf(lane: LaneState, name: Lane, roster: Roster, now: number): number {
  const { day, done, expected } = lane.today;
  if (day !== localDay(roster.calendar.zone, now)) return 1;
  const { pseudo } = roster.isPlanned(name) ? LEVEL_PLANNED : LEVEL_LEARNED;
  return Math.min(2.5, Math.max(0.4, (done + pseudo) / (expected + pseudo)));
}

export type Capacity = {
  name: Lane;
  isKnown: boolean;
  /** units that can be done from now until each grid point */
  total: Float64Array;
  /** today and the last half hour against the expected; 1 = as expected, or not busy */
  factor: number;
  /** units an hour, now: as planned or learned, and with the factor */
  plannedRate: number;
  currentRate: number;
  /** planned people now; without a plan the stations of the site file, null when it names none */
  heads: number | null;
  touchMinutes: number;
};

const DEFAULT_TOUCH_MINUTES = 2;

export type CapacityInput = {
  lane: LaneState;
  name: Lane;
  roster: Roster;
  stated: Stated;
  now: number;
  /** people added to (or taken from) the lane while anybody works there; 0 = as planned */
  addedHeads: number;
};

/** The curve of a lane from `now` on. */
export function capacityOf({
  lane,
  name,
  roster,
  stated,
  now,
  addedHeads,
}: CapacityInput): Capacity {
  const planned = expectedRate(lane, name, roster, stated);
  const overtime = roster.isPlanned(name) ? 0 : overtimeRate(lane, roster, now);
  // who works on while the calendar says closed is not gone in a minute
  const rateAt = (at: number): number =>
    overtime === 0 || roster.isOpen(at)
      ? planned(at)
      : Math.max(
          planned(at),
          overtime * Math.min(1, Math.exp((now - at) / (DECAY_MINUTES * MINUTE_MS))),
        );
  const level = levelOf(lane, name, roster, now);
  const factor = nowcast(lane, (at) => rateAt(at) * level, now);
  const { decayMinutes } = roster.isPlanned(name) ? LEVEL_PLANNED : LEVEL_LEARNED;
  const headsAt = (at: number): number | null =>
    roster.isPlanned(name) ? roster.headsAt(name, at) : (stated?.stations ?? null);
  const total = new Float64Array(CELLS + 1);
  for (let cell = 0; cell < CELLS; cell += 1) {
    const from = POINTS[cell] ?? 0;
    const width = (POINTS[cell + 1] ?? from) - from;
    const at = now + (from + width / 2) * MINUTE_MS;
    const ahead = from + width / 2;
    const decayed =
      (1 + (factor - 1) * Math.exp(-ahead / DECAY_MINUTES)) *
      (1 + (level - 1) * Math.exp(-ahead / decayMinutes));
    const added = addedHeads === 0 ? 1 : addedShare(headsAt(at) ?? 0, addedHeads);
    total[cell + 1] = (total[cell] ?? 0) + rateAt(at) * decayed * added * width;
  }
  return {
    name,
    isKnown: isRateKnown(lane, stated),
    total,
    factor: factor * level,
    plannedRate: rateAt(now) * 60,
    currentRate: rateAt(now) * factor * level * 60,
    heads: headsAt(now),
    touchMinutes: lane.touchMs > 0 ? lane.touchMs / MINUTE_MS : DEFAULT_TOUCH_MINUTES,
  };
}

/** Factor on the rate when people are added; nobody is added where nobody works. */
const addedShare = (heads: number, added: number): number =>
  heads <= 0 ? 1 : Math.max(0, heads + added) / heads;
