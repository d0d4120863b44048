/** One order's part of a turn: its new events in their places, one after the other, each new, repeated, in conflict or refused by the rules. */
import type { OnlyWith } from "../contract/inbox-event.ts";
import { type SealedFields, withEvents } from "../contract/order-record.ts";
import type { ErrorCode } from "../errors.ts";
import type { RecordedEvent } from "../event.ts";
import type { SitePolicy } from "../site.ts";
import { type Foresee, type OrderView, isStub, viewOf } from "./order-view.ts";
import type { Rules } from "./rules.ts";

export const MAX_ORDER_EVENTS = 1_000;
export const MAX_ORDER_SIZE = 256 * 1024;
export const MAX_STUB_EVENTS = 100;

/** An event of the inbox, read and given its record time and the number of the commit. */
export type Arrival = {
  event: RecordedEvent;
  position: string;
  sealed?: string;
  replayOf?: string;
  onlyWith?: OnlyWith;
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
  foresee?: Foresee | undefined;
};

const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, 500);

/** An event alone always has room: the door takes those that are as large as an order may be. */
function limitPassed({ record, size }: Placed, arrival: Arrival): Refused | null {
  const count = record.events.length;
  if (count === 0 || (count < MAX_ORDER_EVENTS && size + arrival.size <= MAX_ORDER_SIZE))
    return null;
  const message = `${count} events, ${size} characters are kept already`;
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
type Placed = Pick<OrderView, "record" | "size">;

const CONFLICT = "the same id was applied before with another body";

type Taken = { placed: Placed; isNew: boolean; refused?: Refused };

/** Puts one event among the others, not folded yet. Throws what the rules throw. */
function place(before: Placed, arrival: Arrival, { rules, seq }: Situation): Taken {
  const tooLarge = limitPassed(before, arrival);
  if (tooLarge !== null) return { placed: before, isNew: false, refused: tooLarge };
  const { kind, events } = rules.placeEvent(before.record.events, arrival.event);
  if (kind === "duplicate") return { placed: before, isNew: false };
  if (kind === "conflict") {
    const refused: Refused = { arrival, code: "CT_ERR_EVENT_CONFLICT", message: CONFLICT };
    return { placed: before, isNew: false, refused };
  }
  const record = withEvents(before.record, seq, events);
  return { placed: { record, size: before.size + arrival.size }, isNew: true };
}

/** The order as these events make it, going on from what was known of it. Throws what the rules throw. */
function judged(
  { id, folded: known, promises, outlook, incident }: OrderView,
  { record, size }: Placed,
  { policy, rules, now, foresee }: Situation,
): OrderView {
  const folded = rules.foldOn(known, record.events, policy);
  const basis = { id, record, folded, size, outlook, incident };
  return viewOf(basis, policy, rules, now, { promises, foresee });
}

/** The order after one event, or why not. Never throws. */
function takeIn(view: OrderView, arrival: Arrival, situation: Situation): Step {
  try {
    const { placed, isNew, refused } = place(view, arrival, situation);
    if (refused !== undefined) return { view, refused };
    if (!isNew) return { view };
    const after = judged(view, placed, situation);
    const waiting = waitingPassed(view, after, situation.mayWait);
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

/** All at once, folded and judged once: an order may get hundreds of events in one batch. Null when they cannot wait together. */
function turnTogether(
  before: OrderView,
  arrivals: readonly Arrival[],
  situation: Situation,
): OrderTurn | null {
  const turn: OrderTurn = { view: before, isChanged: false, personal: [], refused: [] };
  let all: Placed = before;
  for (const arrival of arrivals) {
    const { placed, isNew, refused } = place(all, arrival, situation);
    if (refused !== undefined) turn.refused.push(refused);
    if (!isNew) continue;
    all = placed;
    turn.isChanged = true;
    turn.personal.push(...sealedOf(arrival));
  }
  if (!turn.isChanged) return turn;
  turn.view = judged(before, all, situation);
  return waitingPassed(before, turn.view, situation.mayWait) === null ? turn : null;
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
