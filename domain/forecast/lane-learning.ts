/**
 * What a lane can do, learned from half hours in which work was waiting all the time: only then does output show capacity.
 *
 * A half hour without waiting work is only a lower bound: it may raise an estimate and never lowers it. A lane behind a bottleneck is never busy; without
 * this rule its capacity would stay at a stale low value and every order would look late.
 */
import { SLOTS_A_DAY, SLOTS_A_WEEK, SLOT_MS, slotOfWeek } from "./grid.ts";
import { GRACE_MS, leftWork, STEP_MS, usualUnits, type LaneState } from "./lane.ts";
import type { Lane, Roster } from "./plan.ts";
import { localDay, weekdayOf } from "../wall-clock.ts";

const LEARN = 0.03;
const RAISE = 0.1;
/** Of a half hour of the week. What was done once can be done again: more is believed nearly whole; less may have been too few people, and is believed slowly. */
const LEARN_MORE = 0.9;
const LEARN_LESS = 0.35;

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
  const shown = isBusy ? seen : units;
  const learned = (known = 0, more = LEARN_MORE, less = LEARN_LESS): number => {
    if (shown > known) return toward(known, shown, more);
    return isBusy ? toward(known, shown, less) : known;
  };
  if (isBusy) lane.weeks[week] = (lane.weeks[week] ?? 0) + 1;
  if (isBusy || (lane.busy[week] ?? 0) > 0) lane.busy[week] = learned(lane.busy[week]);
  if (!isBusy) lane.floor[week] = Math.max(units, lane.floor[week] ?? 0);
  lane.daily[day] = learned(lane.daily[day]);
  lane.mean = learned(lane.mean, LEARN, LEARN);
}

const FADE = 0.8;

const LEARN_HABIT = 0.5;
const WEEKDAYS = 7;

/** Where people were called in on a Monday they may be on the next: half of it is believed. */
function learnHabit(lane: LaneState): void {
  const { day, done, expected } = lane.today;
  if (expected <= 0) return;
  lane.habit ??= Array.from({ length: WEEKDAYS }, () => 1);
  const weekday = weekdayOf(day) - 1;
  lane.habit[weekday] = toward(lane.habit[weekday] ?? 1, done / expected, LEARN_HABIT);
}

/** How today goes: people who did not come, or came to help, show in all its half hours. */
function learnToday(lane: LaneState, day: number, done: number, expected: number): void {
  const { today } = lane;
  if (today.day !== day) {
    learnHabit(lane);
    lane.today = { day, done, expected };
  } else {
    today.done = today.done * FADE + done;
    today.expected = today.expected * FADE + expected;
  }
}

/** Learns from the half hours that have ended. */
export function closeSlots(lane: LaneState, name: Lane, roster: Roster, now: number): void {
  const isOver = (slot: number): boolean => (slot + 1) * SLOT_MS + GRACE_MS <= now;
  if (!lane.open.some(([slot]) => isOver(slot))) return;
  for (const [slot, done, left] of lane.open.filter(([known]) => isOver(known))) {
    const isBusy = leftWork(done, left);
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
