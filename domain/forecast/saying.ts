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
import { HOUR_MS, MINUTE_MS } from "../wall-clock.ts";

export type SaidOutlook = {
  p: number;
  isRaised: boolean;
  until: number;
  words: readonly string[];
  at: number;
  alarm: AlarmState | null;
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

/**
 * Takes one evaluation: the outlook as it now is, and what the alarm did. `words` is asked for only when somebody will read them. `isReady`: it stands on the
 * dock, which is no forecast any more.
 */
export function evaluate(
  said: SaidOutlook | undefined,
  p: number,
  now: number,
  words: () => readonly string[],
  isReady = false,
): { next: SaidOutlook; change: AlarmChange } {
  const before = said?.alarm ?? NO_ALARM;
  const { state, change } = isReady ? settled(before, now) : stepAlarm(before, p, now);
  const raised = isRaised(state);
  const next = {
    p,
    isRaised: raised,
    until: now + HOLDS_MS,
    words: raised ? words() : [],
    at: now,
    alarm: isForgettable(state, now) ? null : state,
  };
  return { next, change };
}

/** Whether somebody would see the difference, or the old word is about to lapse. */
export function isWorthSaying(said: SaidOutlook | undefined, next: SaidOutlook): boolean {
  if (said === undefined || said.isRaised !== next.isRaised) return true;
  if (stepOf(said.p) !== stepOf(next.p)) return true;
  if (said.until - next.at < HOLDS_MS / 2) return true;
  return next.isRaised && next.at - said.at >= WORDS_MS && !sameWords(said.words, next.words);
}
