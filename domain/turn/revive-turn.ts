/**
 * A turn that brings archived orders back for which more came: history's record is what they were before, the events that waited are put in their places, and counters
 * and effects move by the difference, as if they had never been away. Never throws: what cannot be brought back becomes a dead letter.
 */
import { decodeOrderRecord, type OrderRecord } from "../contract/order-record.ts";
import { EMPTY_FOLD, inFoldOrder } from "../fold.ts";
import { recordChange } from "./inbox-turn.ts";
import { turnOrder, type Arrival } from "./order-turn.ts";
import { isStub, loadedView, type OrderView } from "./order-view.ts";
import { tellOutside } from "./outgoing.ts";
import { bury, buryArrival, countDead, emptyTurn, type Turn, type TurnStart } from "./turn.ts";

function archivedView(start: TurnStart, id: string, kept: OrderRecord): OrderView {
  const policy = start.policyOf(kept.policy);
  const record = { ...kept, events: [...inFoldOrder(kept.events)] };
  const folded = start.rules.foldOn(EMPTY_FOLD, record.events, policy);
  const size = record.events.reduce((sum, event) => sum + JSON.stringify(event).length, 0);
  return loadedView(
    { id, record, folded, size, outlook: undefined, incident: undefined },
    null,
    policy,
    start.rules,
  );
}

const arrivalsOf = (stub: OrderView): Arrival[] =>
  stub.record.events.map((event) => ({ event, position: "", size: JSON.stringify(event).length }));

function reviveOne(turn: Turn, start: TurnStart, id: string, text: string): void {
  const stub = start.views.get(id);
  // somebody else brought it back, or what waited was given up
  if (stub === undefined || !isStub(stub)) return;
  const kept = decodeOrderRecord(text, start.site, id);
  const before = archivedView(start, id, kept);
  const { rules, now, seq, foresee } = start;
  const policy = start.policyOf(kept.policy);
  const arrivals = arrivalsOf(stub);
  const result = turnOrder(before, arrivals, { policy, rules, now, seq, mayWait: false, foresee });
  for (const { arrival, code, message } of result.refused)
    buryArrival(turn, start, arrival, { code, message });
  turn.givenUp.push(id);
  turn.due.set(id, null);
  turn.change.waiting -= 1;
  // it stays where it is, and its tombstone with it
  if (!result.isChanged) return;
  turn.revived.push(id);
  const newest = Math.max(...arrivals.map(({ event }) => event.occurredAt));
  recordChange(
    turn,
    before,
    tellOutside(turn, start, before, result.view, () => newest),
  );
}

/** `laidOut`: the records as history kept them, as text. One that cannot be read keeps no other. */
export function reviveTurn(start: TurnStart, laidOut: ReadonlyMap<string, string>): Turn {
  const turn = emptyTurn(start);
  for (const [id, text] of laidOut) {
    turn.answered.push(id);
    try {
      reviveOne(turn, start, id, text);
    } catch (error) {
      const message = (error instanceof Error ? error.message : String(error)).slice(0, 500);
      const cause = { code: "CT_ERR_RULES_THREW", message } as const;
      bury(turn, start, { id: `dl-revive-${id}`, cause, rest: { orderId: id } });
    }
  }
  countDead(turn, start);
  Object.assign(turn.change, turn.tally.named());
  return turn;
}
