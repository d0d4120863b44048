/** What carriers' words mean here: one table a sender (domain rules, 2.5), and the events that come of a scan. A word that no table knows is kept as it is, and moves nothing. */
import type { News, Scan, Told } from "./translation.ts";

type Table = Readonly<Record<string, News>>;
const look = (table: Table, word: string): News | undefined =>
  Object.hasOwn(table, word) ? table[word] : undefined;

const SHOPIFY: Table = {
  label_printed: "label",
  label_purchased: "label",
  confirmed: "label",
  carrier_picked_up: "picked_up",
  in_transit: "in_transit",
  out_for_delivery: "out_for_delivery",
  ready_for_pickup: "available_for_pickup",
  ready_for_recipient_pickup: "available_for_pickup",
  picked_up: "delivered",
  attempted_delivery: "delivery_failed",
  delivered: "delivered",
  delayed: { code: "CARRIER_DELAY" },
  buyer_action_required: { code: "OTHER" },
  returning_to_sender: "returning",
  failure: { code: "OTHER" },
};
export const shopifyNews = (status: string): News =>
  look(SHOPIFY, status.toLowerCase()) ?? "unknown";

const EASYPOST: Table = {
  unknown: "label",
  pre_transit: "label",
  in_transit: "in_transit",
  out_for_delivery: "out_for_delivery",
  delivered: "delivered",
  available_for_pickup: "available_for_pickup",
  return_to_sender: "returning",
  failure: { code: "OTHER" },
  error: { code: "OTHER" },
  cancelled: "cancelled",
};
/** Details that say more than the status beside them. */
const EASYPOST_DETAIL: Table = {
  address_correction: { code: "MOVED_OR_UNKNOWN" },
  damaged: { code: "DAMAGED_IN_TRANSIT" },
  delayed: { code: "CARRIER_DELAY" },
  delivery_exception: "delivery_failed",
  expired: "silence",
  lost: "lost",
  missorted: { code: "MISSORT" },
  refused: { code: "REFUSED" },
  return: "returning",
  transit_exception: { code: "OTHER" },
  weather_delay: { code: "WEATHER_OR_DISASTER" },
};
/** Where a parcel ends or turns back, the detail says why: beside that, not instead of it. */
const EASYPOST_ENDS: ReadonlySet<string> = new Set(["delivered", "return_to_sender", "cancelled"]);
const isWhere = (news: News | undefined): boolean => typeof news === "string";

/** What one scan means: one thing, or where the parcel is and what is wrong with it. */
export function easypostNews(status: string, detail: string): News[] {
  const plain = look(EASYPOST, status);
  const more = look(EASYPOST_DETAIL, detail);
  if (plain === undefined || !EASYPOST_ENDS.has(status)) return [more ?? plain ?? "unknown"];
  if (more === undefined) return [plain];
  if (!isWhere(more)) return [plain, more];
  return [more === "returning" ? more : plain];
}

const AFTERSHIP: Table = {
  Pending: "label",
  InfoReceived: "label",
  InTransit: "in_transit",
  OutForDelivery: "out_for_delivery",
  AttemptFail: "delivery_failed",
  AvailableForPickup: "available_for_pickup",
  Delivered: "delivered",
  Exception: { code: "OTHER" },
  Expired: "silence",
};
const AFTERSHIP_DETAIL: Table = {
  Exception_002: { code: "MOVED_OR_UNKNOWN" },
  Exception_003: { code: "REFUSED" },
  Exception_004: { code: "CUSTOMS_DELAY" },
  Exception_005: { code: "CARRIER_DELAY" },
  Exception_006: { code: "HOLD_PAYMENT" },
  Exception_007: { code: "MOVED_OR_UNKNOWN" },
  Exception_008: { code: "AWAITING_COLLECTION" },
  Exception_010: "returning",
  Exception_011: "returned",
  Exception_012: { code: "DAMAGED_IN_TRANSIT" },
  Exception_013: "lost",
  Exception_016: { code: "CARRIER_DELAY" },
  Exception_017: { code: "WEATHER_OR_DISASTER" },
  Exception_018: { code: "DOCUMENTS_MISSING" },
  Exception_019: { code: "CARRIER_DELAY" },
  Exception_020: "cancelled",
  // disposed of: it will not come any more
  Exception_021: "lost",
};
export const aftershipNews = (tag: string, subtag: string): News =>
  look(AFTERSHIP_DETAIL, subtag) ?? look(AFTERSHIP, tag) ?? "unknown";

export type Parcel = { parcelId?: string | undefined; trackingCode?: string | undefined };

const present = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const iso = (at: number | undefined): string | undefined =>
  at === undefined ? undefined : new Date(at).toISOString();

/** The parcel event of a scan that says where the goods are. */
function moved(orderId: string, parcel: Parcel, scan: Scan, stage: string, carrier?: string): Told {
  const { at, raw, location, eta, isZoneAssumed } = scan;
  const data = present({
    ...parcel,
    carrier,
    carrierStatus: raw,
    location,
    eta: iso(eta),
    zoneAssumed: isZoneAssumed,
  });
  return { type: `parcel.${stage}` as Told["type"], orderId, at, data };
}

/** What comes of one scan; nothing for a label and for silence. */
export function eventsOfScan(
  orderId: string,
  parcel: Parcel,
  scan: Scan,
  carrier?: string,
): Told[] {
  const { at, news, raw } = scan;
  if (news === "label" || news === "silence") return [];
  if (news === "picked_up") return [moved(orderId, parcel, scan, "handed_over", carrier)];
  if (news === "unknown" || news === "cancelled") {
    const text = `The carrier says: ${raw}`;
    const data = present({ text, carrierStatus: raw, ...parcel });
    return [{ type: "note.added", orderId, at, data }];
  }
  if (typeof news !== "object") return [moved(orderId, parcel, scan, news)];
  const data = present({ ...parcel, code: news.code, note: raw });
  return [{ type: "parcel.exception", orderId, at, data }];
}
