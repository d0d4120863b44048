/**
 * The way of an order as completed work (M3): from one recorded milestone to the next. Where those between were inferred, the span belongs to all of them together
 * (`picked+packed`), never to one. Start scans split the wait off and end no leg.
 */
import type { Calendar } from "../calendar.ts";
import type { Milestone, Order } from "../order.ts";
import { isBeforeHandOver, type Stage } from "../stages.ts";
import { splitOf, unionOf, type Span } from "./spans.ts";

export type Leg = {
  /** the milestone it ends with, after those that were inferred on the way */
  stage: string;
  from: Stage;
  to: Stage;
  at: number;
  /** elapsed; = work + hold + night */
  ms: number;
  /** in working hours and not held; the carrier's clock has no nights */
  work: number;
  hold: number;
  night: number;
  /** of `work`, before the start scan; null without one: unknown, not zero */
  wait: number | null;
  attempt: number;
  station?: string;
};

const isProcess = (stage: Stage): boolean => stage === "picking" || stage === "packing";

export const holdSpansOf = (order: Order): Span[] =>
  unionOf(order.holds.map(({ placedAt, releasedAt }) => [placedAt, releasedAt ?? null]));

type From = { stage: Stage; at: number };

function legOf(
  from: From,
  milestone: Milestone & { at: number },
  inferred: readonly Stage[],
  holds: readonly Span[],
  calendar: Calendar,
): Leg {
  const { stage, at, startedAt, attempt, station } = milestone;
  const ms = at - from.at;
  const isHere = isBeforeHandOver(from.stage);
  const split = isHere ? splitOf(calendar, holds, from.at, at) : { work: ms, hold: 0, night: 0 };
  const isSplit = isHere && startedAt !== null && startedAt >= from.at && startedAt <= at;
  const wait = isSplit ? splitOf(calendar, holds, from.at, startedAt).work : null;
  return {
    stage: [...inferred, stage].join("+"),
    from: from.stage,
    to: stage,
    at,
    ms,
    ...split,
    wait,
    attempt,
    ...(station !== undefined && { station }),
  };
}

const isRecorded = (milestone: Milestone): milestone is Milestone & { at: number } =>
  milestone.at !== null;

export function legsOf(order: Order, holds: readonly Span[], calendar: Calendar): Leg[] {
  const legs: Leg[] = [];
  let from: From | null = null;
  let inferred: Stage[] = [];
  let attempt = 1;
  for (const milestone of order.timeline) {
    if (!isRecorded(milestone)) {
      inferred.push(milestone.stage);
      continue;
    }
    const { stage, at } = milestone;
    // another attempt begins a new leg, by going back to a process; a start scan within an attempt only splits one
    if (isProcess(stage) && milestone.attempt === attempt) continue;
    attempt = milestone.attempt;
    // told late: before what is known already, it ends nothing
    if (from !== null && at >= from.at && !isProcess(stage))
      legs.push(legOf(from, milestone, inferred, holds, calendar));
    if (from === null || at >= from.at) from = { stage, at };
    inferred = [];
  }
  return legs;
}
