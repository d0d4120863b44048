/** What the forecaster keeps of each open order of a site: what the models need, and what was said of it. */
import type { SaidOutlook } from "../../domain/forecast/saying.ts";
import { openOrderOf, transitOrderOf } from "../../domain/forecast/order-facts.ts";
import type { OpenOrder } from "../../domain/forecast/state.ts";
import type { TransitOrder } from "../../domain/forecast/transit/state.ts";
import type { Order } from "../../domain/order.ts";
import type { Site } from "../../domain/site.ts";
import { carrierOf, isKnown } from "./learning.ts";
import type { ReadOrder } from "./order-reader.ts";

/** The part of an order that tells whether something ended since the last look. */
export type Before = Pick<Order, "handedOverAt" | "stage" | "deliveredAt">;

export type Held = {
  id: string;
  before: Order;
  /** null when it is not on the floor */
  floor: OpenOrder | null;
  /** null while it is not with a carrier */
  transit: TransitOrder | null;
  /** the last evaluation, said or not */
  latest: SaidOutlook | undefined;
  /** what the board shows */
  said: SaidOutlook | undefined;
  /** when its way was last forecast */
  transitAt: number;
};

/** What is kept of an order that was read; null when it is closed, waiting or gone. */
export function heldOf(read: ReadOrder, known: Held | undefined, site: Site): Held | null {
  if (!isKnown(read) || read.order.closedAt !== undefined) return null;
  const { order, events, promises } = read;
  return {
    id: order.id,
    before: order,
    floor: openOrderOf(order, events, promises, site),
    transit: transitOrderOf(order, promises, carrierOf(order, site)),
    latest: known?.latest ?? read.said,
    said: read.said,
    transitAt: known?.transitAt ?? 0,
  };
}
