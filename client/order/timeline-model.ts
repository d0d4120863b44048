/**
 * From one order to the lines of its timeline, oldest first: pure, so that every case is a row of a table in the tests.
 *
 * Milestones keep the order of the fold; what is not a milestone (holds, exceptions, people's actions, evidence) takes its place by time. A milestone that was
 * only inferred has no time of its own and stands right before the one it was inferred from.
 */
import type { Hold, Milestone, Order, OrderException } from "../../domain/order.ts";
import type { Stage } from "../../domain/stages.ts";
import type { DeadlineView, EventView, OrderView } from "./order-view.ts";

/** Usual time in a stage at this site, from the live metrics; null = nothing to compare with. */
export type Normal = { p50Ms: number; p90Ms: number } | null;
export type NormalOf = (stage: Stage) => Normal;

/** Entering a stage; `dwellMs` is the time until the next known step, spent in `covers` (more than one when those between were not scanned). */
export type MilestoneLine = {
  kind: "milestone";
  stage: Stage;
  /** null when the step was inferred: it must have happened, nobody said when */
  at: number | null;
  /** the recorded step that proves an inferred one */
  inferredFrom: Stage | null;
  attempt: number;
  dwellMs: number | null;
  covers: Stage[];
  normal: Normal;
  /** dwell over the stage's p90 */
  slow: boolean;
  where: string | null;
};
/** Where the order stands: its dwell is still running. */
export type NowLine = {
  kind: "now";
  stage: Stage;
  since: number;
  normal: Normal;
  attempt: number;
  where: string | null;
};
export type HoldLine = { kind: "hold"; hold: Hold; at: number };
export type ExceptionLine = { kind: "exception"; exception: OrderException; at: number };
export type ActionLine = { kind: "action"; at: number; type: string; words: string };
export type EvidenceLine = {
  kind: "evidence";
  at: number;
  effect: "impossible" | "corrected";
  event: EventView;
};
export type ExpectedLine = { kind: "expected"; steps: DeadlineView[] };
export type TimelineLine = (
  | MilestoneLine
  | NowLine
  | HoldLine
  | ExceptionLine
  | ActionLine
  | EvidenceLine
  | ExpectedLine
) & { key: string };

/** People's actions that the order keeps no record of besides their event. */
const ACTION_TYPES: ReadonlySet<string> = new Set([
  "note.added",
  "order.assigned",
  "order.expedited",
  "order.amended",
  "event.corrected",
]);

/** The stage that a start scan enters, by the milestone that ends it. */
const STARTED: Partial<Record<Stage, Stage>> = { picked: "picking", packed: "packing" };

type Placed = { at: number; rank: number; line: TimelineLine };

/** One step of the way: a stage that was entered, when that is known. */
type Step = { stage: Stage; at: number | null; attempt: number; where: string | null };

function startOf(milestone: Milestone, before: Step | undefined): Step[] {
  const stage = STARTED[milestone.stage];
  const { startedAt, attempt } = milestone;
  if (stage === undefined || startedAt === null || before?.stage === stage) return [];
  return startedAt > (before?.at ?? 0) ? [{ stage, at: startedAt, attempt, where: null }] : [];
}

/** The order's way as far as it is known, its present stage last. */
function stepsOf(order: Order): Step[] {
  const steps: Step[] = [];
  for (const milestone of order.timeline) {
    steps.push(...startOf(milestone, steps.at(-1)));
    const { stage, at, attempt, station } = milestone;
    steps.push({ stage, at, attempt, where: station ?? null });
  }
  const last = steps.at(-1);
  if (last?.stage === order.stage && last.at !== null) return steps;
  const { stage, stageSince: at, attempt, station } = order;
  return [...steps, { stage, at, attempt, where: station ?? null }];
}

type Dwell = {
  covers: Stage[];
  /** null when the step has no time, or nothing recorded came after it */
  ms: number | null;
  /** the recorded step that ended it */
  next: Step | null;
};

/** The steps from `index` on that share one dwell, and how long it was. */
function dwellFrom(steps: readonly Step[], index: number): Dwell {
  const end = steps.findIndex((step, at) => at > index && step.at !== null);
  const next = steps[end] ?? null;
  const covered = steps.slice(index, next === null ? index + 1 : end);
  const from = steps[index]?.at ?? null;
  const ms = from === null || next?.at == null ? null : Math.max(0, next.at - from);
  return { covers: covered.map(({ stage }) => stage), ms, next };
}

