/** Status and reason codes of the 214 in our words; what is not listed is kept as it came. */
import type { EventType } from "../../domain/event.ts";

/** Shipment status (element 1650 and, in older versions, 157). What has no stage of ours is a note. */
const STATUS: Readonly<Record<string, EventType>> = {
  AF: "parcel.handed_over",
  CP: "parcel.handed_over",
  A: "parcel.in_transit",
  AM: "parcel.in_transit",
  AN: "parcel.in_transit",
  AR: "parcel.in_transit",
  // at the last terminal, to be brought: nobody has to collect it
  AV: "parcel.in_transit",
  BA: "parcel.in_transit",
  BC: "parcel.in_transit",
  I1: "parcel.in_transit",
  J: "parcel.in_transit",
  J1: "parcel.in_transit",
  K1: "parcel.in_transit",
  // out of a gate, of a terminal or a ramp: on its way to wherever is next
  OA: "parcel.in_transit",
  P1: "parcel.in_transit",
  PR: "parcel.in_transit",
  R1: "parcel.in_transit",
  RL: "parcel.in_transit",
  X4: "parcel.in_transit",
  X6: "parcel.in_transit",
  AJ: "parcel.out_for_delivery",
  OD: "parcel.out_for_delivery",
  S1: "parcel.out_for_delivery",
  X1: "parcel.out_for_delivery",
  X5: "parcel.out_for_delivery",
  AU: "parcel.available_for_pickup",
  AW: "parcel.available_for_pickup",
  AH: "parcel.delivery_failed",
  AP: "parcel.delivery_failed",
  "2": "parcel.delivery_failed",
  HC: "parcel.delivery_failed",
  HD: "parcel.delivery_failed",
  A7: "parcel.delivery_failed",
  CB: "parcel.delivered",
  D: "parcel.delivered",
  D1: "parcel.delivered",
  "1": "parcel.delivered",
  "4": "parcel.delivered",
  "3": "parcel.returning",
  // it says no more than that it was sent back: that it has come is scanned by whoever takes it in
  A3: "parcel.returning",
};

/** What a status says besides its stage. */
const STATUS_EXCEPTION: Readonly<Record<string, string>> = {
  HD: "REFUSED",
  A7: "REFUSED",
  A9: "DAMAGED_IN_TRANSIT",
  HC: "ATTEMPT_FAILED",
  "4": "DAMAGED_IN_TRANSIT",
  "1": "SHORT_PICK",
  SD: "CARRIER_DELAY",
  PR: "CUSTOMS_DELAY",
  // papers without the goods, or no shipment at all any more
  OO: "NOT_SHIPPED",
  CA: "NOT_SHIPPED",
  // a part was delivered
  PA: "OTHER",
};

/** Estimates: their time is still to come. */
const ESTIMATES: ReadonlySet<string> = new Set(["AG", "B6", "C1", "X2"]);
export const isEstimate = (status: string): boolean => ESTIMATES.has(status);

/** Reasons that nothing is wrong. */
const NORMAL: ReadonlySet<string> = new Set(["", "NS", "NA"]);

/** Shipment status or appointment reason (element 1651). */
const REASONS: Readonly<Record<string, string>> = {
  A1: "ATTEMPT_FAILED",
  A2: "HOLD_ADDRESS",
  A5: "MOVED_OR_UNKNOWN",
  A6: "MOVED_OR_UNKNOWN",
  AA: "MISSORT",
  AD: "HOLD_CUSTOMER_REQUEST",
  AF: "CARRIER_DELAY",
  AH: "CARRIER_DELAY",
  AI: "EQUIPMENT_DOWN",
  AJ: "CARRIER_DELAY",
  AK: "DAMAGED_IN_TRANSIT",
  AL: "CARRIER_DELAY",
  AO: "WEATHER_OR_DISASTER",
  AQ: "ATTEMPT_FAILED",
  AR: "DOCUMENTS_MISSING",
  AS: "CUSTOMS_DELAY",
  AU: "WEATHER_OR_DISASTER",
  AW: "CUTOFF_MISSED",
  AX: "CUTOFF_MISSED",
  AY: "PICKUP_MISSED",
  B1: "ATTEMPT_FAILED",
  B4: "HOLD_PAYMENT",
  B5: "HOLD_CUSTOMER_REQUEST",
  BC: "DOCUMENTS_MISSING",
  BD: "CUSTOMS_DELAY",
  BE: "CARRIER_DELAY",
  BH: "CARRIER_DELAY",
  BS: "REFUSED",
  BT: "RETURN_TO_SENDER",
  C1: "AWAITING_COLLECTION",
  C2: "HOLD_PAYMENT",
  C3: "HOLD_CUSTOMER_REQUEST",
  C4: "HOLD_CUSTOMER_REQUEST",
  C8: "HOLD_PAYMENT",
  C9: "HOLD_PAYMENT",
  CA: "CUSTOMS_DELAY",
};

/** The exception of a reason; an unknown one keeps its own code. */
const exceptionOf = (reason: string): string =>
  Object.hasOwn(REASONS, reason)
    ? (REASONS[reason] ?? "")
    : `X12_${reason.replaceAll(/[^A-Za-z0-9]/g, "_")}`;

/** What is wrong, as a status and its reason say it. */
export function exceptionsOf(status: string, reason: string): string[] {
  const own = Object.hasOwn(STATUS_EXCEPTION, status) ? [STATUS_EXCEPTION[status] ?? ""] : [];
  return [...new Set([...own, ...(NORMAL.has(reason) ? [] : [exceptionOf(reason)])])];
}

/** The event of a status; undefined for one that has no stage of ours. */
export const typeOf = (status: string): EventType | undefined =>
  Object.hasOwn(STATUS, status) ? STATUS[status] : undefined;
