/**
 * A turn over what the forecast has to say: orders are judged anew with it, and only what changes on the board gets a number. The cursor stays where it is.
 * Never throws: an order whose rules throw keeps what was said of it before; the sweep finds and reports it.
 */
import type { StoredOutlook } from "../contract/stored.ts";
import type { OrderView } from "./order-view.ts";
import { lookAgain } from "./sweep-turn.ts";
import { type Turn, type TurnStart, emptyTurn } from "./turn.ts";

function say(turn: Turn, start: TurnStart, view: OrderView, outlook: StoredOutlook | null): void {
  turn.outlooks.set(view.id, outlook);
  lookAgain(turn, start, { ...view, outlook: outlook ?? undefined });
}

/** `said`: what is new of each order; null takes back what was said. An order that closed meanwhile is left alone. */
export function forecastTurn(
  start: TurnStart,
  said: ReadonlyMap<string, StoredOutlook | null>,
): Turn {
  const turn = emptyTurn(start);
  for (const [id, outlook] of said) {
    const view = start.views.get(id);
    if (view === undefined || !view.isOpen || view.folded.order === null) continue;
    try {
      say(turn, start, view, outlook);
    } catch {
      turn.outlooks.delete(id);
    }
  }
  return turn;
}
