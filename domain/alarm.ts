/**
 * When a forecast becomes an alarm, and when it stops being one: raised by two high values some minutes apart or by one very high one, cleared well below,
 * so that a value that wavers around one line does not ring twice (design page 4.2, where the figures of other rules stand). While much time is left more
 * certainty is asked: queues still recover, and nothing is lost by waiting for a second look.
 *
 * An episode is one alarm to a person. What comes back soon after it was cleared is the same episode; an order that makes a third one within two hours is
 * shelved for an hour: its color follows the forecast, but nobody is called.
 */
import { HOUR_MS, MINUTE_MS } from "./wall-clock.ts";

export type AlarmRule = {
  /** raised when seen twice, `confirmMs` apart, with nothing lower between */
  raiseAt: number;
  raiseAtOnce: number;
  /** asked twice while more time is left than this, however high the first value was */
  farMs: number;
  raiseFarAt: number;
  clearBelow: number;
  confirmMs: number;
  /** stays raised at least so long */
  minimumMs: number;
  /** back within that time is the same episode */
  reopenMs: number;
};

export const ALARM_RULE: AlarmRule = {
  raiseAt: 0.8,
  raiseAtOnce: 0.97,
  // of the alarms on the floor with more than 6 h left one in two came true (docs/forecast.md); with this rule nine in ten of all do, and as many misses are told
  farMs: 6 * HOUR_MS,
  raiseFarAt: 0.9,
  clearBelow: 0.5,
  confirmMs: 5 * MINUTE_MS,
  minimumMs: 10 * MINUTE_MS,
  reopenMs: 30 * MINUTE_MS,
};

const CHATTER_EPISODES = 3;
const CHATTER_MS = 2 * HOUR_MS;
const SHELVED_MS = HOUR_MS;

/** What must be kept of an order between two evaluations; instants are epoch ms. */
export type AlarmState = {
  raisedAt: number | null;
  clearedAt: number | null;
  /** the first of the high values that were not followed by a lower one */
  highSince: number | null;
  /** beginnings of the episodes of the last two hours, the newest last */
  episodes: readonly number[];
  /** nobody is called before then */
  shelvedUntil: number | null;
};

export const NO_ALARM: AlarmState = {
  raisedAt: null,
  clearedAt: null,
  highSince: null,
  episodes: [],
  shelvedUntil: null,
};

/** `raised` calls a person; `reopened` and `shelved` only color the board again. */
export type AlarmChange = "raised" | "reopened" | "shelved" | "cleared" | null;
export type AlarmStep = { state: AlarmState; change: AlarmChange };

export const isRaised = (state: AlarmState): boolean => state.raisedAt !== null;

/** Nothing that a later evaluation would need: such a state need not be kept. */
export const isForgettable = (state: AlarmState, now: number): boolean =>
  state.raisedAt === null &&
  state.highSince === null &&
  (state.episodes.at(-1) ?? -Infinity) < now - CHATTER_MS;

function open(state: AlarmState, now: number, rule: AlarmRule): AlarmStep {
  const raised = { ...state, raisedAt: now, clearedAt: null };
  const isSame = state.clearedAt !== null && now - state.clearedAt <= rule.reopenMs;
  if (isSame) return { state: raised, change: "reopened" };
  const episodes = [...state.episodes.filter((at) => at > now - CHATTER_MS), now];
  const isShelved = state.shelvedUntil !== null && now < state.shelvedUntil;
  if (isShelved) return { state: { ...raised, episodes }, change: "shelved" };
  if (episodes.length < CHATTER_EPISODES)
    return { state: { ...raised, episodes }, change: "raised" };
  return { state: { ...raised, episodes, shelvedUntil: now + SHELVED_MS }, change: "shelved" };
}

function whileRaised(state: AlarmState, since: number, p: number, now: number, rule: AlarmRule) {
  const stays = p >= rule.clearBelow || now - since < rule.minimumMs;
  if (stays) return { state, change: null };
  const cleared = { ...state, raisedAt: null, clearedAt: now, highSince: null };
  return { state: cleared, change: "cleared" as const };
}

/** One evaluation: the calibrated probability of a miss at `now`, and the time left until the deadline where it decides (a queue's; a parcel's way is long by nature). */
export type Evaluation = { p: number; now: number; leftMs?: number | undefined };

/** What one value and two values must reach with so much time left. */
function limitsOf(rule: AlarmRule, leftMs: number): { once: number; twice: number } {
  if (leftMs > rule.farMs) return { once: Infinity, twice: rule.raiseFarAt };
  return { once: rule.raiseAtOnce, twice: rule.raiseAt };
}

/** Evaluations come in order of time. */
export function stepAlarm(
  state: AlarmState,
  { p, now, leftMs = 0 }: Evaluation,
  rule: AlarmRule = ALARM_RULE,
): AlarmStep {
  if (state.raisedAt !== null) return whileRaised(state, state.raisedAt, p, now, rule);
  const { once, twice } = limitsOf(rule, leftMs);
  if (p >= once) return open({ ...state, highSince: now }, now, rule);
  if (p < twice) {
    const changed = state.highSince === null ? state : { ...state, highSince: null };
    return { state: changed, change: null };
  }
  const highSince = state.highSince ?? now;
  if (now - highSince >= rule.confirmMs) return open({ ...state, highSince }, now, rule);
  return { state: { ...state, highSince }, change: null };
}
