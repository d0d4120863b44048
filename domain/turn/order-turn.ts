/** One order's part of a turn: its new events in their places, one after the other, each new, repeated, in conflict or refused by the rules. */
import type { OrderRecord, SealedFields } from "../contract/keys.ts";
import type { ErrorCode } from "../errors.ts";
import type { RecordedEvent } from "../event.ts";
import type { Folded } from "../fold.ts";
import type { SitePolicy } from "../site.ts";
import { type OrderView, isStub, viewOf } from "./order-view.ts";
import type { Rules } from "./rules.ts";

export const MAX_ORDER_EVENTS = 1_000;
export const MAX_ORDER_SIZE = 256 * 1024;
export const MAX_STUB_EVENTS = 100;

/** An event of the inbox, read and given its record time. */
export type Arrival = {
  event: RecordedEvent;
  position: string;
  sealed?: string;
  replayOf?: string;
  /** characters of its inbox entry */
  size: number;
};

export type Refused = { arrival: Arrival; code: ErrorCode; message: string };

export type OrderTurn = {
  view: OrderView;
  isChanged: boolean;
  personal: SealedFields[];
  refused: Refused[];
};

type Situation = {
  policy: SitePolicy;
  rules: Rules;
  now: number;
  seq: number;
  /** false when no further stub may be opened at this site */
  mayWait: boolean;
};

const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, 500);

function limitPassed(view: Placed, arrival: Arrival): Refused | null {
  const tooMany = view.record.events.length >= MAX_ORDER_EVENTS;
  if (!tooMany && view.size + arrival.size <= MAX_ORDER_SIZE) return null;
  const message = `${view.record.events.length} events, ${view.size} characters are kept already`;
  return { arrival, code: "CT_ERR_ORDER_TOO_LARGE", message };
}

function waitingPassed(before: OrderView, after: OrderView, mayWait: boolean): string | null {
  if (!isStub(after)) return null;
  if (!isStub(before) && !mayWait) return "too many orders are waited for at this site";
  if (after.record.events.length > MAX_STUB_EVENTS)
    return `more than ${MAX_STUB_EVENTS} events wait for this order`;
  return null;
}

type Step = { view: OrderView; refused?: Refused; isNew?: boolean };
type Placed = { record: OrderRecord; folded: Folded; size: number };

/** Puts one event in its place: null when it is known already, a refusal in words when it cannot be taken. Throws what the rules throw. */
function place(before: Placed, arrival: Arrival, { policy, rules, seq }: Situation) {
  const applied = rules.applyEvent(before.record.events, { ...arrival.event, seq }, policy);
  if (applied.kind !== "new") return applied.kind;
  const record = { ...before.record, v: seq, events: applied.events };
  return { record, folded: applied.folded, size: before.size + arrival.size };
}

const CONFLICT = "the same id was applied before with another body";

/** The order after one event, or why not. Never throws. */
function takeIn(view: OrderView, arrival: Arrival, situation: Situation): Step {
  const tooLarge = limitPassed(view, arrival);
  if (tooLarge !== null) return { view, refused: tooLarge };
  try {
    const placed = place(view, arrival, situation);
    if (placed === "duplicate") return { view };
    if (placed === "conflict")
      return { view, refused: { arrival, code: "CT_ERR_EVENT_CONFLICT", message: CONFLICT } };
    const { policy, rules, now, mayWait } = situation;
    const after = viewOf({ id: view.id, ...placed }, policy, rules, now);
    const waiting = waitingPassed(view, after, mayWait);
    if (waiting !== null)
      return { view, refused: { arrival, code: "CT_ERR_TOO_MANY_WAITING", message: waiting } };
    return { view: after, isNew: true };
  } catch (error) {
    return { view, refused: { arrival, code: "CT_ERR_RULES_THREW", message: messageOf(error) } };
  }
}

const sealedOf = ({ event, sealed }: Arrival): SealedFields[] =>
  sealed === undefined
    ? []
    : [{ source: event.source, id: event.id, occurredAt: event.occurredAt, sealed }];

/** Event by event, so that exactly those that cannot be taken are refused. */
function turnOneByOne(
  before: OrderView,
  arrivals: readonly Arrival[],
  situation: Situation,
): OrderTurn {
  const turn: OrderTurn = { view: before, isChanged: false, personal: [], refused: [] };
  for (const arrival of arrivals) {
    const step = takeIn(turn.view, arrival, situation);
    turn.view = step.view;
    if (step.refused !== undefined) turn.refused.push(step.refused);
    if (step.isNew !== true) continue;
    turn.isChanged = true;
    turn.personal.push(...sealedOf(arrival));
  }
  return turn;
}

/** All at once and judged once; null when anything is out of the ordinary. */
function turnTogether(
  before: OrderView,
  arrivals: readonly Arrival[],
  situation: Situation,
): OrderTurn | null {
  const turn: OrderTurn = { view: before, isChanged: false, personal: [], refused: [] };
  let placed: Placed = before;
  for (const arrival of arrivals) {
    if (limitPassed(placed, arrival) !== null) return null;
    const next = place(placed, arrival, situation);
    if (next === "conflict") return null;
    if (next === "duplicate") continue;
    placed = next;
    turn.isChanged = true;
    turn.personal.push(...sealedOf(arrival));
  }
  if (!turn.isChanged) return turn;
  const { policy, rules, now, mayWait } = situation;
  const { record, folded, size } = placed;
  turn.view = viewOf({ id: before.id, record, folded, size }, policy, rules, now);
  return waitingPassed(before, turn.view, mayWait) === null ? turn : null;
}

/** All new events of one order, in the order of arrival. Never throws. */
export function turnOrder(
  before: OrderView,
  arrivals: readonly Arrival[],
  situation: Situation,
): OrderTurn {
  try {
    const turn = turnTogether(before, arrivals, situation);
    if (turn !== null) return turn;
  } catch {
    // One of them makes the rules throw: below it is found, and the others are taken.
  }
  return turnOneByOne(before, arrivals, situation);
}
