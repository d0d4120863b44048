/** What a lane can do from now on, as a curve: what is known of its half hours, how today goes, and the last half hour. */
import { CELLS, POINTS, slotAt, slotOfWeek } from "./grid.ts";
import {
  BUSY_COMPLETIONS,
  leftWork,
  recentOf,
  STEP_MS,
  usualUnits,
  type LaneState,
} from "./lane.ts";
import type { Lane, Roster } from "./plan.ts";
import { localDay, MINUTE_MS, startOfDay, weekdayOf } from "../wall-clock.ts";

/** What a site says before anything was seen: units an hour, of one head and of all. */
export type Stated = { perHead: number; total: number; stations: number } | null;

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

/** Output of the last half hour against what was expected; 1 when nothing waited. */
function nowcast(lane: LaneState, rateAt: (at: number) => number, now: number): number {
  const from = Math.floor(now / STEP_MS) * STEP_MS - NOWCAST_MINUTES * MINUTE_MS;
  let expected = 0;
  for (let at = from; at < now; at += STEP_MS) {
    expected += (rateAt(at) * Math.min(STEP_MS, now - at)) / MINUTE_MS;
  }
  const { done, left } = recentOf(lane, from, now);
  const isStopped = done === 0 && lane.waiting > 0 && expected > 5;
  const isBusy = leftWork(done, left) && lane.waiting > 0;
  if (!isStopped && !isBusy) return 1;
  return Math.min(1.6, Math.max(0.15, (done + PSEUDO) / (expected + PSEUDO)));
}

/** A plan says who comes; without one a day can be quite unlike what is known of its weekday. */
const LEVEL_PLANNED = { pseudo: 150, decayMinutes: 300 };
const LEVEL_LEARNED = { pseudo: 15, decayMinutes: 720 };
/** Who was called in stays for the day, so more than expected hardly fades on it; what is missing is mostly mended or replaced earlier. */
const STAYING_MINUTES = 3_000;

const believable = (level: number): number => Math.min(2.5, Math.max(0.4, level));

/** What such weekdays usually do beyond their plan; who is missing on one will hardly be on the next. */
const moreThanPlanned = (lane: LaneState, day: number): number =>
  Math.max(1, lane.habit?.[weekdayOf(day) - 1] ?? 1);

/** Today's busy half hours against what was expected of them; before there were any, as on such weekdays. */
export function levelOf(lane: LaneState, name: Lane, roster: Roster, now: number): number {
  const { day, done, expected } = lane.today;
  const today = localDay(roster.calendar.zone, now);
  const isPlanned = roster.isPlanned(name);
  const habit = isPlanned ? moreThanPlanned(lane, today) : 1;
  if (day !== today) return believable(habit);
  const { pseudo } = isPlanned ? LEVEL_PLANNED : LEVEL_LEARNED;
  return believable((done + pseudo * habit) / (expected + pseudo));
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

type Rate = (at: number) => number;

/** As planned; who works on while the calendar says closed is not gone in a minute. */
function rateOf({ lane, name, roster, stated, now }: CapacityInput): Rate {
  const planned = expectedRate(lane, name, roster, stated);
  const overtime = roster.isPlanned(name) ? 0 : overtimeRate(lane, roster, now);
  if (overtime === 0) return planned;
  const fading = (at: number): number =>
    overtime * Math.min(1, Math.exp((now - at) / (DECAY_MINUTES * MINUTE_MS)));
  return (at) => (roster.isOpen(at) ? planned(at) : Math.max(planned(at), fading(at)));
}

/** Factor on the rate when people are added; nobody is added where nobody works. */
const addedShare = (heads: number, added: number): number =>
  heads <= 0 ? 1 : Math.max(0, heads + added) / heads;

/** Units by each grid point: `shareAt` is what of the rate holds so many minutes ahead. */
function sumUp(now: number, rateAt: Rate, shareAt: (ahead: number, at: number) => number) {
  const total = new Float64Array(CELLS + 1);
  for (let cell = 0; cell < CELLS; cell += 1) {
    const from = POINTS[cell] ?? 0;
    const width = (POINTS[cell + 1] ?? from) - from;
    const ahead = from + width / 2;
    const at = now + ahead * MINUTE_MS;
    total[cell + 1] = (total[cell] ?? 0) + rateAt(at) * shareAt(ahead, at) * width;
  }
  return total;
}

/** What differs from the expected goes back to it with time. */
const fade = (factor: number, ahead: number, minutes: number): number =>
  1 + (factor - 1) * Math.exp(-ahead / minutes);

/** The curve of a lane from `now` on. */
export function capacityOf(input: CapacityInput): Capacity {
  const { lane, name, roster, stated, now, addedHeads } = input;
  const isPlanned = roster.isPlanned(name);
  const rateAt = rateOf(input);
  const level = levelOf(lane, name, roster, now);
  const factor = nowcast(lane, (at) => rateAt(at) * level, now);
  const { decayMinutes } = isPlanned ? LEVEL_PLANNED : LEVEL_LEARNED;
  const { zone } = roster.calendar;
  const tomorrow = startOfDay(zone, localDay(zone, now) + 1);
  const headsAt = (at: number): number | null =>
    isPlanned ? roster.headsAt(name, at) : (stated?.stations ?? null);
  const shareAt = (ahead: number, at: number): number =>
    fade(factor, ahead, DECAY_MINUTES) *
    fade(level, ahead, level > 1 && at < tomorrow ? STAYING_MINUTES : decayMinutes) *
    (addedHeads === 0 ? 1 : addedShare(headsAt(at) ?? 0, addedHeads));
  return {
    name,
    isKnown: isRateKnown(lane, stated),
    total: sumUp(now, rateAt, shareAt),
    factor: factor * level,
    plannedRate: rateAt(now) * 60,
    currentRate: rateAt(now) * factor * level * 60,
    heads: headsAt(now),
    touchMinutes: lane.touchMs > 0 ? lane.touchMs / MINUTE_MS : DEFAULT_TOUCH_MINUTES,
  };
}
