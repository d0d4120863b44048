/**
 * Corrections are settled before the fold begins: what did not occur is left out, what was wrong is put right, and the rest is folded as if it had always
 * been so. The latest correction of an event decides alone. A correction may itself be corrected by a later one, never by an earlier one: no circles.
 */
import { Check } from "typebox/value";
import { repeatedLines } from "../event-lines.ts";
import {
  dataSchemas,
  isSiteEventType,
  type EventData,
  type OrderEventType,
  type RecordedEvent,
} from "../event.ts";
import { clampedTime, compareEvents, TYPE_RANK } from "./sequence.ts";

type CorrectionData = EventData["event.corrected"];

/** One event on its way into the fold; `event` is what counts after corrections. */
export type Step<E extends RecordedEvent = RecordedEvent> = {
  event: E;
  /** epoch ms after clamping */
  at: number;
  /** its place among the recorded events */
  index: number;
  /** its clock ran ahead and its record time is used */
  skewed: boolean;
  /** id of the correction that changed it */
  correctedBy?: string;
};

/** What becomes of a correction itself. */
export type CorrectionFate =
  | { kind: "removes" | "replaces"; target: RecordedEvent }
  | { kind: "waits" | "overruled" | "backwards" | "itself" | "unfit" };

export type Plan = {
  steps: readonly Step[];
  /** index of a removed event -> id of the correction that took it back */
  removed: ReadonlyMap<number, string>;
  /** index of a correction -> what became of it */
  fates: ReadonlyMap<number, CorrectionFate>;
};

const NOTHING: ReadonlyMap<number, never> = new Map<number, never>();

function stepOf(event: RecordedEvent, index: number): Step {
  const at = clampedTime(event.occurredAt, event.recordedAt);
  return { event, at, index, skewed: at !== event.occurredAt };
}

const isFit = (type: OrderEventType, data: object): boolean =>
  Check(dataSchemas[type], data) && repeatedLines(type, data).length === 0;

/** The target as the correction says it was; null when that is no valid event of an order. */
function replaced(
  target: RecordedEvent,
  data: CorrectionData,
  correction: RecordedEvent,
): Step | null {
  const { replacement = {} } = data;
  const type = replacement.type ?? target.type;
  if (!Object.hasOwn(TYPE_RANK, type) || isSiteEventType(type)) return null;
  if ((type === "event.corrected") !== (target.type === "event.corrected")) return null;
  const known = type as OrderEventType;
  const kept = known === target.type ? target.data : {};
  const merged = { ...kept, ...replacement.data };
  if (!isFit(known, merged)) return null;
  const said = replacement.occurredAt ?? target.occurredAt;
  // A changed time is judged by the record time of who changed it.
  const recordedAt =
    replacement.occurredAt === undefined ? target.recordedAt : correction.recordedAt;
  const at = clampedTime(said, recordedAt);
  // The check above is what earns this cast.
  const event = {
    ...target,
    type: known,
    data: merged,
    occurredAt: at,
    recordedAt,
  } as RecordedEvent;
  return { event, at, index: -1, skewed: at !== said, correctedBy: correction.id };
}

type Settling = {
  steps: (Step | null)[];
  indexOf: Map<string, number>;
  removed: Map<number, string>;
  fates: Map<number, CorrectionFate>;
  decided: Set<number>;
};

const nameOf = (source: string, id: string): string => `${source}\u0000${id}`;

/** Why a correction at `at` changes nothing; null when it may. */
function whyNot(state: Settling, at: number, targetAt: number | undefined): CorrectionFate | null {
  if (targetAt === undefined) return { kind: "waits" };
  if (targetAt === at) return { kind: "itself" };
  const target = state.steps[targetAt];
  if (!target || state.decided.has(targetAt)) return { kind: "overruled" };
  const isLaterCorrection = target.event.type === "event.corrected" && targetAt > at;
  return isLaterCorrection ? { kind: "backwards" } : null;
}

function settleOne(state: Settling, at: number): CorrectionFate | null {
  const step = state.steps[at];
  if (!step || step.event.type !== "event.corrected") return null;
  const { of, reason } = step.event.data;
  const targetAt = state.indexOf.get(nameOf(of.source, of.id)) ?? -1;
  const target = state.steps[targetAt];
  const refusal = whyNot(state, at, targetAt < 0 ? undefined : targetAt);
  if (refusal || !target) return refusal;
  if (reason === "did_not_occur") {
    state.steps[targetAt] = null;
    state.removed.set(targetAt, step.event.id);
  } else {
    const next = replaced(target.event, step.event.data, step.event);
    if (!next) return { kind: "unfit" };
    state.steps[targetAt] = { ...next, index: targetAt };
  }
  state.decided.add(targetAt);
  return { kind: reason === "did_not_occur" ? "removes" : "replaces", target: target.event };
}

const compareSteps = (a: Step, b: Step): number => a.at - b.at || compareEvents(a.event, b.event);

/** `events` stand in fold order. */
export function planOf(events: readonly RecordedEvent[]): Plan {
  const steps = events.map(stepOf);
  if (!events.some((event) => event.type === "event.corrected")) {
    return { steps, removed: NOTHING, fates: NOTHING };
  }
  const state: Settling = {
    steps,
    indexOf: new Map(events.map((event, at) => [nameOf(event.source, event.id), at])),
    removed: new Map(),
    fates: new Map(),
    decided: new Set(),
  };
  for (let at = steps.length - 1; at >= 0; at--) {
    const fate = settleOne(state, at);
    if (fate) state.fates.set(at, fate);
  }
  const left = state.steps.filter((step) => step !== null);
  return { steps: left.toSorted(compareSteps), removed: state.removed, fates: state.fates };
}
