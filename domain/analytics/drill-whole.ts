/**
 * Numbers that judge a customer's order as a whole (M7 to M11, M26): behind them stands each such order once, counted when the whole of it is, told by the part that made it
 * fail. Its parts may be due on other days and go with other carriers.
 */
import type { OrderFacts } from "./facts.ts";
import type { Look } from "./look.ts";
import { deliverVerdict, shipVerdict, wholeOf, type Verdict, type Whole } from "./service.ts";

export type WholeDrill = {
  /** the order counts at this moment of one of its parts */
  moment: "receivedAt" | "shipBy" | "netShipBy" | "deliverBy" | "netDeliverBy";
  /** null: not counted */
  look: (parts: readonly OrderFacts[]) => Look | null;
};

const failedUnless = (verdict: Verdict): Look | null =>
  verdict === null ? null : { at: verdict.at, isFailed: !verdict.isOk };
const ship = (moment: "shipBy" | "netShipBy"): WholeDrill => ({
  moment,
  look: (parts) => failedUnless(shipVerdict(parts, moment)),
});
const deliver = (moment: "deliverBy" | "netDeliverBy"): WholeDrill => ({
  moment,
  look: (parts) => failedUnless(deliverVerdict(parts, moment)),
});
const arrival = (look: (whole: Whole) => Omit<Look, "at">): WholeDrill => ({
  moment: "netDeliverBy",
  look: (parts) => {
    const whole = wholeOf(parts);
    return whole === null ? null : { at: whole.at, ...look(whole) };
  },
});
/** Cancelled as a whole; by the seller when any part of it was. */
const cancelled = (who: "seller" | "customer"): WholeDrill => ({
  moment: "receivedAt",
  look: (parts) => {
    const isWhole = parts.every((part) => part.cancelled !== null);
    const isOurs = parts.some((part) => part.cancelled?.by === "seller");
    return {
      at: Math.min(...parts.map(({ receivedAt }) => receivedAt)),
      isFailed: isWhole && isOurs === (who === "seller"),
    };
  },
});

export const WHOLE_DRILLS = {
  onTimeShip: ship("netShipBy"),
  onTimeShipGross: ship("shipBy"),
  onTimeDelivery: deliver("netDeliverBy"),
  onTimeDeliveryGross: deliver("deliverBy"),
  inFull: arrival(({ isInFull }) => ({ isFailed: !isInFull })),
  otif: arrival(({ isOtif }) => ({ isFailed: !isOtif })),
  otifUnits: arrival(({ units, unitsInTime }) => ({
    isFailed: unitsInTime < units,
    of: { n: unitsInTime, d: units },
  })),
  perfectOrder: arrival(({ isPerfect }) => ({ isFailed: !isPerfect })),
  sellerCancelRate: cancelled("seller"),
  customerCancelRate: cancelled("customer"),
} as const satisfies Record<string, WholeDrill>;

/** The order as it stands behind the number, when `facts` are of the part that it is found by; so that it is told once, whatever is asked of its other parts. */
export function wholeAt(
  { moment, look }: WholeDrill,
  parts: readonly OrderFacts[],
  { id }: OrderFacts,
): { facts: OrderFacts; look: Look } | null {
  const looked = look(parts);
  if (looked === null) return null;
  const found = parts.find((part) => part[moment] === looked.at);
  if (found?.id !== id) return null;
  const failing = looked.isFailed && parts.find((part) => look([part])?.isFailed === true);
  return { facts: failing || found, look: looked };
}
