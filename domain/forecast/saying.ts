/**
 * When a new forecast is worth saying: the board shows risk in steps of 0.05 and an alarm that is raised or not, so anything less changes nothing for anybody.
 * What is said holds for two hours, so that a forecast that stopped is not believed for ever.
 */
import {
  isForgettable,
  isRaised,
  NO_ALARM,
  stepAlarm,
  type AlarmChange,
  type AlarmState,
  type AlarmStep,
} from "../alarm.ts";
import type { Evidence } from "../silence/evidence.ts";
import { HOUR_MS, MINUTE_MS } from "../wall-clock.ts";

export type SaidOutlook = {
  p: number;
  /** null = it has learned too little to alarm: the plan does */
  isRaised: boolean | null;
  until: number;
  words: readonly string[];
  at: number;
  alarm: AlarmState | null;
  evidence?: Evidence;
};

const HOLDS_MS = 2 * HOUR_MS;
/** Reasons carry numbers of the moment; those of a raised alarm are read. */
const WORDS_MS = 5 * MINUTE_MS;
const STEPS = 20;

const stepOf = (p: number): number => Math.round(p * STEPS);

const sameWords = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((word, place) => word === b[place]);

/** A fact ends an alarm at once, however short it was. */
function settled(state: AlarmState, now: number): AlarmStep {
  if (!isRaised(state)) return { state, change: null };
  const cleared = { ...state, raisedAt: null, clearedAt: now, highSince: null };
  return { state: cleared, change: "cleared" };
}

/** A risk that is more likely than not deserves its reason, also while the plan alarms. */
const TELLING = 0.5;

export type Opinion = {
  p: number;
  /** asked for only when somebody will read them */
  words: () => readonly string[];
  /** of an order that waits in a queue: how long until its deadline */
  leftMs?: number;
  /** it stands on the dock, which is no forecast any more */
  isReady?: boolean;
  /** false while too little is learned: the risk is shown, the plan alarms */
  mayAlarm?: boolean;
};

/** Takes one evaluation: the outlook as it now is, and what the alarm did. */
export function evaluate(
  said: SaidOutlook | undefined,
  { p, words, leftMs, isReady = false, mayAlarm = true }: Opinion,
  now: number,
): { next: SaidOutlook; change: AlarmChange } {
  const common = { p, until: now + HOLDS_MS, at: now };
  if (!mayAlarm) {
    const reasons = p >= TELLING ? words() : [];
    return { next: { ...common, isRaised: null, words: reasons, alarm: null }, change: null };
  }
  const before = said?.alarm ?? NO_ALARM;
  const { state, change } = isReady ? settled(before, now) : stepAlarm(before, { p, now, leftMs });
  const raised = isRaised(state);
  const alarm = isForgettable(state, now) ? null : state;
  return { next: { ...common, isRaised: raised, words: raised ? words() : [], alarm }, change };
}

/** Whether somebody would see the difference, or the old word is about to lapse. */
export function isWorthSaying(said: SaidOutlook | undefined, next: SaidOutlook): boolean {
  if (said === undefined || said.isRaised !== next.isRaised) return true;
  if (stepOf(said.p) !== stepOf(next.p)) return true;
  if (said.until - next.at < HOLDS_MS / 2) return true;
  return (
    next.words.length > 0 && next.at - said.at >= WORDS_MS && !sameWords(said.words, next.words)
  );
}
