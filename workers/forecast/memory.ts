/** What the forecaster keeps of each open order of a site: what the models need, and what was said of it. */
import type { SaidOutlook } from "../../domain/forecast/saying.ts";
import { openOrderOf, transitOrderOf } from "../../domain/forecast/order-facts.ts";
import { atProviderOf, type AtProvider } from "../../domain/forecast/provider.ts";
import type { OpenOrder } from "../../domain/forecast/state.ts";
import type { TransitOrder } from "../../domain/forecast/transit/state.ts";
import type { Order } from "../../domain/order.ts";
import type { Dependence } from "../../domain/silence/depends.ts";
import type { Finding } from "../../domain/silence/evidence.ts";
import type { Truck } from "../../domain/silence/missing.ts";
import type { Passed } from "../../domain/silence/overtaken.ts";
import type { Site } from "../../domain/site.ts";
import { carrierOf, isKnown, type KnownOrder } from "./learning.ts";
import type { ReadOrder } from "./order-reader.ts";

/** The part of an order that tells whether something ended since the last look. */
export type Before = Pick<Order, "handedOverAt" | "stage" | "deliveredAt">;

export type Held = {
  id: string;
  before: Order;
  /** null when it is not on the floor */
  floor: OpenOrder | null;
  /** null while no 3PL has it */
  elsewhere: AtProvider | null;
  /** null while it is not with a carrier */
  transit: TransitOrder | null;
  /** the last evaluation, said or not */
  latest: SaidOutlook | undefined;
  /** what the board shows */
  said: SaidOutlook | undefined;
  /** when its way was last forecast */
  transitAt: number;
  watch: Watch;
  /** by how many it was overtaken, as of the last look at all; undefined when it was not */
  passed: Passed | undefined;
};

/** What there is to notice of an order besides its forecast. */
export type Watch = {
  /** who would tell its next step */
  dependence: Dependence;
  /** scans that should come, with the moment from which their absence is news */
  missing: readonly Finding[];
  /** the one it should be on, while it stands on the dock */
  truck: Truck | null;
};

/** Two evaluations of one order: the later one. */
export const newerOf = (
  a: SaidOutlook | undefined,
  b: SaidOutlook | undefined,
): SaidOutlook | undefined => (a === undefined || (b !== undefined && b.at > a.at) ? b : a);

const isWhereItWas = (order: Order, { before }: Held): boolean =>
  before.stage === order.stage && before.stageSince === order.stageSince;

/** What is kept of an order that was read; null when it is closed, waiting or gone. */
export function heldOf(
  read: ReadOrder,
  known: Held | undefined,
  site: Site,
  watchOf: (read: KnownOrder) => Watch,
): Held | null {
  if (!isKnown(read) || read.order.closedAt !== undefined) return null;
  const { order, events, promises } = read;
  return {
    id: order.id,
    before: order,
    floor: openOrderOf(order, events, promises, site),
    elsewhere: atProviderOf(order, promises),
    transit: transitOrderOf(order, promises, carrierOf(order, site)),
    latest: newerOf(known?.latest, read.said),
    said: read.said,
    transitAt: known?.transitAt ?? 0,
    watch: watchOf(read),
    passed: known !== undefined && isWhereItWas(order, known) ? known.passed : undefined,
  };
}
