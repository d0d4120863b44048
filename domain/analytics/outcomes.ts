/** How an order ended, in units and quality: who cancelled it, what arrived, how picking and checking went. */
import type { Step } from "../fold/corrections.ts";
import { SAME_STORY_MS } from "../fold/state.ts";
import { leftAt, type Order, type Parcel } from "../order.ts";

export type Cancel = { by: "customer" | "seller"; at: number; isAfterPick: boolean };

/** What sellers write when the goods were the reason. */
const SELLERS_REASON =
  /stock|unavailable|inventory|damage|broken|seller|merchant|cannot (be )?(ship|fulfil)/i;
const SELLERS_CODES: ReadonlySet<string> = new Set([
  "STOCK_OUT",
  "STOCK_HELD_ELSEWHERE",
  "SHORT_PICK",
  "DAMAGED_INTERNAL",
  "TPL_REJECTED",
  "BAD_MASTER_DATA",
]);

/** Said by the event (`by`, a field that is kept), else by its reason, else by what stood open against the order. */
function cancelledBy(order: Order, { event, at }: Step): Cancel["by"] {
  const data = event.data as { by?: unknown; reason?: unknown };
  if (data.by === "seller" || data.by === "merchant") return "seller";
  if (data.by === "customer") return "customer";
  if (typeof data.reason === "string" && data.reason !== "")
    return SELLERS_REASON.test(data.reason) ? "seller" : "customer";
  const isOurs = order.exceptions.some(
    ({ code, raisedAt, clearedAt }) =>
      SELLERS_CODES.has(code) && raisedAt <= at && (clearedAt === undefined || clearedAt >= at),
  );
  return isOurs ? "seller" : "customer";
}

export function cancelOf(order: Order, steps: readonly Step[]): Cancel | null {
  if (order.stage !== "cancelled") return null;
  const step = steps.findLast(({ event }) => event.type === "order.cancelled");
  if (step === undefined) return null;
  const isAfterPick = order.timeline.some(
    ({ stage, at }) => stage === "picked" && at !== null && at <= step.at,
  );
  return { by: cancelledBy(order, step), at: step.at, isAfterPick };
}

export type Units = {
  /** net of what the customer took back */
  ordered: number;
  lines: number;
  linesComplete: number;
  /** reported missing when it left, or all of it when the seller cancelled: the seller's */
  short: number;
  delivered: number;
  deliveredInTime: number;
};

function inParcel({ lines }: Parcel): number | null {
  return lines === undefined ? null : lines.reduce((sum, { quantity }) => sum + quantity, 0);
}

/** Units in the parcels that arrived by `by`; null when nobody told what is in them. */
function arrived(order: Order, by: number): number | null {
  let sum = 0;
  for (const parcel of order.parcels) {
    if (parcel.stage !== "delivered" || parcel.stageSince > by) continue;
    const units = inParcel(parcel);
    if (units === null) return null;
    sum += units;
  }
  return sum;
}

function deliveredBy(order: Order, whole: number, by: number): number {
  if (order.deliveredAt !== undefined && order.deliveredAt <= by) return whole;
  const parts = order.parcels.length === 0 ? 0 : arrived(order, by);
  return Math.min(whole, parts ?? 0);
}

export function unitsOf(order: Order, deliverBy: number | null): Units {
  const ordered = order.lines.reduce((sum, { quantity }) => sum + quantity, 0);
  const missing = order.lines.reduce((sum, { short }) => sum + short, 0);
  const hasLeft = leftAt(order) !== undefined;
  const short = hasLeft ? missing : 0;
  const whole = ordered - short;
  return {
    ordered,
    lines: order.lines.length,
    linesComplete: hasLeft ? order.lines.filter((line) => line.short === 0).length : 0,
    short,
    delivered: deliveredBy(order, whole, Infinity),
    deliveredInTime: deliverBy === null ? 0 : deliveredBy(order, whole, deliverBy),
  };
}

/** Lines picked, and how many of them were found to be wrong: in the house, or by the customer. */
export type Picks = { at: number | null; lines: number; caught: number; escaped: number };

type Failed = Step<Extract<Step["event"], { type: "check.failed" }>>;
const isFailed = (step: Step): step is Failed => step.event.type === "check.failed";

/** Failed checks, each once: what is told of a parcel again within two minutes sends nothing back again (`fold/back.ts`). */
function failuresOf(steps: readonly Step[]): Failed[] {
  const failures: Failed[] = [];
  for (const step of steps.filter(isFailed)) {
    const { parcelId } = step.event.data;
    const isTold = failures.some(
      ({ at, event }) => event.data.parcelId === parcelId && step.at - at <= SAME_STORY_MS,
    );
    if (!isTold) failures.push(step);
  }
  return failures;
}

/** Goods that are picked again because the right ones were damaged were picked rightly. */
function isPickError({ event: { data } }: Failed): boolean {
  const code = data.defect?.code ?? "";
  return /WRONG|MISPICK|MISSING/i.test(code) || (data.to === "picking" && !/DAMAG/i.test(code));
}

export function picksOf(order: Order, steps: readonly Step[]): Picks {
  const picked = order.timeline.find(({ stage, at }) => stage === "picked" && at !== null);
  const out = leftAt(order) ?? Infinity;
  const wrong = order.exceptions.filter(({ code }) => code === "WRONG_ITEM");
  const escaped = wrong.filter(({ raisedAt }) => raisedAt >= out).length;
  const failed = failuresOf(steps).filter((step) => step.at < out && isPickError(step));
  // a check that fails may raise it as well
  const caught = Math.max(failed.length, wrong.length - escaped);
  return { at: picked?.at ?? null, lines: order.lines.length, caught, escaped };
}

/** The first inspection and how many there were; null when it was not inspected. */
export type Checks = { at: number; isPassed: boolean; count: number; station?: string } | null;

export function checksOf(steps: readonly Step[]): Checks {
  const checks = steps.filter(
    ({ event: { type } }) => type === "check.passed" || type === "check.failed",
  );
  const [first] = checks;
  if (first === undefined) return null;
  const { station } = first.event;
  return {
    at: first.at,
    isPassed: first.event.type === "check.passed",
    count: checks.length,
    ...(station !== undefined && { station }),
  };
}
