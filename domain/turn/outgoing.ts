/** A turn's part of what is told to the outside; nothing at all where nobody wants to be told. */
import { type Seen, effectsOf } from "../effects.ts";
import type { OrderView } from "./order-view.ts";
import type { Turn, TurnStart } from "./turn.ts";

const seen = ({ folded, row, isOpen }: OrderView): Seen => ({ order: folded.order, row, isOpen });

/** `after` as it is to be written: what is told now is written down in it, in the same commit. */
export function tellOutside(
  turn: Turn,
  start: TurnStart,
  before: OrderView,
  after: OrderView,
  newestAt: () => number,
): OrderView {
  const { site, wanted, now, seq } = start;
  if (wanted.size === 0) return after;
  const { sent } = after.record;
  const asked = { site, orderId: after.id, sent, wanted, now, newestAt: newestAt() };
  const told = effectsOf(seen(before), seen(after), asked);
  if (told.effects.length === 0) return after;
  turn.effects.push(...told.effects);
  return { ...after, record: { ...after.record, v: seq, sent: told.sent } };
}
