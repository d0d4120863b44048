/**
 * What every event does to an order in every state, an hour after the last scan: `effect`, and `>stage` when the stage changes. Read it as the rules of
 * the fold on one page; `pairs.test.ts` holds the fold to it.
 */
export const PAIRS: Record<string, Record<string, string>> = {
  "order.received": {
    "applied>allocated": "unknown",
    duplicate:
      "received backordered allocated released picking picked packing packed checked staged handed_over in_transit out_for_delivery available_for_pickup delivery_failed delivered returning returned lost cancelled",
  },
  "order.amended": {
    waiting: "unknown",
    applied:
      "received backordered allocated released picking picked packing packed checked staged handed_over in_transit out_for_delivery available_for_pickup delivery_failed returning",
    impossible: "delivered returned lost cancelled",
  },
  "order.allocated": {
    waiting: "unknown",
    "applied>allocated": "received backordered",
    duplicate: "allocated",
    impossible:
      "released picking picked packing packed checked staged handed_over in_transit out_for_delivery available_for_pickup delivery_failed delivered returning returned lost cancelled",
  },
  "order.backordered": {
    waiting: "unknown",
    "applied>backordered": "received allocated released picking",
    duplicate: "backordered",
    impossible:
      "picked packing packed checked staged handed_over in_transit out_for_delivery available_for_pickup delivery_failed delivered returning returned lost cancelled",
  },
  "order.released": {
    waiting: "unknown",
    "inferred>released": "received backordered",
    "applied>released": "allocated",
    duplicate: "released",
    impossible:
      "picking picked packing packed checked staged handed_over in_transit out_for_delivery available_for_pickup delivery_failed delivered returning returned lost cancelled",
  },
  "order.rejected": {
    waiting: "unknown",
    "applied>allocated":
      "received backordered released picking picked packing packed checked staged",
    applied: "allocated",
    impossible:
      "handed_over in_transit out_for_delivery available_for_pickup delivery_failed delivered returning returned lost cancelled",
  },
  "order.cancelled": {
    waiting: "unknown",
    "applied>cancelled":
      "received backordered allocated released picking picked packing packed checked staged",
    impossible:
      "handed_over in_transit out_for_delivery available_for_pickup delivery_failed delivered returning returned lost cancelled",
  },
  "order.returned": {
    waiting: "unknown",
    "inferred>returned":
      "received backordered allocated released picking picked packing packed checked staged",
    "applied>returned":
      "handed_over in_transit out_for_delivery available_for_pickup delivery_failed delivered returning lost",
    duplicate: "returned",
    impossible: "cancelled",
  },
  "pick.started": {
    waiting: "unknown",
    "inferred>picking": "received backordered",
    "applied>picking": "allocated released",
    duplicate: "picking",
    impossible:
      "picked packing packed checked staged handed_over in_transit out_for_delivery available_for_pickup delivery_failed delivered returning returned lost cancelled",
  },
  "pick.completed": {
    waiting: "unknown",
    "inferred>picked": "received backordered",
    "applied>picked": "allocated released picking",
    duplicate: "picked",
    impossible:
      "packing packed checked staged handed_over in_transit out_for_delivery available_for_pickup delivery_failed delivered returning returned lost cancelled",
  },
  "pick.shorted": {
    waiting: "unknown",
    "inferred>picking": "received backordered",
    "applied>picking": "allocated released",
    applied: "picking picked packing packed checked staged",
    impossible:
      "handed_over in_transit out_for_delivery available_for_pickup delivery_failed delivered returning returned lost cancelled",
  },
  "pack.started": {
    waiting: "unknown",
    "inferred>packing": "received backordered allocated released picking",
    "applied>packing": "picked",
    duplicate: "packing",
    impossible:
      "packed checked staged handed_over in_transit out_for_delivery available_for_pickup delivery_failed delivered returning returned lost cancelled",
  },
  "pack.completed": {
    waiting: "unknown",
    "inferred>packed": "received backordered allocated released picking",
    "applied>packed": "picked packing",
    duplicate: "packed",
    impossible:
      "checked staged handed_over in_transit out_for_delivery available_for_pickup delivery_failed delivered returning returned lost cancelled",
  },
  "check.started": {
    waiting: "unknown",
    "inferred>packed": "received backordered allocated released picking picked packing",
    applied: "packed",
    impossible:
      "checked staged handed_over in_transit out_for_delivery available_for_pickup delivery_failed delivered returning returned lost cancelled",
  },
  "check.passed": {
    waiting: "unknown",
    "inferred>checked": "received backordered allocated released picking picked packing",
    "applied>checked": "packed",
    duplicate: "checked",
    impossible:
      "staged handed_over in_transit out_for_delivery available_for_pickup delivery_failed delivered returning returned lost cancelled",
  },
  "check.failed": {
    waiting: "unknown",
    "applied>packing":
      "received backordered allocated released picking picked packed checked staged",
    applied: "packing",
    impossible:
      "handed_over in_transit out_for_delivery available_for_pickup delivery_failed delivered returning returned lost cancelled",
  },
  "parcel.staged": {
    waiting: "unknown",
    "inferred>staged": "received backordered allocated released picking picked packing",
    "applied>staged": "packed checked",
    duplicate: "staged",
    impossible:
      "handed_over in_transit out_for_delivery available_for_pickup delivery_failed delivered returning returned lost cancelled",
  },
  "parcel.handed_over": {
    waiting: "unknown",
    "inferred>handed_over": "received backordered allocated released picking picked packing",
    "applied>handed_over": "packed checked staged",
    duplicate: "handed_over",
    impossible:
      "in_transit out_for_delivery available_for_pickup delivery_failed delivered returning returned lost cancelled",
  },
  "parcel.in_transit": {
    waiting: "unknown",
    "inferred>in_transit":
      "received backordered allocated released picking picked packing packed checked staged",
    "applied>in_transit": "handed_over available_for_pickup delivery_failed",
    duplicate: "in_transit",
    impossible: "out_for_delivery delivered returned lost cancelled",
    applied: "returning",
  },
  "parcel.out_for_delivery": {
    waiting: "unknown",
    "inferred>out_for_delivery":
      "received backordered allocated released picking picked packing packed checked staged",
    "applied>out_for_delivery": "handed_over in_transit available_for_pickup delivery_failed",
    duplicate: "out_for_delivery",
    impossible: "delivered returning returned lost cancelled",
  },
  "parcel.available_for_pickup": {
    waiting: "unknown",
    "inferred>available_for_pickup":
      "received backordered allocated released picking picked packing packed checked staged",
    "applied>available_for_pickup": "handed_over in_transit out_for_delivery delivery_failed",
    duplicate: "available_for_pickup",
    impossible: "delivered returning returned lost cancelled",
  },
  "parcel.delivery_failed": {
    waiting: "unknown",
    "inferred>delivery_failed":
      "received backordered allocated released picking picked packing packed checked staged",
    "applied>delivery_failed": "handed_over in_transit out_for_delivery available_for_pickup",
    duplicate: "delivery_failed",
    impossible: "delivered returning returned lost cancelled",
  },
  "parcel.delivered": {
    waiting: "unknown",
    "inferred>delivered":
      "received backordered allocated released picking picked packing packed checked staged cancelled",
    "applied>delivered":
      "handed_over in_transit out_for_delivery available_for_pickup delivery_failed returning returned lost",
    duplicate: "delivered",
  },
  "parcel.returning": {
    waiting: "unknown",
    "inferred>returning":
      "received backordered allocated released picking picked packing packed checked staged",
    "applied>returning":
      "handed_over in_transit out_for_delivery available_for_pickup delivery_failed",
    impossible: "delivered returned lost cancelled",
    duplicate: "returning",
  },
  "parcel.returned": {
    waiting: "unknown",
    "inferred>returned":
      "received backordered allocated released picking picked packing packed checked staged",
    "applied>returned":
      "handed_over in_transit out_for_delivery available_for_pickup delivery_failed delivered returning lost",
    duplicate: "returned",
    impossible: "cancelled",
  },
  "parcel.lost": {
    waiting: "unknown",
    "applied>lost":
      "received backordered allocated released picking picked packing packed checked staged handed_over in_transit out_for_delivery available_for_pickup delivery_failed returning",
    impossible: "delivered returned cancelled",
    duplicate: "lost",
  },
  "parcel.exception": {
    waiting: "unknown",
    applied:
      "received backordered allocated released picking picked packing packed checked staged handed_over in_transit out_for_delivery available_for_pickup delivery_failed returning",
    impossible: "delivered returned lost cancelled",
  },
  "hold.placed": {
    waiting: "unknown",
    applied:
      "received backordered allocated released picking picked packing packed checked staged handed_over in_transit out_for_delivery available_for_pickup delivery_failed returning",
    impossible: "delivered returned lost cancelled",
  },
  "hold.released": {
    waiting: "unknown",
    impossible:
      "received backordered allocated released picking picked packing packed checked staged handed_over in_transit out_for_delivery available_for_pickup delivery_failed delivered returning returned lost cancelled",
  },
  "exception.raised": {
    waiting: "unknown",
    applied:
      "received backordered allocated released picking picked packing packed checked staged handed_over in_transit out_for_delivery available_for_pickup delivery_failed returning",
    impossible: "delivered returned lost cancelled",
  },
  "exception.cleared": {
    waiting: "unknown",
    impossible:
      "received backordered allocated released picking picked packing packed checked staged handed_over in_transit out_for_delivery available_for_pickup delivery_failed delivered returning returned lost cancelled",
  },
  "item.damaged": {
    waiting: "unknown",
    applied:
      "received backordered allocated released picking picked packing packed checked staged handed_over in_transit out_for_delivery available_for_pickup delivery_failed delivered returning returned lost",
    impossible: "cancelled",
  },
  "event.corrected": {
    waiting: "unknown received backordered",
    "applied>received": "allocated",
    applied:
      "released picking picked packing packed checked staged handed_over in_transit out_for_delivery available_for_pickup delivery_failed delivered returning returned lost cancelled",
  },
  "note.added": {
    waiting: "unknown",
    applied:
      "received backordered allocated released picking picked packing packed checked staged handed_over in_transit out_for_delivery available_for_pickup delivery_failed delivered returning returned lost cancelled",
  },
  "order.assigned": {
    waiting: "unknown",
    applied:
      "received backordered allocated released picking picked packing packed checked staged handed_over in_transit out_for_delivery available_for_pickup delivery_failed returning",
    impossible: "delivered returned lost cancelled",
  },
  "order.expedited": {
    waiting: "unknown",
    applied:
      "received backordered allocated released picking picked packing packed checked staged handed_over in_transit out_for_delivery available_for_pickup delivery_failed returning",
    impossible: "delivered returned lost cancelled",
  },
};
