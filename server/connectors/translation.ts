/** What a connector makes of one delivery. It translates and asks nobody: what an order was before, and whose a tracking code is, is looked up by who takes it (`server/hooks/`). */
import type { StoredConnector } from "../../domain/contract/connectors.ts";
import type { EventType } from "../../domain/event.ts";
import type { Site } from "../../domain/site.ts";
import type { Headers, Posted } from "./posted.ts";

export type Delivery = {
  connector: StoredConnector;
  site: Site;
  headers: Headers;
  body: Uint8Array;
  /** epoch ms */
  now: number;
};

/** An event without the names that every event of a connector gets: `id`, `source`, `site`. `at` is epoch ms. */
export type Told = { type: EventType; orderId: string; at: number; data: Record<string, unknown> };

/** A parcel event by the stage it moves to; an exception code; `label`: made ready and nothing more; `silence`: no news; `cancelled`: the label; or a word nobody knows. */
export type News =
  | "picked_up"
  | "in_transit"
  | "out_for_delivery"
  | "available_for_pickup"
  | "delivery_failed"
  | "delivered"
  | "returning"
  | "returned"
  | "lost"
  | "label"
  | "silence"
  | "cancelled"
  | "unknown"
  | { code: string };

/** What a carrier says at one moment about a parcel. */
export type Scan = {
  at: number;
  news: News;
  /** as it says it itself */
  raw: string;
  location?: string | undefined;
  /** epoch ms */
  eta?: number | undefined;
  /** the moment came without a zone and is read in the site's */
  isZoneAssumed?: boolean;
};

/** A shop's parcel: what it holds is told by the shop's own ids of lines. */
export type ShopParcel = {
  orderId: string;
  parcelId: string;
  createdAt: number;
  updatedAt: number;
  state: "made" | "cancelled" | "failed";
  carrier?: string | undefined;
  trackingCode?: string | undefined;
  /** of further parcels of the same fulfillment: nobody says what is in which */
  furtherCodes?: string[];
  items: { id: string; quantity: number }[];
  /** what the carrier said last, at `updatedAt` */
  scan?: Scan | undefined;
};

/** A whole order as a shop tells it. */
export type ShopOrder = {
  orderId: string;
  createdAt: number;
  updatedAt: number;
  /** told because it was made, not because it changed */
  isNew: boolean;
  /** to be fulfilled: paid, or on hold until it is */
  isReceived: boolean;
  /** every line was taken out of it */
  isEmptied?: boolean;
  /** told because it came back out of the shop's bin */
  isRestored?: boolean;
  /** `data` of its `order.received` */
  facts: Record<string, unknown>;
  /** the shop's ids of its lines: the first is that of line 1 */
  lineIds: string[];
  /** the hold that its own status means, when it is in one; undefined: this shop tells of holds elsewhere */
  hold?: string | null | undefined;
  holdReason?: string | undefined;
  parcels: ShopParcel[];
  /** what its status says beside that */
  milestones: Told[];
};

/** All that a carrier told of one parcel, by a tracking code or by what else may name the order. */
export type Tracking = {
  codes: string[];
  /** ids and numbers of orders, as the sender was given them */
  references: string[];
  carrier: string;
  scans: Scan[];
};

export type Translation =
  | { is: "ignored"; why: string }
  /** events in our own format, for `sources` */
  | { is: "posted"; posted: Posted; sources: readonly string[] | undefined }
  | { is: "told"; events: Told[] }
  | { is: "order"; order: ShopOrder }
  | { is: "parcel"; parcel: ShopParcel }
  /** the shop does not have it any more; of an order that nobody received it means nothing */
  | { is: "deleted"; orderId: string; at: number }
  | { is: "hold"; orderId: string; at: number; code: string; reason?: string; until?: number }
  /** the shop does not say which hold: those that it placed, or that one */
  | { is: "release"; orderId: string; at: number; code?: string }
  | { is: "tracking"; tracking: Tracking };

export type Connector = {
  /** what it is about, as the sender calls it */
  topic(delivery: Delivery): string;
  /** @throws problem with the place in their body of what cannot be understood */
  translate(delivery: Delivery): Translation;
};

export const ignored = (why: string): Translation => ({ is: "ignored", why });

const plain = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

/** A name that somebody else gives to one of ours: by the table, by its own name or id, else undefined. */
function known(
  name: string,
  table: Readonly<Record<string, string>> | undefined,
  ours: readonly { id: string; name?: string }[],
): string | undefined {
  const asked = plain(name);
  const listed = Object.entries(table ?? {}).find(([theirs]) => plain(theirs) === asked)?.[1];
  const same = ours.find((one) => plain(one.id) === asked || plain(one.name ?? "") === asked)?.id;
  return listed ?? same;
}

/** The carrier of the site that a tracking company is. */
export function carrierOf({ connector, site }: Delivery, company: string): string {
  const { carriers, carrier } = connector.options;
  return known(company, carriers, site.carriers) ?? carrier ?? company.slice(0, 64);
}

/** The service level of the site that a shipping method is. */
export function serviceOf({ connector, site }: Delivery, methods: readonly string[]): string {
  const { services, service } = connector.options;
  for (const method of methods) {
    const found = known(method, services, site.serviceLevels);
    if (found !== undefined) return found;
  }
  return service ?? site.serviceLevels[0]?.id ?? "standard";
}

export const header = ({ headers }: Delivery, name: string): string => {
  const value = headers[name];
  return typeof value === "string" ? value.slice(0, 256) : "";
};
