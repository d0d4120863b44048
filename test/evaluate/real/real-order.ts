/** An order of somebody's files, and the moments at which it is judged. Instants in epoch ms. */
import type { TransitOrder } from "../../../domain/forecast/transit/state.ts";
import { DAY_MS } from "../../../domain/wall-clock.ts";

export type RealOrder = {
  id: string;
  /** known when it is placed: nothing of its course is in it */
  facts: TransitOrder;
  /** its course; undefined = it did not happen as far as the files go */
  handedOverAt: number | undefined;
  deliveredAt: number | undefined;
};

/** A moment of an order's life; undefined when it never comes. */
export type Moment = { name: string; at(order: RealOrder): number | undefined };

export type DataSet = {
  name: string;
  zone: string;
  /** local dates on which carriers stand still, as days since 1970 */
  closed: readonly number[];
  orders: readonly RealOrder[];
  /** judged, and learned from by the recalibration */
  moments: readonly Moment[];
  /** daily looks for alarms: asked, never learned from */
  looks: readonly Moment[];
  /** tuned before, judged from here on */
  judgedFrom: number;
  /** an order open for so long after its promise will not come */
  givenUpAfterMs: number;
  notes: readonly string[];
};

export const beforePromise = (days: number): Moment => ({
  name: `promise -${days} d`,
  at: ({ facts }) => facts.deliverBy - days * DAY_MS,
});

/** The order as it is known at `now`: a hand-over that has not happened yet is not in it. */
export function knownAt(order: RealOrder, now: number): TransitOrder {
  const { facts, handedOverAt } = order;
  return handedOverAt !== undefined && handedOverAt <= now ? { ...facts, handedOverAt } : facts;
}

export const isLate = ({ facts, deliveredAt }: RealOrder): boolean =>
  deliveredAt === undefined || deliveredAt > facts.deliverBy;
