/** Every state an order can be in, reached by an ordinary history, and every event that can meet it an hour later. */
import { applyEvent } from "../../domain/apply.ts";
import {
  EVENT_TYPES,
  isSiteEventType,
  type OrderEventType,
  type RecordedEvent,
} from "../../domain/event.ts";
import { foldOrder } from "../../domain/fold.ts";
import { anEvent, anOrderReceived, aPolicy } from "../support/builders.ts";

const policy = aPolicy();
const LINES = [{ line: 1, quantity: 1 }];
const received = anOrderReceived("1:00");
const allocated = anEvent("order.allocated", "2:00");
const released = anEvent("order.released", "3:00");
const picking = anEvent("pick.started", "4:00");
const picked = anEvent("pick.completed", "5:00");
const packing = anEvent("pack.started", "6:00");
const packed = anEvent("pack.completed", "7:00");
const checked = anEvent("check.passed", "8:00");
const staged = anEvent("parcel.staged", "9:00");
const out = anEvent("parcel.handed_over", "10:00");
const floor = [received, allocated, released, picking, picked, packing, packed, checked, staged];
const gone = [...floor, out, anEvent("parcel.in_transit", "11:00")];
const then = (type: OrderEventType): RecordedEvent[] => [...gone, anEvent(type, "12:00")];

/** State -> the events that lead there. `unknown` has no `order.received`. */
export const HISTORIES: Record<string, RecordedEvent[]> = {
  unknown: [allocated],
  received: floor.slice(0, 1),
  backordered: [received, anEvent("order.backordered", "2:00")],
  allocated: floor.slice(0, 2),
  released: floor.slice(0, 3),
  picking: floor.slice(0, 4),
  picked: floor.slice(0, 5),
  packing: floor.slice(0, 6),
  packed: floor.slice(0, 7),
  checked: floor.slice(0, 8),
  staged: floor,
  handed_over: [...floor, out],
  in_transit: gone,
  out_for_delivery: then("parcel.out_for_delivery"),
  available_for_pickup: then("parcel.available_for_pickup"),
  delivery_failed: then("parcel.delivery_failed"),
  delivered: then("parcel.delivered"),
  returning: then("parcel.returning"),
  returned: then("parcel.returned"),
  lost: then("parcel.lost"),
  cancelled: [...floor, anEvent("order.cancelled", "10:00")],
};
export const STATES = Object.keys(HISTORIES);

/** Data by which each type says something; the rest need none. */
const DATA: Partial<Record<OrderEventType, object>> = {
  "order.received": received.data,
  "order.amended": { service: "express" },
  "pick.shorted": { lines: [{ line: 1, missing: 1 }] },
  "hold.placed": { code: "HOLD_PAYMENT" },
  "hold.released": { code: "HOLD_PAYMENT" },
  "exception.raised": { code: "CUSTOMS_DELAY" },
  "exception.cleared": { code: "CUSTOMS_DELAY" },
  "parcel.exception": { code: "CUSTOMS_DELAY" },
  "item.damaged": { code: "WET", line: LINES[0]?.line },
  "event.corrected": {
    of: { source: "wms/test", id: "order.allocated@2:00" },
    reason: "did_not_occur",
  },
  "note.added": { text: "a note" },
  "order.assigned": { assignee: "ana" },
};

/** What `type` does to an order in `state`: `effect`, and `>stage` when that changes. */
export function cellOf(state: string, type: OrderEventType, at = "13:00"): string {
  const events = HISTORIES[state] ?? [];
  const before = foldOrder(events, policy).order?.stage;
  const { outcome, folded } = applyEvent(events, anEvent(type, at, DATA[type] ?? {}), policy);
  const after = folded.order?.stage;
  return after === before ? outcome.effect : `${outcome.effect}>${after ?? "none"}`;
}

/** Every type of an event of an order. */
export const TYPES = EVENT_TYPES.filter((type) => !isSiteEventType(type)) as OrderEventType[];
