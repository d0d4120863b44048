/** One rule for every event type of an order: what it does to the order as it stands at that moment of its history. */
import type { OrderEventType, RecordedEvent } from "../event.ts";
import { isEnded, type Stage } from "../stages.ts";
import { backordered, checkFailed, checkPassed, checkStarted, rejected } from "./back.ts";
import type { Step } from "./corrections.ts";
import { packCompleted, packStarted, pickCompleted, pickShorted, startScan } from "./floor.ts";
import {
  amended,
  assigned,
  cleared,
  damaged,
  holdPlaced,
  holdReleased,
  noted,
  parcelException,
  raised,
} from "./overlays.ts";
import { anyHandedOver, parcelScan } from "./parcels.ts";
import { advance, afterTheEnd } from "./scans.ts";
import { flag, isClosed, moveOn, raise, type Building, type Verdict } from "./state.ts";

type EventOf<T extends OrderEventType> = Extract<RecordedEvent, { type: T }>;
type Received = Step<EventOf<"order.received">>;
type Rule<T extends OrderEventType> = (
  building: Building,
  step: Step<EventOf<T>>,
  received: Received,
) => Verdict;

type CarrierType =
  | "parcel.in_transit"
  | "parcel.out_for_delivery"
  | "parcel.available_for_pickup"
  | "parcel.delivery_failed"
  | "parcel.delivered"
  | "parcel.returning"
  | "parcel.returned"
  | "parcel.lost";

const carrierScan =
  (stage: Stage) =>
  (building: Building, step: Step<EventOf<CarrierType>>): Verdict => {
    const { parcelId, trackingCode, carrierStatus, location, eta } = step.event.data;
    return parcelScan(building, stage, step, {
      parcelId,
      trackingCode,
      carrierStatus,
      location,
      eta,
    });
  };

function cancelled(building: Building, step: Step): Verdict {
  if (isEnded(building.order.stage)) return afterTheEnd(building, step);
  if (!anyHandedOver(building)) return moveOn(building, "cancelled", step);
  raise(building, "INTERCEPT_REQUESTED", step.at);
  const words = "too late to cancel, the goods are handed over: an intercept is requested";
  return { effect: "impossible", words };
}

function expedited(building: Building, step: Step): Verdict {
  if (isClosed(building)) return afterTheEnd(building, step);
  return flag(building, "EXPEDITED")
    ? { effect: "applied", words: "expedited" }
    : { effect: "duplicate", words: "was expedited already" };
}

function handedOver(building: Building, step: Step<EventOf<"parcel.handed_over">>): Verdict {
  const { data } = step.event;
  const { parcelId, trackingCode, carrier } = data;
  const verdict = parcelScan(building, "handed_over", step, { parcelId, trackingCode, carrier });
  const isMoved = verdict.effect === "applied" || verdict.effect === "inferred";
  if (isMoved && data.truck !== undefined) building.order.truck = data.truck;
  if (isMoved && data.carrier !== undefined) building.order.takenBy ??= data.carrier;
  return verdict;
}

/** A scan that says more about the order than where it is. */
function withFacts(
  { order }: Building,
  verdict: Verdict,
  facts: { node?: string | undefined; wave?: string | undefined; truck?: string | undefined },
): Verdict {
  if (verdict.effect !== "applied" && verdict.effect !== "inferred") return verdict;
  if (facts.node !== undefined) order.node = facts.node;
  if (facts.wave !== undefined) order.wave = facts.wave;
  if (facts.truck !== undefined) order.truck = facts.truck;
  return verdict;
}

const RULES: { [T in OrderEventType]: Rule<T> } = {
  "order.received": () => ({
    effect: "duplicate",
    words: "the order was known already; its first facts stay",
  }),
  "order.amended": (building, step, received) => {
    const isEarlier = step.at < received.at;
    return amended(building, step.event.data, step, isEarlier ? received.event.data : null);
  },
  "order.allocated": (building, step) =>
    withFacts(building, advance(building, "allocated", step), { node: step.event.data.node }),
  "order.backordered": backordered,
  "order.released": (building, step) =>
    withFacts(building, advance(building, "released", step), {
      wave: step.event.data.wave,
      node: step.event.data.to,
    }),
  "order.rejected": (building, step) => rejected(building, step.event.data, step),
  "order.cancelled": cancelled,
  "order.returned": (building, step) => parcelScan(building, "returned", step, {}),
  "pick.started": (building, step) => startScan(building, "picking", "picked", step),
  "pick.completed": (building, step) => pickCompleted(building, step.event.data.lines, step),
  "pick.shorted": (building, step) => pickShorted(building, step.event.data.lines, step),
  "pack.started": (building, step) => packStarted(building, step.event.data.parcels, step),
  "pack.completed": (building, step) => packCompleted(building, step.event.data.parcels, step),
  "check.started": checkStarted,
  "check.passed": (building, step) =>
    checkPassed(building, { parcelId: step.event.data.parcelId }, step),
  "check.failed": (building, step) => checkFailed(building, step.event.data, step),
  "parcel.staged": (building, step) => {
    const { parcelId, truck } = step.event.data;
    return withFacts(building, parcelScan(building, "staged", step, { parcelId }), { truck });
  },
  "parcel.handed_over": handedOver,
  "parcel.in_transit": carrierScan("in_transit"),
  "parcel.out_for_delivery": carrierScan("out_for_delivery"),
  "parcel.available_for_pickup": carrierScan("available_for_pickup"),
  "parcel.delivery_failed": carrierScan("delivery_failed"),
  "parcel.delivered": carrierScan("delivered"),
  "parcel.returning": carrierScan("returning"),
  "parcel.returned": carrierScan("returned"),
  "parcel.lost": carrierScan("lost"),
  "parcel.exception": (building, step) => parcelException(building, step.event.data, step),
  "hold.placed": (building, step) => holdPlaced(building, step.event.data, step),
  "hold.released": (building, step) => holdReleased(building, step.event.data, step),
  "exception.raised": (building, step) => raised(building, step.event.data, step),
  "exception.cleared": (building, step) => cleared(building, step.event.data, step),
  "item.damaged": (building, step) => damaged(building, step.event.data, step),
  // Corrections are settled before the fold; one that stands here was taken out of the plan.
  "event.corrected": (building, step) => afterTheEnd(building, step),
  "note.added": (building, step) => noted(building, step.event.data.text, step),
  "order.assigned": (building, step) => assigned(building, step.event.data.assignee, step),
  "order.expedited": expedited,
};

/** Applies one event to the order. Total: every type has a rule, and every rule an answer for every state. */
export function applyStep(building: Building, step: Step, received: Received): Verdict {
  // The table's type ties each rule to its event; indexing by a union loses that tie.
  const rule = RULES[step.event.type] as Rule<OrderEventType>;
  return rule(building, step as Step<EventOf<OrderEventType>>, received);
}
