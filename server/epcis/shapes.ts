/** How each of our events is said in EPCIS (the mapping of the documents, read from left to right). Types that are not here have no words there. */
import type { EpcisEvent } from "../../domain/contract/epcis.ts";
import type { OrderEventType } from "../../domain/event.ts";

type Action = NonNullable<EpcisEvent["action"]>;

export type Shape = Pick<EpcisEvent, "type"> & {
  action: Action;
  bizStep?: string;
  disposition?: string;
  /** what it is about: the transaction alone, the articles of the order, its parcels, or articles put into parcels */
  what: "transaction" | "articles" | "parcels" | "container";
};

const transaction = (action: Action, disposition?: string): Shape => ({
  type: "TransactionEvent",
  action,
  what: "transaction",
  ...(disposition !== undefined && { disposition }),
});
const seen = (what: Shape["what"], bizStep?: string, disposition?: string): Shape => ({
  type: "ObjectEvent",
  action: "OBSERVE",
  what,
  ...(bizStep !== undefined && { bizStep }),
  ...(disposition !== undefined && { disposition }),
});

export const SHAPES: Readonly<Partial<Record<OrderEventType, Shape>>> = {
  "order.received": transaction("ADD"),
  "order.allocated": transaction("ADD"),
  "order.backordered": transaction("OBSERVE", "unavailable"),
  "order.released": transaction("OBSERVE"),
  "order.cancelled": transaction("DELETE"),
  "order.returned": seen("parcels", "receiving", "returned"),
  "pick.started": seen("articles", "picking", "in_progress"),
  "pick.completed": seen("articles", "picking"),
  "pick.shorted": seen("articles", "picking", "mismatch_quantity"),
  "pack.started": seen("articles", "packing", "in_progress"),
  "pack.completed": {
    type: "AggregationEvent",
    action: "ADD",
    bizStep: "packing",
    what: "container",
  },
  "check.started": seen("parcels", "inspecting"),
  "check.passed": seen("parcels", "inspecting", "conformant"),
  "check.failed": seen("parcels", "inspecting", "non_conformant"),
  "hold.placed": seen("articles", "holding", "unavailable"),
  "item.damaged": seen("parcels", undefined, "damaged"),
  "parcel.staged": seen("parcels", "staging_outbound", "container_closed"),
  "parcel.handed_over": seen("parcels", "shipping", "in_transit"),
  "parcel.in_transit": seen("parcels", "transporting", "in_transit"),
  "parcel.out_for_delivery": seen("parcels", "transporting", "in_transit"),
  "parcel.available_for_pickup": seen("parcels", "arriving", "available"),
  "parcel.delivered": seen("parcels", "accepting"),
  "parcel.returning": seen("parcels", "shipping", "returned"),
  "parcel.returned": seen("parcels", "receiving", "returned"),
  "parcel.lost": seen("parcels", undefined, "unknown"),
};
