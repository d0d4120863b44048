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

export type MilestoneLine = {
  kind: "milestone";
  stage: Stage;
  at: number | null;
  startedAt: number | null;
  inferred: boolean;
  /** the recorded milestone that proves an inferred one */
  inferredFrom: Stage | null;
  attempt: number;
  dwellMs: number | null;
  covers: Stage[];
  normal: Normal;
  /** dwell over the stage's p90 */
  slow: boolean;
  where: string | null;
};
export type NowLine = {
  kind: "now";
  stage: Stage;
  since: number;
  /** the stage is a finished fact and nobody has started the next one */
  waiting: boolean;
  normal: Normal;
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

/** Stages that are work under way rather than a finished fact. */
const UNDER_WAY: ReadonlySet<Stage> = new Set(["picking", "packing", "in_transit", "returning"]);

type Placed = { at: number; rank: number; line: TimelineLine };

/** Where a milestone stands in time: its own, else that of the next recorded one, else of the last recorded one. */
function placesOf(timeline: readonly Milestone[]): { at: number; proof: Stage | null }[] {
  const places: { at: number; proof: Stage | null }[] = [];
  const last = timeline.findLast((milestone) => milestone.at !== null);
  let at = last?.at ?? 0;
  let proof: Stage | null = null;
  for (const milestone of timeline.toReversed()) {
    if (milestone.at !== null) [at, proof] = [milestone.at, milestone.stage];
    places.push({ at, proof });
  }
  return places.reverse();
}

/** The stage whose usual time a dwell is compared with: only a dwell of one stage has one. */
const normalOfDwell = (covers: readonly Stage[], normalOf: NormalOf): Normal =>
  covers.length === 1 && covers[0] !== undefined ? normalOf(covers[0]) : null;

function milestoneLine(milestone: Milestone, proof: Stage | null, normalOf: NormalOf) {
  const normal = normalOfDwell(milestone.covers, normalOf);
  const line: MilestoneLine = {
    kind: "milestone",
    stage: milestone.stage,
    at: milestone.at,
    startedAt: milestone.startedAt,
    inferred: milestone.inferred,
    inferredFrom: milestone.inferred ? proof : null,
    attempt: milestone.attempt,
    dwellMs: milestone.dwellMs,
    covers: milestone.covers,
    normal,
    slow: normal !== null && milestone.dwellMs !== null && milestone.dwellMs > normal.p90Ms,
    where: milestone.station ?? null,
  };
  return line;
}

function milestones(order: Order, normalOf: NormalOf): Placed[] {
  const places = placesOf(order.timeline);
  return order.timeline.map((milestone, index) => {
    const { at, proof } = places[index] ?? { at: 0, proof: null };
    const line = milestoneLine(milestone, proof, normalOf);
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

function nowLine(order: Order, normalOf: NormalOf): TimelineLine[] {
  if (order.closedAt !== undefined) return [];
  const waiting = !UNDER_WAY.has(order.stage);
  return [
    {
      kind: "now",
      stage: order.stage,
      since: order.stageSince,
      waiting,
      normal: normalOf(order.stage),
      where: order.station ?? null,
      key: "now",
    },
  ];
}

function expectedLine(view: OrderView): TimelineLine[] {
  const steps = view.deadlines
    .filter(({ kind, state }) => kind === "milestone" && state !== "met")
    .toSorted((a, b) => a.at - b.at);
  if (steps.length === 0 || view.order.closedAt !== undefined) return [];
  return [{ kind: "expected", steps, key: "expected" }];
}

/** Every line, oldest first, then where the order stands now, then what is expected. */
export function timelineOf(view: OrderView, normalOf: NormalOf): TimelineLine[] {
  const { order } = view;
  const past = [
    ...milestones(order, normalOf),
    ...holds(order),
    ...exceptions(order),
    ...eventLines(view.events),
  ].toSorted((a, b) => a.at - b.at || a.rank - b.rank);
  return [...past.map(({ line }) => line), ...nowLine(order, normalOf), ...expectedLine(view)];
}
