/** A turn over what fell due: time passing is an event too. The cursor stays where it is. Never throws. */
import type { Row } from "../board.ts";
import { type OrderView, THREW_AGAIN_MS, isStub, isUnknown, judge } from "./order-view.ts";
import { tellOutside } from "./outgoing.ts";
import {
  type Failure,
  type Turn,
  type TurnStart,
  bury,
  countDead,
  emptyTurn,
  postedOf,
} from "./turn.ts";

/** Its order did not come: each of its events is a dead letter, the stub is gone. */
function giveUp(turn: Turn, start: TurnStart, view: OrderView): void {
  const message = "the order of this event did not come within 24 hours";
  const cause = { code: "CT_ERR_WAITED_TOO_LONG", message } as const;
  view.record.events.forEach((event, place) => {
    const rest = { event: postedOf(event), hash: event.hash, orderId: view.id };
    bury(turn, start, { id: `dl-waited-${view.id}-${event.recordedAt}-${place}`, cause, rest });
  });
  turn.givenUp.push(view.id);
  turn.due.set(view.id, null);
  turn.change.waiting--;
}

const sameButVersion = (a: Row | null, b: Row): boolean =>
  a !== null && JSON.stringify({ ...a, v: 0 }) === JSON.stringify({ ...b, v: 0 });

/** Looks again at an open order; a row that stays as it was is not sent again. Throws what the rules throw. */
export function lookAgain(turn: Turn, start: TurnStart, view: OrderView): void {
  const { order } = view.folded;
  if (order === null || view.promises === null) return;
  const { rules, now, seq } = start;
  const policy = start.policyOf(view.record.policy);
  const judged = judge(order, view.promises, policy, rules, now, seq, view);
  const due = judged.due !== null && judged.due <= now ? now + 1_000 : judged.due;
  turn.due.set(view.id, judged.isOpen ? due : null);
  if (!judged.isOpen || sameButVersion(view.row, judged.row)) return;
  turn.before.set(view.id, view);
  const after = tellOutside(turn, start, view, { ...view, row: judged.row, due }, () => now);
  turn.views.set(view.id, after);
  turn.change.rows.push(judged.row);
}

/** It is looked at again later, and shown meanwhile. */
function postpone(turn: Turn, start: TurnStart, id: string, cause: Failure): void {
  bury(turn, start, { id: `dl-sweep-${id}`, cause, rest: { orderId: id } });
  turn.due.set(id, start.now + THREW_AGAIN_MS);
}

function sweepOne(turn: Turn, start: TurnStart, id: string): void {
  const broken = start.unreadable.get(id);
  if (broken !== undefined) {
    postpone(turn, start, id, { code: "CT_ERR_RECORD_UNREADABLE", message: broken });
    return;
  }
  const view = start.views.get(id);
  try {
    if (view === undefined || isUnknown(view)) turn.due.set(id, null);
    else if (isStub(view)) giveUp(turn, start, view);
    else lookAgain(turn, start, view);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    postpone(turn, start, id, { code: "CT_ERR_RULES_THREW", message: message.slice(0, 500) });
  }
}

/** A turn over what fell due; the cursor stays where it is. */
export function sweepTurn(start: TurnStart, ids: readonly string[]): Turn {
  const turn = emptyTurn(start);
  for (const id of ids) sweepOne(turn, start, id);
  countDead(turn, start);
  return turn;
}