const inferredLine = (step: Step, proof: Step | null): MilestoneLine => ({
  kind: "milestone",
  ...step,
  inferredFrom: proof?.stage ?? null,
  dwellMs: null,
  covers: [step.stage],
  normal: null,
  slow: false,
});

function recordedLine(step: Step, dwell: Dwell, normalOf: NormalOf): MilestoneLine {
  const { covers, ms } = dwell;
  const normal = covers.length === 1 ? normalOf(step.stage) : null;
  const slow = normal !== null && ms !== null && ms > normal.p90Ms;
  return { kind: "milestone", ...step, inferredFrom: null, dwellMs: ms, covers, normal, slow };
}

function milestoneLine(steps: readonly Step[], index: number, step: Step, normalOf: NormalOf) {
  const dwell = dwellFrom(steps, index);
  return step.at === null ? inferredLine(step, dwell.next) : recordedLine(step, dwell, normalOf);
}

const nowLine = (step: Step, since: number, normalOf: NormalOf): NowLine => ({
  kind: "now",
  stage: step.stage,
  since,
  normal: normalOf(step.stage),
  attempt: step.attempt,
  where: step.where,
});

/** A step without a time stands right before the recorded one that proves it. */
const placeOf = (steps: readonly Step[], index: number, step: Step): number =>
  step.at ?? dwellFrom(steps, index).next?.at ?? Number.MAX_SAFE_INTEGER;

function stepLines(order: Order, normalOf: NormalOf): Placed[] {
  const steps = stepsOf(order);
  return steps.map((step, index) => {
    const isNow = index === steps.length - 1 && order.closedAt === undefined;
    const line = isNow
      ? nowLine(step, order.stageSince, normalOf)
      : milestoneLine(steps, index, step, normalOf);
    const at = placeOf(steps, index, step);
    return { at, rank: 0, line: { ...line, key: `m${index}` } };
  });
}

const holds = (order: Order): Placed[] =>
  order.holds.map((hold, index) => ({
    at: hold.placedAt,
    rank: 1,
    line: { kind: "hold", hold, at: hold.placedAt, key: `h${index}` },
  }));

const exceptions = (order: Order): Placed[] =>
  order.exceptions.map((exception, index) => ({
    at: exception.raisedAt,
    rank: 2,
    line: { kind: "exception", exception, at: exception.raisedAt, key: `x${index}` },
  }));

/** What one event adds besides milestones: evidence that was kept, or an action of a person. */
function eventLine(event: EventView, at: number): TimelineLine | null {
  const key = `e${event.source}\u0000${event.id}`;
  if (event.effect === "impossible" || event.effect === "corrected")
    return { kind: "evidence", at, effect: event.effect, event, key };
  if (event.effect === "duplicate" || !ACTION_TYPES.has(event.type)) return null;
  return { kind: "action", at, type: event.type, words: event.words, key };
}

function eventLines(events: readonly EventView[]): Placed[] {
  return events.flatMap((event) => {
    const at = event.at ?? event.recordedAt;
    const line = eventLine(event, at);
    return line === null ? [] : [{ at, rank: 3, line }];
  });
}

function expectedLine(view: OrderView): TimelineLine[] {
  const steps = view.deadlines
    .filter(({ kind, state }) => kind === "milestone" && state !== "met")
    .toSorted((a, b) => a.at - b.at);
  if (steps.length === 0 || view.order.closedAt !== undefined) return [];
  return [{ kind: "expected", steps, key: "expected" }];
}

/** Every line, oldest first; what stands now and what is expected come last. */
export function timelineOf(view: OrderView, normalOf: NormalOf): TimelineLine[] {
  const { order } = view;
  const steps = stepLines(order, normalOf);
  const now = steps.filter(({ line }) => line.kind === "now");
  const past = [
    ...steps.filter(({ line }) => line.kind !== "now"),
    ...holds(order),
    ...exceptions(order),
    ...eventLines(view.events),
  ].toSorted((a, b) => a.at - b.at || a.rank - b.rank);
  return [...past.map(({ line }) => line), ...now.map(({ line }) => line), ...expectedLine(view)];
}
